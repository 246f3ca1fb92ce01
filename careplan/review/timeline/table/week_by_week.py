"""Week by week: a row a week, a column a lane."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from careplan.review.timeline import comparison, course, doses, means, names
from careplan.review.timeline.data import (
    AnswerState,
    Medicine,
    Mood,
    MoodScale,
    Score,
    SideEffect,
    Span,
    TimelineData,
    monday,
)
from careplan.review.timeline.table.shape import Row, Table, not_logged
from careplan.review.timeline.words import amount, capital, day_and_year, gettext, tenth


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
