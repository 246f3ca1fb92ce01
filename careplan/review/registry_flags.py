"""Flags of the caseload: who is getting worse, not gaining, or out of sight.

Clinicians only; each flag carries its rule and source. Source: clinical.md section
4, "Registry flags", cases 56-59.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from careplan.common.marking import gettext_noop as _

CBT_LIMITS = {4: 17, 9: 13, 14: 9}
CONTACT_EVERY = timedelta(days=14)
CONTACT_EVERY_IN_PREVENTION = timedelta(days=28)
NO_CONTACT_AFTER_DAYS = 28
NO_GAIN_FROM_DAY = 56
SHORT_NIGHT_MINUTES = 300


class Worse(StrEnum):
    NONE = "none"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: a stable id, its rule in words and where the rule is from."""

    id: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Registry:
    """What the caseload knows about one person. None = not known.

    ``nights`` are minutes asleep of the last nights in a row, oldest first, none
    for a night without a record. Private rows are never among the inputs.
    """

    day: int
    baseline: int | None = None
    now: int | None = None
    best: int | None = None
    gad7_now: int | None = None
    gad7_best: int | None = None
    item9_now: int | None = None
    item9_before: int | None = None
    days_since_contact: int | None = None
    missed_checkins_in_a_row: int = 0
    nights: tuple[int | None, ...] = ()
    bipolar_on_record: bool = False


def flags(known: Registry) -> tuple[Flag, ...]:
    """Every flag that stands, the gravest first."""
    checks = (
        (item9_has_risen(known), ITEM9_RISE),
        (worse(known) is Worse.RED, WORSE),
        (worse(known) is Worse.YELLOW, SOMEWHAT_WORSE),
        (has_short_nights(known), SHORT_SLEEP),
        (has_no_gain(known), NO_GAIN),
        (is_out_of_contact(known), NO_CONTACT),
        (known.missed_checkins_in_a_row >= 2, MISSED),
    )
    return tuple(flag for stands, flag in checks if stands)


def cbt_early_warning(week: int, phq9: int) -> bool:
    """17 or more at week 4, 13 at week 9, 9 at week 14 [V PubMed 26077754]."""
    limit = CBT_LIMITS.get(week)
    return limit is not None and phq9 >= limit


def worse(known: Registry) -> Worse:
    """PHQ-9 6 above the best, or GAD-7 4 above [S]: red. PHQ-9 exactly 5: yellow [U]."""
    phq9 = _above(known.now, known.best)
    gad7 = _above(known.gad7_now, known.gad7_best)
    if phq9 >= 6 or gad7 >= 4:
        return Worse.RED
    return Worse.YELLOW if phq9 == 5 else Worse.NONE


def has_no_gain(known: Registry) -> bool:
    """Day 56 or later, fallen by less than 5 points and less than half [U][CLIN]."""
    if known.day < NO_GAIN_FROM_DAY or known.baseline is None or known.now is None:
        return False
    return known.baseline - known.now < 5 and 2 * known.now > known.baseline


def item9_has_risen(known: Registry) -> bool:
    """Item 9 above the one before [P]; a first answer above 0 counts."""
    return known.item9_now is not None and known.item9_now > (known.item9_before or 0)


def is_out_of_contact(known: Registry) -> bool:
    """More than 28 days since a completed contact [U]."""
    days = known.days_since_contact
    return days is not None and days > NO_CONTACT_AFTER_DAYS


def has_short_nights(known: Registry) -> bool:
    """Under 300 minutes on 3 nights in a row with bipolar on record [U][CLIN]."""
    return known.bipolar_on_record and _three_in_a_row(known.nights)


def next_contact_on(last: date, *, relapse_prevention: bool) -> date:
    """Every 2 weeks; every 4 in relapse prevention; back to 2 on relapse.

    Source: GermanIMPACT [V].
    """
    every = CONTACT_EVERY_IN_PREVENTION if relapse_prevention else CONTACT_EVERY
    return last + every


def consultation_is_due(day: int, *, responding: bool) -> bool:
    """Psychiatric consultation in weeks 8-12 when not responding by week 8.

    Source: ps.201400577 [V].
    """
    return 56 <= day <= 84 and not responding


def _above(now: int | None, best: int | None) -> int:
    return 0 if now is None or best is None else now - best


def _three_in_a_row(nights: Sequence[int | None]) -> bool:
    short = [night is not None and night < SHORT_NIGHT_MINUTES for night in nights]
    return any(all(short[at : at + 3]) for at in range(len(short) - 2))


ITEM9_RISE = Flag(
    "item9_rise", _("item 9 is above the one before"), _("product policy")
)
WORSE = Flag(
    "worse",
    _("PHQ-9 6 or GAD-7 4 points above the best"),
    _("NHS Talking Therapies manual, secondary"),
)
SOMEWHAT_WORSE = Flag(
    "somewhat_worse", _("PHQ-9 5 points above the best"), _("general knowledge")
)
SHORT_SLEEP = Flag(
    "short_sleep_bipolar",
    _("under 5 hours asleep on 3 nights in a row, bipolar on record"),
    _("general knowledge, for sign-off"),
)
NO_GAIN = Flag(
    "no_gain",
    _("day 56 or later, fallen by less than 5 points and less than half"),
    _("general knowledge, for sign-off"),
)
NO_CONTACT = Flag(
    "no_contact",
    _("more than 28 days since a completed contact"),
    _("general knowledge"),
)
MISSED = Flag("missed_checkins", _("2 check-ins missed in a row"), _("product policy"))
