"""The brief before a visit: one page per role, from what that role may see (N10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.translation import gettext as _

from careplan.common.clock import local_date
from careplan.plan.models import Goal
from careplan.review import beside, brief_head, caseload, facts, gather, worklist
from careplan.review.beside import Beside, Row
from careplan.review.pivots import choices
from careplan.review.timeline import draw_compact, draw_phone, legend
from careplan.review.timeline.data import Range, TimelineData, Voice
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import day_near, day_short, spoken_by
from careplan.review.worklist import Known
from patients.access import Actor
from patients.models import Patient, Role, User
from patients.topics import Topic

BACK = dt.timedelta(days=84)
AHEAD = dt.timedelta(days=28)
SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One fact as the page prints it; `word` stays empty for the patient."""

    name: str
    word: str
    kind: str
    text: str
    url: str
    link_label: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing in a box at the side."""

    text: str
    tag: str = ""
    kind: str = ""
    about: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The whole page."""

    name: str
    about: str
    visit_words: str
    since: str
    since_day: dt.date
    today: dt.date
    facts: tuple[FactRow, ...]
    basis_link: str
    figure: Svg
    narrow: Svg
    paper: Svg
    alt: str
    legend: tuple[legend.LegendItem, ...]
    agenda: tuple[str, ...]
    waiting: tuple[Line, ...]
    safety: tuple[Line, ...] | None
    therapy_title: str
    therapy: tuple[Line, ...] | None
    medicine: tuple[Line, ...] | None
    goals: tuple[Line, ...] | None
    well: str
    hidden: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom the brief is made: a clinician's own place, or the patient looking
    at what that clinician will see (`with_words` is off then)."""

    actor: Actor
    user: User
    role: str
    topics: frozenset[str]
    with_words: bool = True

    def opens(self, topic: Topic) -> bool:
        return topic.value in self.topics


def build(patient: Patient, reader: Reader, *, now: dt.datetime) -> Brief:
    """Give the brief: eight queries at most, whatever was logged (decisions 36)."""
    today = local_date(now, patient.time_zone)
    near = beside.beside(
        patient, clinician=reader.user, role=reader.role, topics=reader.topics
    )
    last, coming = brief_head.visits(near, now=now)
    known = _known(patient, reader, now=now)
    with spoken_by(translation):
        data = _data(patient, reader, today, last)
        figure = draw_compact.draw(data, uid="tc")
        paper = draw_compact.draw(data, uid="tp", is_linked=False, with_style=True)
        now_span, _before = facts.spans(data)
        item9 = known.item9 if known else ()
        return Brief(
            name=patient.user.name,
            about=brief_head.about(patient, today),
            visit_words=brief_head.visit_words(patient, last, coming, today),
            since=day_short(now_span.start),
            since_day=now_span.start,
            today=today,
            facts=tuple(_fact_rows(data, patient, reader, item9)),
            basis_link="#worked-out" if reader.with_words else "",
            figure=figure.svg,
            narrow=draw_phone.draw(_on_phone(data), uid="tb").svg,
            paper=paper.svg,
            alt=_("Timeline of the last twelve weeks"),
            legend=legend.legend(data),
            agenda=_agenda(near, coming),
            waiting=_waiting(patient, reader, known),
            safety=_safety(near, reader, known) if reader.with_words else None,
            therapy_title=_therapy_title(reader),
            therapy=_therapy(near, reader),
            medicine=_medicine(data, reader),
            goals=_goals(near, reader),
            well=_when_well(near),
            hidden=_hidden(reader),
            role=reader.role,
        )


def _data(
    patient: Patient, reader: Reader, today: dt.date, last: dt.datetime | None
) -> TimelineData:
    since = local_date(last, patient.time_zone) if last else None
    start = today - BACK
    window = gather.Window(
        patient=patient,
        topics=reader.topics,
        voice=Voice.CLINICIAN,
        start=min(start, (since or today) - BACK),
        end=today + AHEAD,
        today=today,
    )
    data = gather.timeline(window)
    days = Range(start=start, end=today + AHEAD, today=today)
    return replace(data, range=days, last_visit=since)


def _on_phone(data: TimelineData) -> TimelineData:
    """The same days as the wide drawing, without what is planned after two weeks."""
    end = min(data.range.end, data.range.today + dt.timedelta(days=14))
    return replace(data, range=replace(data.range, end=end))


def _known(patient: Patient, reader: Reader, *, now: dt.datetime) -> Known | None:
    """What the reader's own consent opens, whoever is looking at the page."""
    place = caseload.Place(reader.role, reader.topics)
    found = caseload.known_of({patient.pk: place}, reader.user.pk, now=now)
    return found[0] if found else None


def _fact_rows(
    data: TimelineData,
    patient: Patient,
    reader: Reader,
    item9: tuple[int | None, ...],
) -> list[FactRow]:
    shown = item9 if reader.opens(Topic.SAFETY) or reader.opens(Topic.MEASURES) else ()
    found = facts.facts(data, prefix=f"/p/{patient.pk}", item9=shown)
    rows = []
    for fact in found:
        word, kind = facts.words(fact.word) if reader.with_words else ("", "")
        rows.append(
            FactRow(
                name=fact.name,
                word=word,
                kind=kind,
                text=fact.text,
                url=fact.url,
                link_label=fact.link,
                basis=fact.basis,
            )
        )
    return rows


def _agenda(near: Beside, coming: Row | None) -> tuple[str, ...]:
    """The patient's own points for this visit come first (T5)."""
    if coming is None:
        return ()
    rows = (row for row in near.get(beside.POINT, ()) if row.more == str(coming.id))
    return tuple(row.words for row in rows)


# What the patient reads of it: what waits for somebody. Flags are decision support.
PLAIN = (
    worklist.Rank.QUESTION,
    worklist.Rank.ANSWER,
    worklist.Rank.OTHERS,
    worklist.Rank.STEP,
    worklist.Rank.MONITORING,
    worklist.Rank.REVIEW,
)
SAID_UNDER_SAFETY = (
    worklist.Rank.EMERGENCY,
    worklist.Rank.SAFETY,
    worklist.Rank.TAKEN,
)


def _waiting(patient: Patient, reader: Reader, known: Known | None) -> tuple[Line, ...]:
    if known is None:
        return ()
    url = f"/p/{patient.pk}/plan/"
    found = worklist.reasons(known)
    if not reader.with_words:
        plain = [reason for reason in found if reason.rank in PLAIN and reason.text]
        return tuple(Line(text=reason.text, url=url) for reason in plain[:SHOWN])
    return tuple(
        Line(tag=reason.tag, kind=reason.tone.value, text=reason.text, url=url)
        for reason in found
        if reason.rank not in SAID_UNDER_SAFETY
    )[: SHOWN + 1]


def _safety(
    near: Beside, reader: Reader, known: Known | None
) -> tuple[Line, ...] | None:
    if not reader.opens(Topic.SAFETY):
        return None
    lines = []
    if known and known.alert_level:
        day = day_near(known.alert_at.date(), known.today) if known.alert_at else ""
        lines.append(Line(text=f"{known.alert_label}, {day}", url="/c/safety/"))
    if known and known.item9 and known.item9[0] is not None:
        lines.append(Line(text=_item9_words(known)))
    for person in near.get(beside.PERSON, ())[:1]:
        lines.append(Line(text=_contact(person)))
    return tuple(lines) or (Line(text=_("Nothing open.")),)


def _contact(person: Row) -> str:
    if person.at is None:
        return _("Contact: {name}.").format(name=person.words)
    return _("Safety plan of {day}. Contact: {name}.").format(
        day=day_short(person.at.date()), name=person.words
    )


def _item9_words(known: Known) -> str:
    now = known.item9[0]
    if now:
        return _("Item 9 was answered {n} on {day}.").format(
            n=now, day=day_near(known.phq9_days[0], known.today)
        )
    zeros = 0
    for value in known.item9:
        if value != 0:
            break
        zeros += 1
    return _("Item 9 has been 0 since {day}.").format(
        day=day_near(known.phq9_days[zeros - 1], known.today)
    )


def _therapy_title(reader: Reader) -> str:
    if reader.role == Role.THERAPIST:
        return _("Between sessions")
    return _("From therapy")


def _therapy(near: Beside, reader: Reader) -> tuple[Line, ...] | None:
    """A prescriber reads what therapy works on; a therapist what came back (N10)."""
    if not reader.opens(Topic.THERAPY):
        return None
    insights = near.get(beside.INSIGHT, ())[::-1][:SHOWN]
    homework = near.get(beside.HOMEWORK, ())[::-1][:SHOWN]
    return (
        *(_summary(row) for row in near.get(beside.SUMMARY, ())),
        *(Line(text=row.words[:200], about=_day(row.more)) for row in insights),
        *(Line(text=row.words, about=_done(row.more)) for row in homework),
    )


def _summary(row: Row) -> Line:
    about = _("Shared summary by {name}, {day}.").format(
        name=row.more, day=day_short(row.at.date()) if row.at else ""
    )
    return Line(text=row.words[:320], about=about)


def _day(text: str) -> str:
    return day_short(dt.date.fromisoformat(text[:10]))


def _done(text: str) -> str:
    return _("Done {day}").format(day=_day(text)) if text else _("Not done yet")


def _medicine(data: TimelineData, reader: Reader) -> tuple[Line, ...] | None:
    """What medicine changed since the last visit: for the therapist."""
    if reader.role != Role.THERAPIST or data.medicines is None:
        return None
    since, _before = facts.spans(data)
    return tuple(
        Line(text=one.words)
        for one in choices(data)
        if one.pivot.kind == "dose" and one.pivot.on in since
    ) or (Line(text=_("No dose changed.")),)


def _goals(near: Beside, reader: Reader) -> tuple[Line, ...] | None:
    if not reader.opens(Topic.PLAN):
        return None
    names = {choice.value: str(choice.label) for choice in Goal.Closeness}
    return tuple(
        Line(text=row.words, about=names.get(row.more, row.more))
        for row in near.get(beside.GOAL, ())[:SHOWN]
    )


def _when_well(near: Beside) -> str:
    """Give the patient's own words on what they are like when well (P5)."""
    return "".join(row.words for row in near.get(beside.WELL, ()))


READ_HERE = (
    Topic.MOOD,
    Topic.MEASURES,
    Topic.DOSES,
    Topic.SIDE_EFFECTS,
    Topic.THERAPY,
    Topic.SAFETY,
    Topic.VISITS,
)


def _hidden(reader: Reader) -> tuple[str, ...]:
    """Name, without judging, what is not shared: the page is not the whole picture."""
    return tuple(str(topic.label) for topic in READ_HERE if not reader.opens(topic))
