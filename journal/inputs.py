"""What a check-in says, as plain values: made by a form, a link or an import."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from patients.models import MoodScale

# Said of a dose that has an answer: the answer is taken back.
NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class EffectInput:
    """One side effect: a catalogue code, or own words. Strength None: not rated."""

    code: str = ""
    words: str = ""
    strength: int | None = None
    since: dt.date | None = None
    suspected: tuple[UUID, ...] = ()
    is_not_sure: bool = False


@dataclass(frozen=True, slots=True)
class DoseInput:
    """What became of one dose. No medicine: everything due so far (the link)."""

    day: dt.date
    answer: str
    medication_id: UUID | None = None
    slot: str = ""
    reason: str = ""
    planned_amount: Decimal | None = None
    amount: Decimal | None = None
    unit: str = ""
    taken_at: dt.datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class SleepInput:
    """Last night by the clock on the wall; hours are computed."""

    bed: dt.time | None = None
    up: dt.time | None = None
    minutes_awake: int = 0
    wakings: int | None = None
    quality: int | None = None


@dataclass(frozen=True, slots=True)
class PracticeInput:
    """A habit done."""

    kind: str
    minutes: int | None = None
    effort: str = ""
    effect: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class SubstanceInput:
    """Alcohol or something else."""

    kind: str
    units: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class TrackerInput:
    """One answer to one tracker of one's own."""

    tracker_id: UUID
    value: Decimal


@dataclass(frozen=True, slots=True)
class CheckinInput:
    """A whole check-in. `at` is what it is about; `client_id` names it for good."""

    client_id: UUID
    at: dt.datetime
    zone: str
    scale: str = MoodScale.STANDARD
    mood: int | None = None
    low: int | None = None
    high: int | None = None
    energy: int | None = None
    worry: int | None = None
    irritability: int | None = None
    effects: tuple[EffectInput, ...] = ()
    doses: tuple[DoseInput, ...] = ()
    sleep: SleepInput | None = None
    practices: tuple[PracticeInput, ...] = ()
    substance: SubstanceInput | None = None
    trackers: tuple[TrackerInput, ...] = ()
    insight: str = ""
    bring_back: bool = True
    life_event: str = ""
    note: str = ""
    is_private: bool = False
    source: str = "web"
    seconds: int | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is anything to save."""
        values = (self.mood, self.low, self.high, self.energy, self.worry)
        parts = (self.effects, self.doses, self.sleep, self.practices, self.substance)
        words = (self.trackers, self.insight, self.life_event, self.note)
        return (
            any(value is not None for value in (*values, self.irritability))
            or any(parts)
            or any(words)
        )
