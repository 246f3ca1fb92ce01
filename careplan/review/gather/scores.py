"""The score lanes: totals of forms that were sent, with their published ranges."""

from collections import defaultdict

from django.utils.translation import gettext, gettext_noop

from careplan.review.gather.window import Window
from careplan.review.timeline.data import Band, Score, ScorePoint
from journal import instruments
from journal.models import MeasureResponse
from patients.topics import Topic

# Points that count as a change in the timeline's sentence (ux.md 7.5) [CLIN]: from
# the first figure on it is "lower" or "higher", from the second "a little" so.
STEPS_OF_CHANGE = {"phq9": (5, 2), "gad7": (4, 2)}
# What the form asks about, in a word or two; never the name of an illness.
ABOUT = {"phq9": gettext_noop("low mood"), "gad7": gettext_noop("worry")}
DRAWN = ("phq9", "gad7", "pcl5")


def scores(window: Window) -> tuple[Score, ...] | None:
    """Give one line per form with a total in these days, or None without consent."""
    if not window.opens(Topic.MEASURES):
        return None
    rows = (
        MeasureResponse.objects.filter(
            **window.shown(), state="sent", score__isnull=False, instrument__in=DRAWN
        )
        .order_by("local_date", "sent_at")
        .values_list("instrument", "local_date", "score", "pk")
    )
    points: dict[str, dict[object, ScorePoint]] = defaultdict(dict)
    for code, day, total, pk in rows:
        url = f"/p/{window.patient.pk}/measures/{code}/{pk}/"
        points[code][day] = ScorePoint(on=day, total=total, url=url)
    return tuple(
        _score(code, tuple(points[code].values())) for code in DRAWN if points[code]
    )


def _score(code: str, points: tuple[ScorePoint, ...]) -> Score:
    form = instruments.instrument(code)
    clear, slight = STEPS_OF_CHANGE.get(code, (None, None))
    return Score(
        code=form.name,
        label=gettext(ABOUT[code]) if code in ABOUT else "",
        highest=form.range[1] if form.range else 1,
        points=points,
        bands=tuple(Band(start=band.min, name=band.label) for band in form.bands),
        clear=clear,
        slight=slight,
    )
