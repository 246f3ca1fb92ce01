"""The figure as text, equal to its data: what changed, what happened, week by week.

Rows are frozen and finished: a page prints header cells, cells and captions as they
are. An empty cell says "Not logged", never nothing. A lane that is not shared has no
row and no column.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from careplan.review.timeline import comparison, course, doses, means, names
from careplan.review.timeline.comparison import Turn, Worth
from careplan.review.timeline.data import (
    AnswerState,
    Medicine,
    Mood,
    MoodScale,
    Score,
    SessionState,
    SideEffect,
    Span,
    Step,
    TimelineData,
    monday,
)
from careplan.review.timeline.lanes import mood as mood_lane
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A header cell, its cells, and the address of the record, if it has one."""

    header: str
    cells: tuple[str, ...]
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``columns`` has one word more than a row has cells: that of the headers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def not_logged() -> str:
    """What an empty cell says."""
    return gettext("Not logged")


# ---- before, now, change


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


# ---- events in order


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    on: date
    kind: str
    what: str
    url: str | None


def events(data: TimelineData) -> Table:
    """Everything with a day of its own that is on the page, in order of date."""
    found = [event for event in _events(data) if event.on in data.range.span]
    found.sort(key=lambda event: event.on)
    return Table(
        caption=gettext("What happened, in order"),
        columns=(gettext("Date"), gettext("Kind"), gettext("What")),
        rows=tuple(
            Row(header=day_and_year(e.on), cells=(e.kind, e.what), url=e.url)
            for e in found
        ),
    )


def _events(data: TimelineData) -> Iterator[_Event]:
    for version in data.versions or ():
        what = capital(names.version_words(version))
        yield _Event(on=version.on, kind=_plan(), what=what, url=version.url)
    for phase in data.phases or ():
        what = capital(names.phase_words(phase))
        yield _Event(on=phase.start, kind=_plan(), what=what, url=phase.url)
    for medicine in data.medicines or ():
        yield from _medicine_events(medicine)
    yield from _therapy_events(data)
    for score in data.scores or ():
        for point in score.points:
            what = names.score_words(score, point)
            yield _Event(on=point.on, kind=gettext("Form"), what=what, url=point.url)
    for effect in data.effects or ():
        for run in effect.runs:
            what = names.run_words(effect, run, data.voice)
            start = max(run.start, min(data.range.start, run.end))
            url = run.url or effect.url
            yield _Event(on=start, kind=gettext("Side effect"), what=what, url=url)
    for event in data.events or ():
        kind = gettext("Life event")
        yield _Event(on=event.on, kind=kind, what=event.name, url=event.url)
    for change in data.changes:
        what = capital(change.label)
        yield _Event(on=change.on, kind=_plan(), what=what, url=change.url)


def _plan() -> str:
    return gettext("Plan")


def _medicine_events(medicine: Medicine) -> Iterator[_Event]:
    kind = gettext("Medicine")
    for step in medicine.steps:
        what = names.step_words(medicine, step)
        url = step.url or medicine.url
        yield _Event(on=step.on, kind=kind, what=what, url=url)
    for mark in medicine.answers or ():
        what = names.answer_words(medicine, mark)
        yield _Event(on=mark.on, kind=kind, what=what, url=mark.url)
    for intake in medicine.intakes:
        what = names.intake_words(medicine, intake)
        yield _Event(on=intake.on, kind=kind, what=what, url=intake.url)


def _therapy_events(data: TimelineData) -> Iterator[_Event]:
    if not data.therapy:
        return
    for session in data.therapy.sessions:
        what = names.session_words(session)
        kind = gettext("Therapy")
        yield _Event(on=session.on, kind=kind, what=what, url=session.url)
    for mark in data.therapy.homework:
        what = names.homework_words(mark)
        yield _Event(on=mark.on, kind=gettext("Homework"), what=what, url=mark.url)


# ---- week by week


def weekly(data: TimelineData) -> Table:
    """A row a week of the page, from its Monday, up to today."""
    columns = _columns(data)
    return Table(
        caption=gettext("Week by week"),
        columns=(gettext("Week from"), *(name for name, _ in columns)),
        rows=tuple(
            Row(
                header=day_and_year(week.start),
                cells=tuple(cell(week) for _, cell in columns),
                url=data.address_of(week.start),
            )
            for week in _weeks(data)
        ),
    )


def _weeks(data: TimelineData) -> list[Span]:
    last = min(data.range.end, data.range.today)
    start, found = monday(data.range.start), []
    while start <= last:
        found.append(Span(start=start, end=start + timedelta(days=6)))
        start += timedelta(days=7)
    return found


def _columns(data: TimelineData) -> list[tuple[str, "_Cell"]]:
    found: list[tuple[str, _Cell]] = []
    if data.mood:
        found += _mood_columns(data.mood)
    for score in data.scores or ():
        found.append((score.code, _ScoreCell(score)))
    for effect in data.effects or ():
        name = course.full_name(effect, data.voice)
        found.append((name, _EffectCell(effect, data.range.today)))
    for medicine in data.medicines or ():
        found.append((medicine.name, _MedicineCell(medicine, data.range.today)))
    if data.sleep:
        found.append((gettext("Sleep, hours"), _SleepCell(data)))
    for practice in data.practices or ():
        weeks = {w.week: w.done for w in practice.weeks}
        found.append((practice.name, _CountCell(weeks)))
    if data.therapy:
        found.append((gettext("Sessions"), _SessionsCell(data)))
    return found


class _Cell(ABC):
    """What stands in a column for a week."""

    @abstractmethod
    def __call__(self, week: Span) -> str:
        """Say it."""


def _mood_columns(mood: Mood) -> list[tuple[str, _Cell]]:
    found: list[tuple[str, _Cell]]
    if mood.scale is MoodScale.STANDARD:
        found = [
            (
                gettext("Mood, 1 to 7"),
                _MeanCell(means.by_day(mood.points, means.value_of)),
            )
        ]
    else:
        low = means.by_day(mood.points, means.low_of)
        high = means.by_day(mood.points, means.high_of)
        mixed = {p.on for p in mood.points if p.low and p.high}
        found = [
            (gettext("Low, 0 to 3"), _MeanCell(low)),
            (gettext("High, 0 to 3"), _MeanCell(high)),
            (gettext("Mixed days"), _DaysCell(mixed)),
        ]
    return [*found, (gettext("Days logged"), _DaysCell({p.on for p in mood.points}))]


@dataclass(frozen=True, slots=True)
class _MeanCell(_Cell):
    days: means.Days

    def __call__(self, week: Span) -> str:
        value = means.mean(means.within(self.days, week))
        return not_logged() if value is None else tenth(value)


@dataclass(frozen=True, slots=True)
class _DaysCell(_Cell):
    days: set[date]

    def __call__(self, week: Span) -> str:
        return str(sum(day in week for day in self.days))


@dataclass(frozen=True, slots=True)
class _ScoreCell(_Cell):
    score: Score

    def __call__(self, week: Span) -> str:
        totals = [str(p.total) for p in self.score.points if p.on in week]
        return ", ".join(totals) or not_logged()


@dataclass(frozen=True, slots=True)
class _EffectCell(_Cell):
    effect: SideEffect
    today: date

    def __call__(self, week: Span) -> str:
        days = [week.start + timedelta(days=i) for i in range(7)]
        past = [day for day in days if day <= self.today]
        level = course.worst(course.runs_in(self.effect, week))
        if not level and not any(course.is_logged(self.effect, d) for d in past):
            return not_logged()
        return capital(course.level_word(level))


@dataclass(frozen=True, slots=True)
class _MedicineCell(_Cell):
    medicine: Medicine
    today: date

    def __call__(self, week: Span) -> str:
        parts = [self._dose(week), self._taken(week), self._answers(week)]
        return ", ".join(part for part in parts if part) or not_logged()

    def _dose(self, week: Span) -> str:
        if self.medicine.as_needed:
            found = [i for i in self.medicine.intakes if i.on in week]
            total = sum((i.dose for i in found), Decimal(0))
            return amount(total, found[0].unit) if found else gettext("none taken")
        step = doses.current(self.medicine, min(week.end, self.today))
        if step is None:
            return gettext("not started")
        return amount(step.dose, step.unit) if step.dose else gettext("stopped")

    def _taken(self, week: Span) -> str:
        for found in self.medicine.weeks or ():
            if found.week in week:
                return gettext(
                    "taken %(taken)s of %(planned)s",
                    taken=found.taken,
                    planned=found.planned,
                )
        return ""

    def _answers(self, week: Span) -> str:
        marks = [a.state for a in self.medicine.answers or () if a.on in week]
        return ", ".join(
            f"{names.answer_word(state)} {marks.count(state)}"
            for state in AnswerState
            if state in marks
        )


@dataclass(frozen=True, slots=True)
class _SleepCell(_Cell):
    data: TimelineData

    def __call__(self, week: Span) -> str:
        value = comparison.sleep_in(self.data, week)
        return not_logged() if value is None else tenth(value)


@dataclass(frozen=True, slots=True)
class _CountCell(_Cell):
    weeks: dict[date, int]

    def __call__(self, week: Span) -> str:
        found = [done for start, done in self.weeks.items() if start in week]
        return str(sum(found)) if found else not_logged()


@dataclass(frozen=True, slots=True)
class _SessionsCell(_Cell):
    data: TimelineData

    def __call__(self, week: Span) -> str:
        sessions = self.data.therapy.sessions if self.data.therapy else ()
        found = [names.session_state(s.state) for s in sessions if s.on in week]
        return ", ".join(found) or gettext("none")
