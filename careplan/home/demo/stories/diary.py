"""Old check-ins, loaded in bulk: what a person logged, day by day."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from careplan.common.clock import dose_day
from careplan.home.demo.stories.telling import ZONE, Story
from journal import instruments, scoring
from journal.models import (
    DoseAnswer,
    Entry,
    EntryNote,
    MeasureResponse,
    PracticeLog,
    SideEffectReport,
    SleepLog,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was logged on one day, so many days ago."""

    ago: int
    mood: int | None = None
    low: int | None = None
    high: int | None = None
    hour: int = 20
    sleep_hours: Decimal | None = None
    effects: tuple[tuple[str, int], ...] = ()
    # (medication id, slot, answer, amount, unit)
    doses: tuple[tuple[uuid.UUID, str, str, Decimal, str], ...] = ()
    practice: str = ""
    note: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A dose change that later side effects are tied to."""

    medication_id: uuid.UUID
    label: str
    before: Decimal | None
    after: Decimal
    unit: str
    ago: int
    effects: frozenset[str]


def load(story: Story, days: Iterable[Day], *, changes: Iterable[Changed] = ()) -> None:
    """Write the days as the patient, table by table."""
    days, changes = list(days), list(changes)
    entries = {day.ago: _entry(story, day) for day in days}
    with story.turn(story.patient.user):
        Entry.objects.bulk_create(entries.values())
        EntryNote.objects.bulk_create(
            _row(EntryNote, story, day, entry=entries[day.ago], words=day.note)
            for day in days
            if day.note
        )
        SleepLog.objects.bulk_create(
            _night(story, day) for day in days if day.sleep_hours is not None
        )
        DoseAnswer.objects.bulk_create(
            _dose(story, day, dose, entries[day.ago])
            for day in days
            for dose in day.doses
        )
        SideEffectReport.objects.bulk_create(
            _effect(story, day, effect, entries[day.ago], changes)
            for day in days
            for effect in day.effects
        )
        PracticeLog.objects.bulk_create(
            _row(
                PracticeLog,
                story,
                day,
                kind=day.practice,
                minutes=20,
                written_at=story.ago(day.ago, day.hour),
            )
            for day in days
            if day.practice
        )


def _date(story: Story, day: Day) -> dt.date:
    return story.today - dt.timedelta(days=day.ago)


def _row(model, story: Story, day: Day, **values):
    return model(
        patient=story.patient,
        local_date=_date(story, day),
        is_private=day.is_private,
        **values,
    )


def _entry(story: Story, day: Day) -> Entry:
    at = story.ago(day.ago, day.hour)
    scale = "standard" if day.low is None and day.high is None else "elevated"
    return _row(
        Entry,
        story,
        day,
        client_id=uuid.uuid4(),
        occurred_at=at,
        written_at=at,
        zone=ZONE,
        scale=scale,
        mood=day.mood,
        low=day.low,
        high=day.high,
    )


def _night(story: Story, day: Day) -> SleepLog:
    up = story.ago(day.ago, 7)
    return _row(
        SleepLog,
        story,
        day,
        bed_at=up - dt.timedelta(minutes=int(day.sleep_hours * 60)),
        up_at=up,
        zone=ZONE,
        written_at=story.ago(day.ago, day.hour),
    )


def _dose(story: Story, day: Day, dose, entry: Entry) -> DoseAnswer:
    medication_id, slot, answer, amount, unit = dose
    at = story.ago(day.ago, 8 if slot == "morning" else 22)
    missed = answer in {"missed", "chose_not"}
    return DoseAnswer(
        patient=story.patient,
        local_date=dose_day(at, ZONE),
        entry=entry,
        medication_id=medication_id,
        slot=slot,
        answer=answer,
        planned_amount=amount,
        amount=Decimal(0) if missed else amount,
        unit=unit,
        taken_at=None if missed else at,
        answered_at=at,
    )


def _effect(
    story: Story, day: Day, effect: tuple[str, int], entry: Entry, changes
) -> SideEffectReport:
    code, strength = effect
    at = story.ago(day.ago, day.hour)
    report = _row(
        SideEffectReport,
        story,
        day,
        entry=entry,
        occurred_at=at,
        written_at=at,
        code=code,
        strength=strength,
        is_new_or_worse=False,
    )
    changed = next(
        (c for c in changes if code in c.effects and 0 <= c.ago - day.ago <= 28), None
    )
    if changed:
        report.change_medication_id = changed.medication_id
        report.change_label = changed.label
        report.change_from, report.change_to = changed.before, changed.after
        report.change_unit = changed.unit
        report.change_on = story.today - dt.timedelta(days=changed.ago)
        report.change_day = changed.ago - day.ago
    return report


def form(story: Story, name: str, answers: list[int], *, days_ago: int) -> None:
    """Send one form with its score, as the patient."""
    instrument = instruments.instrument(name)
    result = scoring.score(instrument, answers)
    at = story.ago(days_ago, 17)
    with story.turn(story.patient.user):
        MeasureResponse(
            patient=story.patient,
            local_date=story.today - dt.timedelta(days=days_ago),
            instrument=name,
            version=instrument.version,
            state="sent",
            answers=answers,
            score=result.total,
            band=result.band or "",
            zone=ZONE,
            started_at=at,
            sent_at=at,
        ).save(force_insert=True)


def spread(total: int, items: int, highest: int = 3) -> list[int]:
    """Share a total out over items, the last one (about safety) kept at 0."""
    answers = [0] * items
    for place in range(total):
        answers[place % (items - 1)] += 1
    return [min(value, highest) for value in answers]
