"""Treatment phases and what may lead from one to the next.

A phase never changes by itself: facts only make a change worth proposing, and an
agreed plan version makes it. Source: clinical.md section 5, case 113; decisions 10
(stabilise = acute, heal = continuation, maintain = maintenance, taper).
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from careplan.common.marking import gettext_noop
from careplan.plan.errors import PhaseNotAgreed

CONTINUATION_MONTHS = 6


class PhaseName(StrEnum):
    """The same words as the plan stores."""

    STABILISE = "stabilise"
    HEAL = "heal"
    MAINTAIN = "maintain"
    TAPER = "taper"


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """What speaks for a next phase. Months count from reaching the remission range."""

    in_remission_range: bool = False
    months_since_remission: int = 0
    staying_well_plan_signed: bool = False
    first_taper_step_released: bool = False


@dataclass(frozen=True, slots=True)
class PhaseIdea:
    """A phase worth proposing, why, and where the rule is from."""

    to: PhaseName
    because: str
    source: str


def worth_proposing(current: PhaseName, facts: PhaseFacts) -> PhaseIdea | None:
    """The phase to talk about next, for clinicians; it changes nothing.

    A taper step that was released leads to taper from any phase.
    """
    if facts.first_taper_step_released and current is not PhaseName.TAPER:
        return PhaseIdea(
            PhaseName.TAPER,
            gettext_noop("the first taper step is released"),
            gettext_noop("product policy, for sign-off"),
        )
    if current is PhaseName.STABILISE and facts.in_remission_range:
        return PhaseIdea(
            PhaseName.HEAL,
            gettext_noop("PHQ-9 is below 5"),
            "GermanIMPACT table 1",
        )
    if current is PhaseName.HEAL and _ready_to_maintain(facts):
        return PhaseIdea(
            PhaseName.MAINTAIN,
            gettext_noop("the staying well plan is signed and 6 months have passed"),
            "NICE NG222 1.8",
        )
    return None


def move(
    current: PhaseName | None, to: PhaseName, *, agreed_version: UUID | None
) -> PhaseName:
    """The new phase. Refuses without the plan version that agreed on it.

    Any direction may be agreed: a return of symptoms leads back to stabilise.
    """
    if current is to:
        return current
    if agreed_version is None:
        raise PhaseNotAgreed
    return to


def _ready_to_maintain(facts: PhaseFacts) -> bool:
    enough = facts.months_since_remission >= CONTINUATION_MONTHS
    return facts.staying_well_plan_signed and enough
