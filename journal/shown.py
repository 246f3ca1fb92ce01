"""The journal's values in words for a page."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from careplan.common.forms import ELEVATED, STANDARD
from journal.inputs import CheckinInput
from journal.models import DoseAnswer, Entry


def has_mood(entry: Entry) -> bool:
    """Whether a check-in says how the mood was."""
    return entry.mood is not None or entry.low is not None or entry.high is not None


def mood_word(entry: Entry) -> str:
    """Say the mood: "Fairly good", "Slightly high", "low and high at once"."""
    if entry.mood is not None:
        return str(STANDARD[entry.mood - 1])
    if entry.is_mixed:
        return gettext("%(low)s and %(high)s at once") % {
            "low": ELEVATED[3 - (entry.low or 0)],
            "high": str(ELEVATED[3 + (entry.high or 0)]).lower(),
        }
    if not has_mood(entry):
        return ""
    return str(ELEVATED[3 + (entry.high or 0) - (entry.low or 0)])


def mood_level(entry: Entry) -> int | None:
    """Give the tile, 1 to 7, for a mark; None for a mixed or missing mood."""
    if entry.mood is not None:
        return entry.mood
    if not has_mood(entry) or entry.is_mixed:
        return None
    return 4 + (entry.high or 0) - (entry.low or 0)


def clock_words(instant: dt.datetime, zone: str) -> str:
    """Say "2:10pm" where the person is."""
    wall = instant.astimezone(ZoneInfo(zone))
    pattern = "g:ia" if wall.minute else "ga"
    return date_format(wall, pattern).replace(".", "").replace(" ", "")


def answer_words(answer: str) -> str:
    """Say what became of a dose: "Missed", "Took part of it"."""
    words = str(DoseAnswer.Answer(answer).label)
    return words[:1].upper() + words[1:]


def feeling_words(value: int | None) -> str:
    """Say 0 to 3 in words."""
    words = (
        gettext("not at all"),
        gettext("a little"),
        gettext("quite a bit"),
        gettext("very much"),
    )
    return words[value] if value is not None else ""


def energy_words(value: int | None) -> str:
    """Say 0 to 3 for energy."""
    words = (gettext("none"), gettext("low"), gettext("all right"), gettext("a lot"))
    return words[value] if value is not None else ""


def saved_words(checkin: CheckinInput) -> str:
    """Say what became of it: the sentence for the status line (ux 6.1, 10.3)."""
    if is_hard_day(checkin):
        return gettext("Saved. Thank you for telling us, even on a hard day.")
    missed = sum(d.answer == "missed" for d in checkin.doses)
    if missed:
        return ngettext(
            "Saved as missed. For what to do now, see this medicine's page. If you"
            " often miss this one, you and your team can plan around it.",
            "Saved as missed. For what to do now, see each medicine's page. If you"
            " often miss these, you and your team can plan around it.",
            missed,
        )
    return ""


def is_hard_day(checkin: CheckinInput) -> bool:
    """Whether mood is 1 or 2 of 7, or low at 2 or more of 3."""
    return (checkin.mood or 9) <= 2 or (checkin.low or 0) >= 2
