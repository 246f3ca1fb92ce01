"""The score lanes: totals of forms that were sent, daily life, and own trackers."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from careplan.review.gather.window import Window
from careplan.review.timeline.data import Band, Score, ScorePoint, Voice
from journal import instruments, together
from journal.models import MeasureResponse, Tracker, TrackerValue
from patients.rows import PatientRow
from patients.topics import Topic

# Points that count as a change in the timeline's sentence (ux.md 7.5) [CLIN]: from
# the first figure on it is "lower" or "higher", from the second "a little" so.
STEPS_OF_CHANGE = {"phq9": (5, 2), "gad7": (4, 2)}
# What the form asks about, in a word or two; never the name of an illness.
ABOUT = {"phq9": gettext_noop("low mood"), "gad7": gettext_noop("worry")}
DRAWN = ("phq9", "gad7", "pcl5")
DAILY_LIFE = "phq9"  # its last question, which adds to no total (J24)
HARDEST = 3
SCALE = 10  # a tracker of one's own on a scale goes from 0 to 10


def scores(window: Window, found: together.Found) -> tuple[Score, ...] | None:
    """Give a line per form with a total, one of daily life, one per tracker.

    None where nothing of it is open to the reader.
    """
    if not asked(window):
        return None
    forms = sorted(
        found.of(MeasureResponse), key=lambda row: (row.local_date, row.sent_at)
    )
    totals = (_score(code, _totals(forms, code, window)) for code in DRAWN)
    lines = [*totals, _daily_life(forms, window)]
    lines += _trackers(found.of(Tracker), found.of(TrackerValue), window)
    drawn = tuple(line for line in lines if line.points)
    return drawn if drawn or window.opens(Topic.MEASURES) else None


def asked(window: Window) -> dict[type[PatientRow], QuerySet[Any]]:
    """Say which rows these lines need, for `together.read`."""
    asked: dict[type[PatientRow], QuerySet[Any]] = {}
    if window.opens(Topic.MEASURES):
        asked[MeasureResponse] = MeasureResponse.objects.filter(
            **window.shown(), state="sent", instrument__in=DRAWN
        )
    if window.opens(Topic.MOOD):
        trackers = Tracker.objects.filter(patient=window.patient)
        if window.voice is not Voice.PATIENT:
            trackers = trackers.filter(is_private=False)
        asked[TrackerValue] = TrackerValue.objects.filter(**window.shown())
        asked[Tracker] = trackers
    return asked


def _url(window: Window, row: MeasureResponse) -> str:
    return f"/p/{window.patient.pk}/measures/{row.instrument}/{row.pk}/"


def _totals(
    forms: Iterable[MeasureResponse], code: str, window: Window
) -> tuple[ScorePoint, ...]:
    """Give the last total of each day."""
    rows = [row for row in forms if row.instrument == code and row.score is not None]
    found = {
        row.local_date: ScorePoint(
            on=row.local_date, total=row.score, url=_url(window, row)
        )
        for row in rows
    }
    return tuple(found.values())


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


def _daily_life(forms: Iterable[MeasureResponse], window: Window) -> Score:
    """How hard it made daily life, 0 to 3, as said beside the symptoms (J24)."""
    found = {
        row.local_date: ScorePoint(
            on=row.local_date, total=row.functional, url=_url(window, row)
        )
        for row in forms
        if row.instrument == DAILY_LIFE and row.functional is not None
    }
    return Score(
        code=gettext("Daily life"),
        label=gettext("how hard it was"),
        highest=HARDEST,
        points=tuple(found.values()),
    )


def _trackers(
    trackers: Iterable[Tracker], values: Iterable[TrackerValue], window: Window
) -> Iterable[Score]:
    """Give a line per tracker of one's own (J8): the highest of each day."""
    days: dict[UUID, dict[date, int]] = defaultdict(dict)
    for row in sorted(values, key=lambda row: row.local_date):
        known = days[row.tracker_id]
        value = max(0, int(row.value.to_integral_value(ROUND_HALF_UP)))
        known[row.local_date] = max(value, known.get(row.local_date, 0))
    for tracker in sorted(trackers, key=lambda row: (row.order, row.created_at)):
        logged = days[tracker.pk]
        usual = {"scale": SCALE, "yes_no": 1}.get(tracker.kind, 1)
        address = window.day_url()
        yield Score(
            code=tracker.name,
            label="",
            highest=max(usual, *logged.values(), 1),
            points=tuple(
                ScorePoint(on=day, total=n, url=address.format(day=day.isoformat()))
                for day, n in logged.items()
            ),
            lower_is_better=None,
        )
