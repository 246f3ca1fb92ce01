"""A check-in that waited on a phone: when it may still come in, and what it says."""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from careplan.common.clock import dose_day
from careplan.common.errors import DomainError
from journal import entries
from journal.inputs import CheckinInput, DoseInput
from journal.models import Entry
from patients.models import MoodScale, Patient

KEPT_FOR = dt.timedelta(days=7)
AT_MOST = 50
# A phone that comes back in the last minute still gets its answer.
GRACE = dt.timedelta(hours=1)


class TooOld(DomainError):
    """Written more than seven days ago."""

    code = "too_old"
    sentence = _(
        "This check-in waited for more than 7 days. Please write it again for that day."
    )


class AheadOfTime(DomainError):
    """Written at a time that has not come: the phone's clock is wrong."""

    code = "ahead_of_time"
    sentence = _("The clock of this phone runs ahead. Set it right, then send again.")


class SomebodyElses(DomainError):
    """Written by another person on the same device."""

    code = "somebody_elses"
    sentence = _("This check-in belongs to somebody else. It was not saved.")


def check_age(written_at: dt.datetime, *, now: dt.datetime) -> None:
    """Refuse what waited too long and what was written in the future."""
    if written_at < now - KEPT_FOR - GRACE:
        raise TooOld
    if written_at > now + entries.CLOCKS_DIFFER:
        raise AheadOfTime


def as_queued(
    checkin: CheckinInput,
    patient: Patient,
    *,
    taken: str,
    side: str = "",
    is_general: bool,
    written_at: dt.datetime,
) -> CheckinInput:
    """Mark a check-in as one from the phone, and add what the general form asked.

    `side` is the tile of the scale with two sides, -3 to 3, which the form of the
    phone shows to a person who uses it. A phone that does not know yet shows the tiles
    of everybody: they tell the low side only, as the link's do (decisions 20).
    """
    told = replace(checkin, source=Entry.Source.OFFLINE, seconds=None)
    if taken:
        day = dose_day(written_at, checkin.zone)
        told = replace(told, doses=(*told.doses, DoseInput(day, taken)))
    if is_general and patient.mood_scale == MoodScale.ELEVATED:
        low, high = _sides(told.mood, side)
        told = replace(told, scale=MoodScale.ELEVATED, mood=None, low=low, high=high)
    return told


def _sides(mood: int | None, side: str) -> tuple[int | None, int | None]:
    if side:
        return max(0, -int(side)), max(0, int(side))
    return (None if mood is None else max(0, 4 - mood)), None
