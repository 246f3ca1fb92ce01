"""What happened, in order of date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from careplan.review.timeline import names
from careplan.review.timeline.data import Medicine, TimelineData
from careplan.review.timeline.table.shape import Row, Table
from careplan.review.timeline.words import capital, day_and_year, gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    on: date
    kind: str
    what: str
    url: str | None


def events(data: TimelineData) -> Table:
    """Everything with a day of its own that is on the page, in order of date."""
    found = [event for event in _events(data) if event.on in data.range]
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
