"""What the pure rules found, in words a page can show (translated here)."""

from decimal import Decimal

from django.utils.translation import gettext

from journal.linking import DoseChange, Link


def link_words(link: Link) -> str:
    """For example "day 6 after 50 → 75 mg" (N2)."""
    return gettext("day %(day)s after %(change)s") % {
        "day": link.day,
        "change": change_words(link.change),
    }


def change_words(change: DoseChange) -> str:
    """The change in figures: "50 → 75 mg", "starting 50 mg", "stopping 75 mg"."""
    parts = {
        "before": plain_figure(change.before),
        "after": plain_figure(change.after),
        "unit": change.unit,
    }
    if change.before is None:
        return gettext("starting %(after)s %(unit)s") % parts
    if change.after is None:
        return gettext("stopping %(before)s %(unit)s") % parts
    return gettext("%(before)s → %(after)s %(unit)s") % parts


def hours_words(minutes: int) -> str:
    """Minutes as people say them: "7 h 30 min", "7 h"."""
    hours, rest = divmod(minutes, 60)
    if rest:
        parts = {"hours": hours, "minutes": rest}
        return gettext("%(hours)s h %(minutes)s min") % parts
    return gettext("%(hours)s h") % {"hours": hours}


def plain_figure(amount: Decimal | None) -> str:
    """Digits without trailing zeros: 75, 37.5; never 7.5E+1."""
    if amount is None:
        return ""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
