"""The narrow sheet: names above the lanes, no sideways scrolling, 17 weeks or so."""

from careplan.review.timeline.choice import LaneKind, Room, Show, choose
from careplan.review.timeline.data import Mood, MoodScale, TimelineData
from careplan.review.timeline.figure import Figure, drawn
from careplan.review.timeline.lanes.effect import EffectLane
from careplan.review.timeline.lanes.events import EventsLane
from careplan.review.timeline.lanes.medicine import MedicineLane
from careplan.review.timeline.lanes.mood import MoodLane
from careplan.review.timeline.lanes.mood_elevated import ElevatedMoodLane
from careplan.review.timeline.lanes.scores import ScoresLane
from careplan.review.timeline.lanes.therapy import TherapyLane
from careplan.review.timeline.sheet import Format, Lane

WEEKS = 17
FORMAT = Format(
    width=330,
    top=26,
    bottom=28,
    name_row=28,
    has_gutter=False,
    is_small=True,
    months_below=True,
)
ROOM = Room(medicines=2, effects=2, scores=1)
EVERYTHING = Show()


def draw(
    data: TimelineData,
    *,
    uid: str = "tm",
    show: Show = EVERYTHING,
    is_linked: bool = True,
) -> Figure:
    """The timeline for a phone, 330 wide. Give it a range of about 17 weeks."""
    chosen = choose(data, show, ROOM)
    found: list[Lane] = [MedicineLane(m, 70) for m in chosen.medicines]
    if data.mood and show.has(LaneKind.MOOD):
        found.append(_mood(data.mood))
    found += [ScoresLane(pair[:1], 92) for pair in chosen.scores]
    found += [EffectLane(effect, 32) for effect in chosen.effects]
    if data.therapy and show.has(LaneKind.THERAPY):
        found.append(TherapyLane(data.therapy, 30, 4.5))
    if data.events is not None and show.has(LaneKind.EVENTS):
        found.append(EventsLane(data.events, 48))
    return drawn(
        data,
        FORMAT,
        tuple(found),
        uid=uid,
        is_linked=is_linked,
        folded=chosen.folded,
    )


def _mood(mood: Mood) -> Lane:
    if mood.scale is MoodScale.ELEVATED:
        return ElevatedMoodLane(mood, 112)
    return MoodLane(mood, 112)
