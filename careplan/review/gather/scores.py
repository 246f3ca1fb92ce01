"""The score lanes: totals of forms that were sent, daily life, and own trackers."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from careplan.review.gather.told import (
    DRAWN,
    FORM,
    TRACKER,
    VALUE,
    Found,
    Told,
    words_of,
)
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Band, Score, ScorePoint
from journal import instruments
from patients.topics import Topic

# Points that count as a change in the timeline's sentence (ux.md 7.5) [CLIN]: from
# the first figure on it is "lower" or "higher", from the second "a little" so.
STEPS_OF_CHANGE = {"phq9": (5, 2), "gad7": (4, 2)}
# What the form asks about, in a word or two; never the name of an illness.
ABOUT = {"phq9": gettext_noop("low mood"), "gad7": gettext_noop("worry")}
DAILY_LIFE = "phq9"  # its last question, which adds to no total (J24)
HARDEST = 3
ZERO = Decimal(0)
SCALE = 10  # a tracker of one's own on a scale goes from 0 to 10


def scores(window: Window, found: Found) -> tuple[Score, ...] | None:
    """Give a line per form with a total, one of daily life, one per tracker.

    None where nothing of it is open to the reader.
    """
    if not (window.opens(Topic.MEASURES) or window.opens(Topic.MOOD)):
        return None
    forms = sorted(found.get(FORM, ()), key=lambda row: (row.on, row.at))
    totals = (_score(code, _totals(forms, code, window)) for code in DRAWN)
    lines = [*totals, _daily_life(forms, window)]
    lines += _trackers(found.get(TRACKER, ()), found.get(VALUE, ()), window)
    drawn = tuple(line for line in lines if line.points)
    return drawn if drawn or window.opens(Topic.MEASURES) else None


def _point(window: Window, row: Told, total: Decimal) -> ScorePoint:
    url = f"/p/{window.patient.pk}/measures/{row.code}/{row.id}/"
    assert row.on is not None  # noqa: S101 - a form has its day; for the types
    return ScorePoint(on=row.on, total=int(total), url=url)


def _totals(forms: Iterable[Told], code: str, window: Window) -> tuple[ScorePoint, ...]:
    """Give the last total of each day."""
    found = {
        row.on: _point(window, row, row.number)
        for row in forms
        if row.code == code and row.number is not None
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


def _daily_life(forms: Iterable[Told], window: Window) -> Score:
    """How hard it made daily life, 0 to 3, as said beside the symptoms (J24)."""
    found = {
        row.on: _point(window, row, row.second)
        for row in forms
        if row.code == DAILY_LIFE and row.second is not None
    }
    return Score(
        code=gettext("Daily life"),
        label=gettext("how hard it was"),
        highest=HARDEST,
        points=tuple(found.values()),
    )


def _trackers(
    trackers: Iterable[Told], values: Iterable[Told], window: Window
) -> Iterable[Score]:
    """Give a line per tracker of one's own (J8): the highest of each day."""
    days: dict[UUID | None, dict[date, int]] = defaultdict(dict)
    for row in sorted(values, key=lambda row: row.on):
        known = days[row.ref]
        value = max(0, int((row.number or ZERO).to_integral_value(ROUND_HALF_UP)))
        if row.on:
            known[row.on] = max(value, known.get(row.on, 0))
    for tracker in sorted(trackers, key=lambda row: (row.number, row.at)):
        logged = days[tracker.id]
        usual = {"scale": SCALE, "yes_no": 1}.get(tracker.code, 1)
        address = window.day_url()
        yield Score(
            code=words_of(tracker, window.patient.pk),
            label="",
            highest=max(usual, *logged.values(), 1),
            points=tuple(
                ScorePoint(on=day, total=n, url=address.format(day=day.isoformat()))
                for day, n in logged.items()
            ),
            lower_is_better=None,
        )
