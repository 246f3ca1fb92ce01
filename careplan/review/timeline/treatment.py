"""What was given: medicines with their steps and answers, therapy with its sessions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from careplan.review.timeline.basics import (
    AnswerState,
    SessionState,
    StepState,
    in_order,
    refuse,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From this day on, this much a day in ``unit``; 0 means stopped."""

    on: date
    dose: Decimal
    unit: str
    state: StepState
    url: str | None = None

    def __post_init__(self) -> None:
        refuse(not self.dose.is_finite() or self.dose < 0, "a dose is 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseMark:
    """A day on which a dose was missed, late or partly taken."""

    on: date
    state: AnswerState
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """An as-needed dose that was taken: the day's total in ``unit``."""

    on: date
    dose: Decimal
    unit: str
    url: str | None = None

    def __post_init__(self) -> None:
        refuse(not self.dose.is_finite() or self.dose <= 0, "an intake is above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Doses taken against doses planned in the week that starts on ``week``."""

    week: date
    taken: int
    planned: int

    def __post_init__(self) -> None:
        refuse(self.taken < 0 or self.planned < 0, "doses are counted from 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """One medicine: its steps, what was missed, and taken against planned.

    ``ref`` ties it to the pivot and to side effects. ``recent`` is taken against
    planned in the 28 days to today. Steps are in order of date, with at most one
    step a day; a medicine taken as needed has intakes and no steps.
    """

    ref: str
    name: str
    purpose: str = ""
    steps: tuple[Step, ...] = ()
    answers: tuple[DoseMark, ...] | None = ()
    weeks: tuple[Taken, ...] | None = ()
    intakes: tuple[Intake, ...] = ()
    as_needed: bool = False
    recent: Taken | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        in_order((s.on for s in self.steps), f"steps of {self.name}")
        days = [s.on for s in self.steps]
        refuse(len(set(days)) != len(days), f"two steps of {self.name} on one day")
        units = {s.unit for s in self.steps} | {i.unit for i in self.intakes}
        refuse(len(units) > 1, f"{self.name} has more than one unit")
        refuse(self.as_needed and self.steps, "an as-needed medicine has no steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session of therapy; ``kind`` in words ("CBT session")."""

    on: date
    kind: str
    state: SessionState
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Homework:
    """A day on which homework from therapy was marked as done."""

    on: date
    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy:
    """Sessions and homework; ``label`` in words ("CBT with Sam")."""

    label: str
    sessions: tuple[Session, ...] = ()
    homework: tuple[Homework, ...] = ()
    started: date | None = None
    url: str | None = None
    ref: str = ""

    def __post_init__(self) -> None:
        in_order((s.on for s in self.sessions), "sessions")
        in_order((h.on for h in self.homework), "homework marks")
