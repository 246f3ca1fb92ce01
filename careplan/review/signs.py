"""Personal thresholds: the early signs agreed in the plan, read against live data.

A sign is tied by a short rule in `EarlySign.tied_to`: `mood_below:3`,
`mood_above:6` (mean of seven days, three of them logged), `sleep_below:6` or
`sleep_above:10` (mean hours of the last week with three nights). Pure, but for
`watch`, which makes one task of each sign that is met (V4, N13): not one a day.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from careplan.plan.models import EarlySign
from careplan.review.timeline.data import MoodScale, TimelineData
from careplan.review.timeline.words import number

DAYS = 7
FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What live data shows the sign: `what` is mood or sleep."""

    what: str
    is_below: bool
    limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One agreed sign and where it stands; `value` is None without enough data."""

    words: str
    level: str
    i_do: str
    therapist_does: str
    prescriber_does: str
    rule: Rule | None
    value: Decimal | None
    is_met: bool
    basis: str


def rule(text: str) -> Rule | None:
    """Read a rule; anything else is a sign that only people can see."""
    name, _colon, limit = text.strip().partition(":")
    what, _under, way = name.partition("_")
    if what not in ("mood", "sleep") or way not in ("below", "above"):
        return None
    try:
        value = Decimal(limit)
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    return Rule(what=what, is_below=way == "below", limit=value)


def met(found: Rule, value: Decimal | None) -> bool:
    """Say whether the figure has passed the limit; nothing known is not met."""
    if value is None:
        return False
    return value < found.limit if found.is_below else value > found.limit


def value_of(found: Rule, data: TimelineData) -> Decimal | None:
    """Give the mean of the last week, or None with fewer than three days of it."""
    return _sleep(data) if found.what == "sleep" else _mood(data)


def _mood(data: TimelineData) -> Decimal | None:
    if data.mood is None or data.mood.scale is not MoodScale.STANDARD:
        return None
    first = data.range.today - dt.timedelta(days=DAYS - 1)
    values = [p.value for p in data.mood.points if p.on >= first and p.value]
    if len(values) < FEWEST:
        return None
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"))


def _sleep(data: TimelineData) -> Decimal | None:
    weeks = data.sleep.weeks if data.sleep else ()
    recent = data.range.today - dt.timedelta(days=2 * DAYS)
    known = [w for w in weeks if w.week > recent and w.nights >= FEWEST]
    return known[-1].hours if known else None


def signs(rows: Sequence[EarlySign], data: TimelineData) -> tuple[Sign, ...]:
    """Give each sign of the plan with its figure of today."""
    return tuple(_sign(row, data) for row in rows)


def _sign(row: EarlySign, data: TimelineData) -> Sign:
    found = rule(row.tied_to)
    value = value_of(found, data) if found else None
    return Sign(
        words=row.words,
        level=str(row.get_level_display()),
        i_do=row.i_do,
        therapist_does=row.therapist_does,
        prescriber_does=row.prescriber_does,
        rule=found,
        value=value,
        is_met=bool(found and met(found, value)),
        basis=_basis(found, value),
    )


def _basis(found: Rule | None, value: Decimal | None) -> str:
    if found is None:
        return _("Not tied to a figure: people look out for it.")
    names = {"mood": _("Mean mood of 7 days"), "sleep": _("Mean hours of sleep")}
    way = _("below") if found.is_below else _("above")
    shown = _("not enough logged") if value is None else number(value)
    return _("{what}: {value}. Agreed limit: {way} {limit}.").format(
        what=names[found.what], value=shown, way=way, limit=number(found.limit)
    )
