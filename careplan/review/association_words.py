"""An association in one line of words (V5)."""

from django.utils.translation import gettext, ngettext

from careplan.review.associations import Association, Strength


def association_words(found: Association) -> str:
    """For example "Sleep and mood: moderate, together, over 20 days; not a cause"."""
    strength = gettext(str(found.strength))
    if found.strength is not Strength.NO_CLEAR_LINK:
        strength = f"{strength}, {gettext(str(found.way))}"
    line = ngettext(
        "%(factor)s and %(outcome)s: %(link)s, over %(days)s day; %(caveat)s",
        "%(factor)s and %(outcome)s: %(link)s, over %(days)s days; %(caveat)s",
        found.days,
    )
    return line % {
        "factor": found.factor,
        "outcome": found.outcome,
        "link": strength,
        "days": found.days,
        "caveat": gettext(found.caveat),
    }
