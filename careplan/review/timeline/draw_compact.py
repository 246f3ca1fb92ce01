"""The small sheet inside the visit brief: what happened since the last visit."""

from careplan.review.timeline import svg
from careplan.review.timeline.choice import LaneKind, Room, Show, choose
from careplan.review.timeline.data import MoodScale, TimelineData
from careplan.review.timeline.figure import Figure, drawn
from careplan.review.timeline.lanes.effect import EffectLane
from careplan.review.timeline.lanes.events import EventsLane
from careplan.review.timeline.lanes.medicine import MedicineLane
from careplan.review.timeline.lanes.mood import MoodLane
from careplan.review.timeline.lanes.mood_elevated import ElevatedMoodLane
from careplan.review.timeline.lanes.scores import ScoresLane
from careplan.review.timeline.lanes.therapy import TherapyLane
from careplan.review.timeline.print_style import embedded
from careplan.review.timeline.sheet import Format, Lane

FORMAT = Format(width=860, left=146, right=0, top=46, bottom=24, is_small=True)
ROOM = Room(medicines=2, effects=2, scores=1)
EVERYTHING = Show()


def draw(
    data: TimelineData,
    *,
    uid: str = "tc",
    show: Show = EVERYTHING,
    is_linked: bool = True,
    with_style: bool = False,
) -> Figure:
    """The timeline of the brief. Set ``data.last_visit`` to shade the time since."""
    chosen = choose(data, show, ROOM)
    found: list[Lane] = [MedicineLane(m, 62) for m in chosen.medicines]
    if data.therapy and show.has(LaneKind.THERAPY):
        found.append(TherapyLane(data.therapy, 38, 5.5))
    if data.mood and show.has(LaneKind.MOOD):
        found.append(_mood(data))
    found += [ScoresLane(pair[:1], 76) for pair in chosen.scores]
    found += [EffectLane(effect, 25) for effect in chosen.effects]
    if data.events is not None and show.has(LaneKind.EVENTS):
        found.append(EventsLane(data.events, 26))
    return drawn(
        data,
        FORMAT,
        tuple(found),
        uid=uid,
        is_linked=is_linked,
        folded=chosen.folded,
        style=embedded() if with_style else svg.EMPTY,
    )


def _mood(data: TimelineData) -> Lane:
    if data.mood and data.mood.scale is MoodScale.ELEVATED:
        return ElevatedMoodLane(data.mood, 86, shows_means=False)
    assert data.mood is not None  # noqa: S101 - asked by the caller; for the types
    return MoodLane(data.mood, 86, shows_means=False)
