"""Doses taken of doses planned, with "no record" apart from "not taken".

The caller never gives private rows in (decisions 16): what a clinician sees must
not be reckoned from what the person keeps to herself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

TALK_BELOW_PERCENT = 80


class Outcome(StrEnum):
    """What became of one planned dose; the words of DoseAnswer (decisions 13)."""

    TAKEN = "taken"
    PARTLY = "partly"
    LATE = "late"
    MISSED = "missed"
    CHOSE_NOT = "chose_not"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Adherence:
    """Counts over planned doses. Late counts as taken; extra doses as nothing."""

    planned: int
    taken: int
    partly: int = 0
    not_taken: int = 0

    def __post_init__(self) -> None:
        counts = (self.planned, self.taken, self.partly, self.not_taken)
        if min(counts) < 0 or sum(counts[1:]) > self.planned:
            raise ValueError("more answers than planned doses, or fewer than none")

    @property
    def recorded(self) -> int:
        return self.taken + self.partly + self.not_taken

    @property
    def no_record(self) -> int:
        """Planned doses that nobody said anything about: not the same as missed."""
        return self.planned - self.recorded

    @property
    def percent(self) -> int | None:
        """Taken of planned, half up, for showing; none when nothing was planned."""
        return rounded_percent(self.taken, self.planned)

    @property
    def percent_of_recorded(self) -> int | None:
        """Taken of those with a record; none when there is none."""
        return rounded_percent(self.taken, self.recorded)

    @property
    def talk_about_it(self) -> bool:
        """Below 80 % taken of planned [U], in whole numbers. Cases 62-66."""
        return self.is_below(TALK_BELOW_PERCENT)

    def is_below(self, percent: int) -> bool:
        return 100 * self.taken < percent * self.planned


def adherence(answers: Iterable[Outcome | None]) -> Adherence:
    """From one answer per planned dose; ``None`` where there is no record.

    Extra doses may be among them and are left out: nobody planned them.
    """
    planned = [answer for answer in answers if answer is not Outcome.EXTRA]
    not_taken = (Outcome.MISSED, Outcome.CHOSE_NOT)
    return Adherence(
        planned=len(planned),
        taken=sum(answer in (Outcome.TAKEN, Outcome.LATE) for answer in planned),
        partly=planned.count(Outcome.PARTLY),
        not_taken=sum(answer in not_taken for answer in planned),
    )


def rounded_percent(part: int, whole: int) -> int | None:
    """Whole percent, half up, without floats; none when the whole is 0."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else None
