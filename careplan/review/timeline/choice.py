"""Which lanes are drawn: what the viewer chose, and what is folded away."""

from dataclasses import dataclass
from enum import StrEnum

from careplan.review.timeline.data import Medicine, Score, SideEffect, TimelineData
from careplan.review.timeline.doses import current


class LaneKind(StrEnum):
    """The lanes a person can switch on and off, in the order they stand."""

    PHASES = "phases"
    VERSIONS = "versions"
    MEDICINES = "medicines"
    THERAPY = "therapy"
    PRACTICES = "practices"
    MOOD = "mood"
    SCORES = "scores"
    EFFECTS = "effects"
    SLEEP = "sleep"
    EVENTS = "events"


EVERY_LANE = frozenset(LaneKind)
MOST_EVEN_WITH_ALL = 8  # lanes of one kind, also under "Show all lanes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Which kinds of lane, and whether all of each ("Show all lanes")."""

    lanes: frozenset[LaneKind] = EVERY_LANE
    every_one: bool = False

    def has(self, kind: LaneKind) -> bool:
        """Whether lanes of this kind are on."""
        return kind in self.lanes


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A lane that is shared and switched on, yet not drawn for want of room."""

    kind: LaneKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The lanes of which there may be many, in the order they are drawn."""

    medicines: tuple[Medicine, ...]
    effects: tuple[SideEffect, ...]
    scores: tuple[tuple[Score, ...], ...]
    folded: tuple[Folded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many lanes of a kind a sheet has room for."""

    medicines: int = 4
    effects: int = 5
    scores: int = 3


def choose(data: TimelineData, show: Show, room: Room) -> Chosen:
    """The medicine in question first; what finds no room is named in ``folded``."""
    most = MOST_EVEN_WITH_ALL if show.every_one else None
    medicines = in_question_first(data) if show.has(LaneKind.MEDICINES) else []
    effects = logged_first(data) if show.has(LaneKind.EFFECTS) else []
    scores = paired(data.scores or ()) if show.has(LaneKind.SCORES) else []
    of_medicines = most or room.medicines
    of_effects = most or room.effects
    of_scores = most or room.scores
    folded = [
        *(
            Folded(kind=LaneKind.MEDICINES, name=m.name)
            for m in medicines[of_medicines:]
        ),
        *(Folded(kind=LaneKind.EFFECTS, name=e.name) for e in effects[of_effects:]),
        *(
            Folded(kind=LaneKind.SCORES, name=score.code)
            for pair in scores[of_scores:]
            for score in pair
        ),
    ]
    return Chosen(
        medicines=tuple(medicines[:of_medicines]),
        effects=tuple(effects[:of_effects]),
        scores=tuple(scores[:of_scores]),
        folded=tuple(folded),
    )


def in_question_first(data: TimelineData) -> list[Medicine]:
    """The pivot's medicine, then those in use today, then the rest, else as given."""
    ref = data.pivot.ref if data.pivot else None

    def rank(medicine: Medicine) -> int:
        now = current(medicine, data.range.today)
        in_use = medicine.as_needed or (now is not None and now.dose > 0)
        return 0 if medicine.ref == ref else 1 if in_use else 2

    return sorted(data.medicines or (), key=rank)


def logged_first(data: TimelineData) -> list[SideEffect]:
    """Side effects with something on the page before those without."""
    page = data.range.span

    def is_quiet(effect: SideEffect) -> bool:
        return not any(page.meets(run.start, run.end) for run in effect.runs)

    return sorted(data.effects or (), key=is_quiet)


def paired(scores: tuple[Score, ...]) -> list[tuple[Score, ...]]:
    """PHQ-9 and GAD-7 share an axis; every other measure has its own."""
    by_code = {score.code: score for score in scores}
    pair = tuple(by_code[code] for code in ("PHQ-9", "GAD-7") if code in by_code)
    rest = [(score,) for score in scores if score not in pair]
    return [pair, *rest] if pair else list(rest)
