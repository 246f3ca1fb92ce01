"""A person's medicines as the journal needs them: due doses, recent changes, facts.

One query reads it all, whatever the number of medicines, steps and answers.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext

from careplan.common.catalogue import medicines as catalogue
from careplan.common.clock import DOSE_DAY_STARTS
from careplan.plan.models import DoseStep, DoseTime, Medication
from journal.clusters import WITHDRAWAL_ONSET, MedicineFact
from journal.inputs import DoseInput
from journal.linking import WINDOW_DAYS, DoseChange
from journal.models import DoseAnswer
from journal.words import plain_figure

# When a dose with that name is usually taken, for "due so far" (local hours).
SLOT_HOURS = {"morning": 8, "midday": 12, "evening": 18, "bedtime": 22}
# Two doses in a row are what a rule asks about (clinical.md 8): a week holds them,
# for a medicine taken every few days too.
RUN_OF_DAYS = dt.timedelta(days=7)
NOT_TAKEN = frozenset({DoseAnswer.Answer.MISSED, DoseAnswer.Answer.CHOSE_NOT})


@dataclass(frozen=True, slots=True)
class Step:
    """One dose that was, or is, in force."""

    id: UUID
    regimen: str
    is_current: bool
    amount: Decimal
    unit: str
    every_days: int
    started_on: dt.date
    ended_on: dt.date | None
    purpose: str
    at_most: Decimal | None
    times: tuple[tuple[str, Decimal], ...]

    def is_due_on(self, day: dt.date) -> bool:
        """Whether a regular dose belongs to that dose day."""
        inside = self.started_on <= day and (
            self.ended_on is None or day < self.ended_on
        )
        every = (day - self.started_on).days % self.every_days == 0
        return self.regimen == "regular" and inside and every and self.amount > 0


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said about one dose, on the day asked for or shortly before."""

    id: UUID
    day: dt.date
    slot: str
    answer: str
    reason: str
    taken_at: dt.datetime | None
    answered_at: dt.datetime
    is_private: bool


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine with its steps and the answers of one dose day."""

    id: UUID
    catalogue_id: str
    name: str
    unit: str
    state: str
    reported_dose: str
    stopped_on: dt.date | None
    steps: tuple[Step, ...]
    answers: tuple[Answered, ...]
    # Doses in a row not taken, up to the day asked for; private answers count nowhere.
    missed_in_a_row: int = 0
    # The first day it may begin, while no dose was taken yet.
    begins_on: dt.date | None = None

    @property
    def current(self) -> Step | None:
        """The regular dose in force."""
        steps = (s for s in self.steps if s.is_current and s.regimen == "regular")
        return next(steps, None)

    @property
    def as_needed(self) -> Step | None:
        """The dose for when it is needed, with the prescriber's own limit."""
        steps = (s for s in self.steps if s.is_current and s.regimen == "as_needed")
        return next(steps, None)

    @property
    def dose_text(self) -> str:
        """The day's dose in figures, or what the person said it is."""
        step = self.current or self.as_needed
        return dose_words(step.amount, step.unit) if step else self.reported_dose


@dataclass(frozen=True, slots=True)
class DueDose:
    """One dose of one dose day, answered or not."""

    medication_id: UUID
    name: str
    slot: str
    amount: Decimal
    unit: str
    day: dt.date
    answered: Answered | None = None

    @property
    def key(self) -> str:
        """Names it in a form: medicine, day and slot."""
        return f"{self.medication_id}:{self.day.isoformat()}:{self.slot}"

    @property
    def dose(self) -> str:
        """The amount in words."""
        return dose_words(self.amount, self.unit)

    @property
    def slot_label(self) -> str:
        """The time of day in words."""
        return slot_words(self.slot)

    def is_due_by(self, now: dt.datetime, zone: str) -> bool:
        """Whether its usual hour has come."""
        wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        start = dt.datetime.combine(self.day, dt.time()) + DOSE_DAY_STARTS
        hour = SLOT_HOURS.get(self.slot, 0)
        return wall >= max(start, dt.datetime.combine(self.day, dt.time(hour)))


def dose_words(amount: Decimal, unit: str) -> str:
    """Figures as people write them: "7.5 mg", no trailing zero, never "µg"."""
    unit = gettext("micrograms") if unit in {"µg", "mcg", "ug"} else unit
    return f"{plain_figure(amount)} {unit}"


def slot_words(slot: str) -> str:
    """The time of day with a capital: "Morning"."""
    words = {
        "morning": gettext("Morning"),
        "midday": gettext("Midday"),
        "evening": gettext("Evening"),
        "bedtime": gettext("At bedtime"),
    }
    return words.get(slot, "")


def of_patient(patient_id: UUID, *, day: dt.date) -> tuple[Medicine, ...]:
    """Give every medicine of the plan or reported, and those stopped of late.

    `day` is the dose day whose answers come along. One query.
    """
    steps = DoseStep.objects.filter(
        medication=OuterRef("pk"), state__in=["current", "past"]
    ).order_by("started_on")
    times = DoseTime.objects.filter(step=OuterRef("pk")).values_list(
        JSONObject(slot=F("slot"), amount=Cast("amount", CharField()))
    )
    begins = DoseStep.objects.filter(
        medication=OuterRef("pk"), state="released", not_before__isnull=False
    ).order_by("not_before")
    answers = DoseAnswer.objects.filter(
        medication=OuterRef("pk"),
        local_date__gt=day - RUN_OF_DAYS,
        local_date__lte=day,
        deleted_at__isnull=True,
    ).order_by("answered_at")
    rows = (
        Medication.objects.filter(patient_id=patient_id)
        .filter(
            Q(state__in=["active", "reported"])
            | Q(stopped_on__gte=day - dt.timedelta(days=WINDOW_DAYS))
        )
        .annotate(
            step_rows=ArraySubquery(
                steps.values_list(
                    JSONObject(
                        id=F("id"),
                        regimen=F("regimen"),
                        state=F("state"),
                        amount=Cast("amount", CharField()),
                        unit=F("unit"),
                        every_days=F("every_days"),
                        started_on=F("started_on"),
                        ended_on=F("ended_on"),
                        purpose=F("purpose"),
                        at_most=Cast("at_most", CharField()),
                        times=ArraySubquery(times),
                    )
                )
            ),
            answer_rows=ArraySubquery(
                answers.values_list(
                    JSONObject(
                        id=F("id"),
                        day=F("local_date"),
                        slot=F("slot"),
                        answer=F("answer"),
                        reason=F("reason"),
                        taken_at=F("taken_at"),
                        answered_at=F("answered_at"),
                        is_private=F("is_private"),
                    )
                )
            ),
            begins_on=Subquery(begins.values("not_before")[:1]),
        )
        .order_by("name", "id")
    )
    return tuple(_medicine(row, day) for row in rows)


def _medicine(row: Any, day: dt.date) -> Medicine:
    lately = tuple(_answered(answer) for answer in row.answer_rows)
    return Medicine(
        id=row.pk,
        catalogue_id=row.catalogue_id,
        name=row.name,
        unit=row.unit,
        state=row.state,
        reported_dose=row.reported_dose,
        stopped_on=row.stopped_on,
        steps=tuple(_step(step) for step in row.step_rows),
        answers=tuple(answer for answer in lately if answer.day == day),
        missed_in_a_row=_run(a for a in lately if not a.is_private),
        begins_on=None if row.step_rows else row.begins_on,
    )


def _run(lately: Iterable[Answered]) -> int:
    """Count the doses in a row not taken, the latest first; no record breaks no run."""
    order = ["", *SLOT_HOURS]
    by_time = sorted(lately, key=lambda a: (a.day, order.index(a.slot)), reverse=True)
    return len(list(takewhile(lambda a: a.answer in NOT_TAKEN, by_time)))


def with_told(
    medicines: Iterable[Medicine], doses: Iterable[DoseInput]
) -> tuple[Medicine, ...]:
    """Count in the doses of a check-in that is being saved, so that no run is short."""
    missed = Counter(d.medication_id for d in doses if d.answer in NOT_TAKEN)
    return tuple(
        replace(row, missed_in_a_row=row.missed_in_a_row + missed[row.id])
        for row in medicines
    )


def _step(row: dict[str, Any]) -> Step:
    return Step(
        id=UUID(row["id"]),
        regimen=row["regimen"],
        is_current=row["state"] == "current",
        amount=Decimal(row["amount"]),
        unit=row["unit"],
        every_days=row["every_days"],
        started_on=dt.date.fromisoformat(row["started_on"]),
        ended_on=_day(row["ended_on"]),
        purpose=row["purpose"],
        at_most=Decimal(row["at_most"]) if row["at_most"] else None,
        times=tuple((t["slot"], Decimal(t["amount"])) for t in row["times"]),
    )


def _answered(row: dict[str, Any]) -> Answered:
    return Answered(
        id=UUID(row["id"]),
        day=dt.date.fromisoformat(row["day"]),
        slot=row["slot"],
        answer=row["answer"],
        reason=row["reason"],
        taken_at=_instant(row["taken_at"]),
        answered_at=dt.datetime.fromisoformat(row["answered_at"]),
        is_private=row["is_private"],
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def due(medicines: Iterable[Medicine], *, day: dt.date) -> tuple[DueDose, ...]:
    """Give the regular doses of a dose day, in the order of the day."""
    found = [dose for row in medicines for dose in _due_of(row, day)]
    order = list(SLOT_HOURS)
    found.sort(key=lambda d: (order.index(d.slot) if d.slot in order else -1, d.name))
    return tuple(found)


def _due_of(row: Medicine, day: dt.date) -> Iterable[DueDose]:
    steps = [step for step in row.steps if step.is_due_on(day)]
    if not steps:
        return
    step = steps[-1]
    by_slot = {answer.slot: answer for answer in row.answers if answer.slot}
    for slot, amount in step.times or (("morning", step.amount),):
        yield DueDose(row.id, row.name, slot, amount, step.unit, day, by_slot.get(slot))


def changes(
    medicines: Iterable[Medicine], *, effect: str = ""
) -> tuple[DoseChange, ...]:
    """Give each change of a regular dose as it took place, starts and stops too."""
    return tuple(change for row in medicines for change in _changes_of(row, effect))


def _changes_of(row: Medicine, effect: str) -> Iterable[DoseChange]:
    known = catalogue.medicine(row.catalogue_id)
    is_known = known is not None and effect in known.side_effects
    before: Step | None = None
    for step in (s for s in row.steps if s.regimen == "regular"):
        earlier = before.amount if before and before.amount else None
        later = step.amount or None
        if earlier != later and (earlier or later):
            yield DoseChange(
                step_id=str(step.id),
                medicine_id=str(row.id),
                medicine_name=row.name,
                changed_on=step.started_on,
                before=earlier,
                after=later,
                unit=step.unit,
                is_known_for_it=is_known,
            )
        before = step
    if row.stopped_on and before and before.amount:
        yield DoseChange(
            step_id=str(before.id),
            medicine_id=str(row.id),
            medicine_name=row.name,
            changed_on=row.stopped_on,
            before=before.amount,
            after=None,
            unit=before.unit,
            is_known_for_it=is_known,
        )


def facts(
    medicines: Iterable[Medicine], *, day: dt.date, zone: str
) -> tuple[MedicineFact, ...]:
    """Give what the red-flag rules read: taken now, or stopped within 14 days.

    A medicine told by the person counts like one of the plan: only over-alert.
    """
    rows = (row for row in medicines if _counts(row, day))
    return tuple(_fact(row, day, zone) for row in rows)


def _counts(row: Medicine, day: dt.date) -> bool:
    return row.stopped_on is None or day - row.stopped_on <= WITHDRAWAL_ONSET


def _fact(row: Medicine, day: dt.date, zone: str) -> MedicineFact:
    known = catalogue.medicine(row.catalogue_id)
    raised = lowered = None
    for change in _changes_of(row, ""):
        at = dt.datetime.combine(change.changed_on, dt.time(), ZoneInfo(zone))
        if change.after is None or (change.before and change.after < change.before):
            lowered = at
        else:
            raised = at
    return MedicineFact(
        medicine_id=row.catalogue_id or str(row.id),
        tags=frozenset(known.tags) if known else frozenset(),
        raised_at=raised,
        lowered_at=lowered,
        missed_in_a_row=row.missed_in_a_row,
        discontinuation_risk=known.discontinuation_risk if known else "medium",
    )
