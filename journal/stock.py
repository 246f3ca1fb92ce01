"""How long the tablets at home last, by the doses that were logged (R6).

The rule is `plan.refill`; this gathers what it reads. A day without any answer counts
as taken as usual: a forgotten note must not make the tablets seem to last longer.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum

from careplan.plan.models import DoseStep, Medication, StockCount
from careplan.plan.refill import Refill, Stock, refill
from journal.models import DoseAnswer

NOT_TAKEN = (DoseAnswer.Answer.MISSED, DoseAnswer.Answer.CHOSE_NOT)
EVERY_DAY = Decimal(1)


@dataclass(frozen=True, slots=True)
class Left:
    """One counted medicine and how long it lasts."""

    medication: Medication
    refill: Refill
    # The dose moved after the count: what was counted says nothing any more.
    is_out_of_date: bool

    @property
    def wants_looking_at(self) -> bool:
        """Whether the person is told: it runs low, or nobody can say."""
        return self.is_out_of_date or self.refill.is_due


def left(patient_id: UUID, *, today: dt.date) -> tuple[Left, ...]:
    """Give what lasts how long, the shortest first: two queries, one without counts."""
    counts = (
        StockCount.objects.filter(patient=patient_id, medication__state="active")
        .annotate(is_out_of_date=Exists(_moved_since()))
        .select_related("medication")
        .order_by("medication", "-counted_on", "-created_at")
        .distinct("medication")
    )
    rows = list(counts)
    answers = _answers(patient_id, rows) if rows else {}
    found = [
        Left(row.medication, last, row.is_out_of_date)
        for row in rows
        if (last := _left(row, answers, today)) is not None
    ]
    return tuple(sorted(found, key=lambda one: one.refill.days_left))


def _moved_since() -> QuerySet[DoseStep, DoseStep]:
    """Doses of every day that came into force after a count."""
    return DoseStep.objects.filter(
        medication=OuterRef("medication"),
        regimen="regular",
        started_on__gt=OuterRef("counted_on"),
    )


Answers = dict[tuple[UUID, dt.date], tuple[Decimal, Decimal]]


def _answers(patient_id: UUID, rows: Iterable[StockCount]) -> Answers:
    """What was meant and what was taken, by medicine and day, since the first count."""
    since = min(row.counted_on for row in rows)
    days = (
        DoseAnswer.objects.filter(
            patient=patient_id,
            medication__in=[row.medication_id for row in rows],
            local_date__gt=since,
            planned_amount__gt=0,
            deleted_at=None,
        )
        .values_list("medication", "local_date", "answer")
        .annotate(meant=Sum("planned_amount"), taken=Sum("amount"))
        .order_by()
    )
    found: Answers = {}
    for medication, day, answer, meant, taken in days:
        before = found.get((medication, day), (Decimal(0), Decimal(0)))
        swallowed = Decimal(0) if answer in NOT_TAKEN else taken or meant
        found[medication, day] = (before[0] + meant, before[1] + swallowed)
    return found


def _left(row: StockCount, answers: Answers, today: dt.date) -> Refill | None:
    taken = sum(
        (_share(row, answers, row.counted_on + dt.timedelta(days=n))
         for n in range(1, (today - row.counted_on).days + 1)),
        Decimal(0),
    )  # fmt: skip
    stock = Stock(row.tablets, row.counted_on, taken * row.per_day, row.per_day)
    return refill(stock, today=today, lead_days=row.medication.refill_lead_days)


def _share(row: StockCount, answers: Answers, day: dt.date) -> Decimal:
    """How much of a day's tablets were taken; 1 is all, and the answer to silence."""
    meant, taken = answers.get((row.medication_id, day), (EVERY_DAY, EVERY_DAY))
    return taken / meant
