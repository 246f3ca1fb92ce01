"""Looking back: days of the journal, as far as the reader may see.

One statement reads every table whose topic is open to the reader; row security says
the same a second time. What hangs on the rows by name (authors, medicines, trackers,
judgements) is fetched for all of them at once. Private rows are never counted.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext

from careplan.common.forms import STANDARD
from journal import effects, instruments, medicines, shown, together
from journal.models import (
    DoseAnswer,
    Entry,
    EntryNote,
    Insight,
    LifeEvent,
    MeasureResponse,
    PracticeLog,
    SideEffectJudgement,
    SideEffectReport,
    SleepLog,
    SubstanceLog,
    TrackerValue,
)
from journal.models.rows import JournalRow
from journal.queries import Day, Line, Moment, day_title
from journal.together import Found
from journal.words import hours_words
from patients.models import Patient
from patients.topics import Topic

KINDS = ("mood", "effects", "doses", "sleep", "notes", "therapy", "forms")
TOPIC_OF_KIND = {
    "mood": Topic.MOOD,
    "effects": Topic.SIDE_EFFECTS,
    "doses": Topic.DOSES,
    "sleep": Topic.MOOD,
    "notes": Topic.NOTES,
    "therapy": Topic.THERAPY,
    "forms": Topic.MEASURES,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: the person, or a member with some topics."""

    is_own: bool
    topics: frozenset[str]
    user_id: UUID | None = None
    role: str = ""

    def sees(self, topic: Topic) -> bool:
        return topic.value in self.topics

    @property
    def may_judge(self) -> bool:
        return self.role in {"therapist", "prescriber"}


@dataclass(frozen=True, slots=True)
class Span:
    """Which days, and which kind of line alone ("" for all)."""

    since: dt.date
    until: dt.date
    kind: str = ""

    def wants(self, *kinds: str) -> bool:
        return not self.kind or self.kind in kinds


def days(patient: Patient, reader: Reader, span: Span, *, today: dt.date) -> list[Day]:
    """Give the days with something on them, the newest first."""
    found = together.read(_asked(patient, reader, span))
    _name(found, reader)
    entries = sorted(found.of(Entry), key=lambda row: row.occurred_at, reverse=True)
    lines = _lines(found, patient, reader)
    on_entry: dict[UUID, list[Line]] = defaultdict(list)
    loose: dict[dt.date, list[Line]] = defaultdict(list)
    known = {entry.pk for entry in entries}
    for day, entry_id, line in lines:
        if entry_id in known:
            on_entry[entry_id].append(line)
        else:
            loose[day].append(line)
    moments: dict[dt.date, list[Moment]] = defaultdict(list)
    for entry in entries:
        moment = _moment(entry, on_entry[entry.pk])
        if moment.lines or moment.mood_word or not span.kind:
            moments[entry.local_date].append(moment)
    dates = sorted({*moments, *loose}, reverse=True)
    return [
        Day(
            date=day,
            title=day_title(day, today),
            moments=tuple(moments[day]),
            summary=_summary(moments[day]),
            other=tuple(loose[day]),
        )
        for day in dates
    ]


def words_of(entry: Entry) -> list[str]:
    """Say all that hangs on a check-in, line by line, as its owner reads it."""
    reader = Reader(is_own=True, topics=frozenset(topic.value for topic in Topic))
    found = together.read(
        {
            model: model._default_manager.filter(entry=entry, deleted_at__isnull=True)  # type: ignore[misc]
            for model, _kinds, _topic in TABLES
            if model not in (Entry, MeasureResponse)
        }
    )
    _name(found, reader)
    lines = [*_feelings(entry)]
    lines += [line for _on, _id, line in _lines(found, entry.patient, reader)]
    return [_in_one(line) for line in lines]


def _in_one(line: Line) -> str:
    said = ", ".join(part for part in (line.text, line.detail) if part)
    return f"{said}: {line.quote}" if line.quote else said


# Which table, under which filter, with which topic. Entries hold every other line.
TABLES: tuple[tuple[type[JournalRow], tuple[str, ...], Topic], ...] = (
    (Entry, KINDS, Topic.MOOD),
    (SideEffectReport, ("effects",), Topic.SIDE_EFFECTS),
    (DoseAnswer, ("doses",), Topic.DOSES),
    (SleepLog, ("sleep",), Topic.MOOD),
    (PracticeLog, ("mood",), Topic.MOOD),
    (LifeEvent, ("mood",), Topic.MOOD),
    (TrackerValue, ("mood",), Topic.MOOD),
    (EntryNote, ("notes",), Topic.NOTES),
    (Insight, ("therapy",), Topic.THERAPY),
    (SubstanceLog, ("mood",), Topic.SUBSTANCES),
    (MeasureResponse, ("forms",), Topic.MEASURES),
)


def _asked(patient: Patient, reader: Reader, span: Span) -> together.Asked:
    return {
        model: _of(model, patient, reader, span)
        for model, kinds, topic in TABLES
        if reader.sees(topic) and span.wants(*kinds)
    }


def _name(found: Found, reader: Reader) -> None:
    """Fetch what lines call by name: at most four statements, none without a row."""
    judged = SideEffectJudgement.objects.order_by("judged_at").select_related("user")
    wanted: list[tuple[type[JournalRow], str | Prefetch[Any]]] = [
        (SideEffectReport, Prefetch("judgements", judged)),
        (LifeEvent, "author"),
        (TrackerValue, "tracker"),
    ]
    if reader.sees(Topic.MEDICINES):
        wanted.append((DoseAnswer, "medication"))
    for model, name in wanted:
        prefetch_related_objects(found.of(model), name)


def _of(model: type[JournalRow], patient: Patient, reader: Reader, span: Span) -> Any:
    rows = model._default_manager.filter(
        patient=patient,
        local_date__gte=span.since,
        local_date__lte=span.until,
        deleted_at__isnull=True,
    )
    if model is MeasureResponse:
        rows = rows.filter(Q(state=MeasureResponse.State.SENT))
    return rows if reader.is_own else rows.filter(is_private=False)


def _moment(entry: Entry, lines: list[Line]) -> Moment:
    feelings = _feelings(entry)
    return Moment(
        at=shown.clock_words(entry.occurred_at, entry.zone),
        entry=entry,
        mood_word=shown.mood_word(entry),
        level=shown.mood_level(entry),
        lines=(*feelings, *lines),
        is_private=entry.is_private,
        is_late=entry.was_added_later,
        is_corrected=entry.corrected_at is not None,
    )


def _feelings(entry: Entry) -> list[Line]:
    said = (
        (gettext("Energy"), shown.energy_words(entry.energy)),
        (gettext("Worry"), shown.feeling_words(entry.worry)),
        (gettext("Feeling snappy"), shown.feeling_words(entry.irritability)),
    )
    return [Line("mood", f"{name}: {word}") for name, word in said if word]


def _summary(moments: list[Moment]) -> str:
    """Say how several moods of a day are summed up (J9); low and high never averaged."""
    rows = [m.entry for m in moments if m.entry is not None and m.entry.mood]
    if len(rows) < 2:
        return ""
    values = sorted(row.mood or 0 for row in rows)
    low, high = (STANDARD[n - 1] for n in (values[0], values[-1]))
    return gettext("%(n)d check-ins, from %(low)s to %(high)s") % {
        "n": len(rows),
        "low": str(low).lower(),
        "high": str(high).lower(),
    }


Line3 = tuple[dt.date, UUID | None, Line]  # day, check-in, line


def _lines(found: Found, patient: Patient, reader: Reader) -> Iterable[Line3]:
    for row in sorted(found.of(SideEffectReport), key=_strongest_first):
        yield row.local_date, row.entry_id, _effect_line(row, reader)
    for dose in sorted(found.of(DoseAnswer), key=lambda row: row.answered_at):
        yield dose.local_date, dose.entry_id, _dose_line(dose, reader)
    simple: tuple[tuple[type[JournalRow], Callable[[Any], Line]], ...] = (
        (SleepLog, _night_line),
        (PracticeLog, _practice_line),
        (LifeEvent, _event_line),
        (TrackerValue, _tracker_line),
        (EntryNote, _note_line),
        (Insight, _insight_line),
        (SubstanceLog, _substance_line),
    )
    for model, line in simple:
        for part in found.of(model):
            yield part.local_date, part.entry_id, line(part)  # type: ignore[attr-defined]
    for form in found.of(MeasureResponse):
        yield form.local_date, None, _form_line(form, patient, reader)


def _strongest_first(row: SideEffectReport) -> tuple[int, str]:
    return -(row.strength or 9), row.code


def _effect_line(row: SideEffectReport, reader: Reader) -> Line:
    name = effects.name_of(row) if reader.is_own else effects.clinical_name_of(row)
    words = effects.change_words(row)
    undo = ""
    if reader.is_own and row.change_medication_id:
        undo = reverse("journal:effect_link", args=[row.pk])
    last = {judgement.user_id: judgement for judgement in row.judgements.all()}
    return Line(
        "effect",
        f"{name}, {effects.strength_word(row)}",
        detail=words,
        icon="info",
        is_private=row.is_private,
        undo_url=undo,
        id=row.pk,
        judgements=tuple(
            gettext("%(name)s: %(cause)s")
            % {"name": one.user.called, "cause": one.get_cause_display()}
            for one in last.values()
        ),
        can_judge=reader.may_judge,
        tag=row.suspected_label,
    )


def _dose_line(row: DoseAnswer, reader: Reader) -> Line:
    name = gettext("A dose")
    if row.medication_id is None:
        name = gettext("Everything due so far")
    elif reader.sees(Topic.MEDICINES) and row.medication is not None:
        name = row.medication.name
    slot = medicines.slot_words(row.slot).lower()
    said = shown.answer_words(row.answer).lower()
    if row.medication_id is None:
        said = {
            "taken": gettext("all taken"),
            "partly": gettext("some taken"),
            "missed": gettext("none taken"),
        }.get(row.answer, said)
    amount = ""
    if row.amount and row.amount != row.planned_amount and row.unit:
        amount = " " + medicines.dose_words(row.amount, row.unit)
    why = f" ({row.get_reason_display()})" if row.reason else ""
    parts = [name + (f", {slot}" if slot else ""), f"{said}{amount}{why}"]
    return Line(
        "dose",
        ": ".join(parts),
        icon="pill",
        is_private=row.is_private,
        quote=row.words,
    )


def _night_line(row: SleepLog) -> Line:
    parts = []
    if (minutes := row.minutes_asleep) is not None:
        parts.append(gettext("Slept %(hours)s") % {"hours": hours_words(minutes)})
    if row.quality:
        quality = row.get_quality_display()
        parts.append(gettext("sleep was %(quality)s") % {"quality": quality})
    if row.wakings:
        parts.append(gettext("woke up %(n)d times") % {"n": row.wakings})
    text = ", ".join(parts) or gettext("Sleep")
    return Line("sleep", text[:1].upper() + text[1:], icon="moon")


def _practice_line(row: PracticeLog) -> Line:
    text = str(row.get_kind_display())
    if row.minutes:
        text += gettext(", %(n)d minutes") % {"n": row.minutes}
    said = [word for word in (row.effort and row.get_effort_display(),) if word]
    said += [row.get_effect_display()] if row.effect else []
    return Line(
        "practice",
        text[:1].upper() + text[1:],
        detail=", ".join(map(str, said)),
        icon="walk",
    )


def _event_line(row: LifeEvent) -> Line:
    return Line(
        "event",
        gettext("Key moment, from %(name)s") % {"name": row.author.called},
        quote=row.words,
        icon="flag",
        is_private=row.is_private,
    )


def _tracker_line(row: TrackerValue) -> Line:
    if row.tracker.kind == "yes_no":
        value = gettext("yes") if row.value else gettext("no")
    else:
        value = f"{row.value.normalize():f} {row.tracker.unit}".strip()
    return Line("tracker", f"{row.tracker.name}: {value}", icon="table")


def _note_line(row: EntryNote) -> Line:
    return Line(
        "note",
        gettext("Note"),
        quote=row.words,
        icon="edit",
        is_private=row.is_private,
    )


def _insight_line(row: Insight) -> Line:
    state = str(row.get_state_display())
    if row.state == Insight.State.OPEN and not row.bring_back:
        state = ""
    return Line(
        "insight",
        gettext("From therapy"),
        quote=row.words,
        icon="bulb",
        tag=state,
        is_private=row.is_private,
    )


def _substance_line(row: SubstanceLog) -> Line:
    text = str(row.get_kind_display())
    if row.units is not None:
        text += gettext(", %(n)s units") % {"n": f"{row.units.normalize():f}"}
    name = gettext("Alcohol or drugs")
    return Line("substance", f"{name}: {text}", quote=row.words)


def _form_line(row: MeasureResponse, patient: Patient, reader: Reader) -> Line:
    url = reverse("journal:measure_history", args=[row.instrument])
    if not reader.is_own:
        url = reverse("journal:record_measure", args=[patient.pk, row.instrument])
    score = gettext("no total") if row.score is None else str(row.score)
    band = f", {row.band}" if row.band else ""
    form = instruments.instrument(row.instrument)
    name = form.name if form else row.instrument
    return Line(
        "form",
        f"{name}: {score}{band}",
        icon="table",
        is_private=row.is_private,
        url=url,
    )
