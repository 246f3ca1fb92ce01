"""The wide sheet: names on the left, answers on the right, one axis for all lanes."""

from careplan.review.timeline.choice import Chosen, LaneKind, Room, Show, choose
from careplan.review.timeline.data import MoodScale, Score, TimelineData
from careplan.review.timeline.figure import Figure, drawn
from careplan.review.timeline.lanes.effect import EffectLane
from careplan.review.timeline.lanes.events import EventsLane, PhasesLane, VersionsLane
from careplan.review.timeline.lanes.medicine import MedicineLane
from careplan.review.timeline.lanes.mood import MoodLane
from careplan.review.timeline.lanes.mood_elevated import ElevatedMoodLane
from careplan.review.timeline.lanes.scores import ScoresLane
from careplan.review.timeline.lanes.therapy import TherapyLane
from careplan.review.timeline.lanes.weeks import PracticeLane, SleepLane
from careplan.review.timeline.sheet import Format, Lane

FORMAT = Format(width=1384, left=172, right=214)
EVERYTHING = Show()


def draw(
    data: TimelineData,
    *,
    uid: str = "tl",
    show: Show = EVERYTHING,
    is_linked: bool = True,
) -> Figure:
    """The timeline for a wide screen; ``uid`` must be unique on the page."""
    chosen = choose(data, show, Room())
    return drawn(
        data,
        FORMAT,
        lanes(data, show, chosen),
        uid=uid,
        is_linked=is_linked,
        folded=chosen.folded,
    )


def lanes(data: TimelineData, show: Show, chosen: Chosen) -> tuple[Lane, ...]:
    """From the top: plan, medicines, therapy, mood, scores, side effects, life."""
    return (
        *_plan(data, show),
        *(MedicineLane(medicine) for medicine in chosen.medicines),
        *_therapy(data, show),
        *_mood(data, show),
        *(ScoresLane(pair, _score_height(pair)) for pair in chosen.scores),
        *(EffectLane(effect) for effect in chosen.effects),
        *_life(data, show),
    )


def _plan(data: TimelineData, show: Show) -> list[Lane]:
    found: list[Lane] = []
    if data.phases and show.has(LaneKind.PHASES):
        found.append(PhasesLane(data.phases))
    if data.versions and show.has(LaneKind.VERSIONS):
        found.append(VersionsLane(data.versions))
    return found


def _therapy(data: TimelineData, show: Show) -> list[Lane]:
    if data.therapy is None or not show.has(LaneKind.THERAPY):
        return []
    return [TherapyLane(data.therapy)]


def _mood(data: TimelineData, show: Show) -> list[Lane]:
    if data.mood is None or not show.has(LaneKind.MOOD):
        return []
    if data.mood.scale is MoodScale.ELEVATED:
        return [ElevatedMoodLane(data.mood)]
    return [MoodLane(data.mood)]


def _score_height(pair: tuple[Score, ...]) -> float:
    return 158 if len(pair) > 1 else 110


def _life(data: TimelineData, show: Show) -> list[Lane]:
    found: list[Lane] = []
    if data.sleep and show.has(LaneKind.SLEEP):
        found.append(SleepLane(data.sleep))
    if show.has(LaneKind.PRACTICES):
        found += [PracticeLane(practice) for practice in (data.practices or ())[:6]]
    if data.events is not None and show.has(LaneKind.EVENTS):
        found.append(EventsLane(data.events))
    return found
