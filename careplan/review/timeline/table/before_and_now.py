"""Before against now: a row a lane."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from careplan.review.timeline import comparison, course, doses
from careplan.review.timeline.comparison import Turn, Worth
from careplan.review.timeline.data import (
    Medicine,
    Mood,
    MoodScale,
    Score,
    SessionState,
    SideEffect,
    Span,
    Step,
    TimelineData,
)
from careplan.review.timeline.lanes import mood as mood_lane
from careplan.review.timeline.table.shape import Row, Table, not_logged
from careplan.review.timeline.windows import Windows, windows
from careplan.review.timeline.words import (
    amount,
    capital,
    day_and_year,
    days_short,
    gettext,
    ngettext,
    tenth,
)


def summary(data: TimelineData) -> Table | None:
    """Before against now, a row a lane; ``None`` without a change in question."""
    if not data.pivot:
        return None
    frame = windows(data.pivot.on, today=data.range.today)
    now = _days(frame.now) if frame.now else gettext("too soon")
    return Table(
        caption=gettext("Before and now"),
        columns=(
            gettext("What"),
            gettext("Before (%(days)s)", days=_days(frame.before)),
            gettext("Now (%(days)s)", days=now),
            gettext("Change"),
        ),
        rows=tuple(_summary_rows(data, frame)),
    )


def _days(span: Span) -> str:
    return days_short(span.start, span.end)


def _summary_rows(data: TimelineData, frame: Windows) -> Iterator[Row]:
    for medicine in data.medicines or ():
        yield _medicine_row(data, medicine, frame)
    if data.mood:
        yield _mood_row(data.mood, frame)
    for score in data.scores or ():
        yield _score_row(score, frame)
    for effect in data.effects or ():
        yield _effect_row(data, effect, frame)
    if data.sleep:
        yield _sleep_row(data, frame)
    if data.therapy:
        yield _therapy_row(data, frame)


def _medicine_row(data: TimelineData, medicine: Medicine, frame: Windows) -> Row:
    was = doses.current(medicine, frame.before.end)
    now = doses.current(medicine, data.range.today)
    changed = gettext("No change")
    if now and (was is None or was.on != now.on):
        changed = day_and_year(now.on)
    if medicine.as_needed:
        return _as_needed_row(medicine, frame)
    return Row(
        header=medicine.name,
        cells=(_dose(was), _dose(now), changed),
        url=medicine.url,
    )


def _dose(step: Step | None) -> str:
    if step is None:
        return gettext("Not taken")
    return gettext("Stopped") if not step.dose else amount(step.dose, step.unit)


def _as_needed_row(medicine: Medicine, frame: Windows) -> Row:
    def count(span: Span | None) -> str:
        days = {i.on for i in medicine.intakes if span and i.on in span}
        return ngettext("%(count)s day", "%(count)s days", len(days))

    cells = (count(frame.before), count(frame.now), gettext("As needed"))
    return Row(header=medicine.name, cells=cells, url=medicine.url)


def _mood_row(mood: Mood, frame: Windows) -> Row:
    part = comparison.mood(mood, frame)
    header = gettext("Mood, 1 to 7 (higher is better)")
    if mood.scale is MoodScale.ELEVATED:
        header = gettext("Mood, distance from steady, 0 to 3 (lower is steadier)")
    return Row(
        header=header,
        cells=(
            _mean(part.before, part.days_before),
            _mean(part.now, part.days_now),
            mood_lane.turn_note(part),
        ),
    )


def _mean(value: Fraction | None, days: int) -> str:
    if value is None:
        return not_logged()
    logged = ngettext("%(count)s day", "%(count)s days", days)
    return gettext("%(mean)s (%(days)s)", mean=tenth(value), days=logged)


def _score_row(score: Score, frame: Windows) -> Row:
    part = comparison.score(score, frame)
    return Row(
        header=_score_header(score),
        cells=(
            _total(score, part.before.total if part.before else None),
            _total(score, part.now.total if part.now else None),
            _turn(part.turn, part.worth),
        ),
    )


def _score_header(score: Score) -> str:
    if score.lower_is_better is None:
        return gettext(
            "%(code)s, 0 to %(highest)s", code=score.code, highest=score.highest
        )
    return gettext(
        "%(code)s, 0 to %(highest)s (%(better)s)",
        code=score.code,
        highest=score.highest,
        better=gettext("lower is better")
        if score.lower_is_better
        else gettext("higher is better"),
    )


def _total(score: Score, total: int | None) -> str:
    if total is None:
        return not_logged()
    name = comparison.range_name(score, total)
    return f"{total} ({name})" if name else str(total)


def _turn(turn: Turn, worth: Worth) -> str:
    words = {
        Turn.MUCH_LOWER: gettext("Lower"),
        Turn.LITTLE_LOWER: gettext("A little lower"),
        Turn.SAME: gettext("About the same"),
        Turn.LITTLE_HIGHER: gettext("A little higher"),
        Turn.MUCH_HIGHER: gettext("Higher"),
        Turn.UNCLEAR: gettext("Hard to say yet"),
    }[turn]
    return gettext("%(w)s (better)", w=words) if worth is Worth.BETTER else words


def _effect_row(data: TimelineData, effect: SideEffect, frame: Windows) -> Row:
    cells = (
        _level_in(effect, frame.before),
        _level_in(effect, frame.now),
        course.standing(effect, data.range.span, data.range.today),
    )
    name = course.full_name(effect, data.voice)
    return Row(header=name, cells=cells, url=effect.url)


def _level_in(effect: SideEffect, span: Span | None) -> str:
    """The worst level in the span, and its days where it did not last throughout."""
    if span is None:
        return gettext("Too soon")
    runs = course.runs_in(effect, span)
    if not runs:
        silent = all(
            not course.is_logged(effect, span.start + timedelta(days=i))
            for i in range(span.days)
        )
        return not_logged() if silent else gettext("None")
    worst = max(runs, key=lambda run: run.level)
    word = capital(course.level_word(worst.level))
    if worst.start <= span.start and worst.end >= span.end:
        return word
    start, end = max(worst.start, span.start), min(worst.end, span.end)
    return f"{word} {days_short(start, end)}"


def _sleep_row(data: TimelineData, frame: Windows) -> Row:
    was = comparison.sleep_in(data, frame.before)
    now = comparison.sleep_in(data, frame.now)
    change = not_logged()
    if data.sleep and was is not None and now is not None:
        change = comparison.goal_words(data.sleep, was, now) or _difference(now - was)
    cells = (_hours(was), _hours(now), change)
    return Row(header=gettext("Sleep, hours a night"), cells=cells)


def _difference(hours: Fraction) -> str:
    if abs(hours) < Fraction(1, 20):
        return gettext("About the same")
    size = tenth(abs(hours))
    if hours > 0:
        return gettext("%(size)s hours more", size=size)
    return gettext("%(size)s hours less", size=size)


def _hours(value: Fraction | None) -> str:
    return not_logged() if value is None else tenth(value)


def _therapy_row(data: TimelineData, frame: Windows) -> Row:
    def held(span: Span | None) -> str:
        sessions = data.therapy.sessions if data.therapy else ()
        count = sum(
            s.state is SessionState.HELD for s in sessions if span and s.on in span
        )
        return ngettext("%(count)s session", "%(count)s sessions", count)

    label = data.therapy.label if data.therapy else ""
    cells = (held(frame.before), held(frame.now), "")
    return Row(header=label or gettext("Therapy"), cells=(*cells[:2], _planned(data)))


def _planned(data: TimelineData) -> str:
    sessions = data.therapy.sessions if data.therapy else ()
    booked = sum(s.state is SessionState.BOOKED for s in sessions)
    return gettext("%(count)s booked", count=booked)
