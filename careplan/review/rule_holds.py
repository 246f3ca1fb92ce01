"""Pauses a lowering when what was agreed to stop at has come (R5, clinical.md 6).

The signed check speaks, the next step waits, and the prescriber is asked; no dose
moves, and only the prescriber goes on. Runs as `system("tick")` over forms that were
sent and are not private; a check that is missing or a step that is early pauses
nothing here, since the page of the step asks for both anyway.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from careplan.common.clock import local_date
from careplan.common.identity import acting_as, system
from careplan.plan import medications
from careplan.plan.models import DoseStep, Hold, TaperPlan
from careplan.plan.taper_gate import GateResult, Outcome, Reason, gate
from careplan.review import release
from careplan.team import alerts
from journal.models import MeasureResponse

# What the person answered. The other reasons of the gate are about days and pages.
ANSWERED = frozenset(
    {
        Reason.STRONG_SYMPTOM,
        Reason.DAILY_LIFE_LOST,
        Reason.SCORE_MUCH_HIGHER,
        Reason.MODERATE_SYMPTOM,
        Reason.MANY_NEW_SYMPTOMS,
        Reason.NOT_TOLERABLE,
        Reason.SCORE_HIGHER,
    }
)


@dataclass(frozen=True)
class Met:
    """One lowering whose rule is met, and what it was read from."""

    taper: TaperPlan
    result: GateResult

    @property
    def reasons(self) -> list[str]:
        return [one.value for one in self.result.reasons if one in ANSWERED]


def pause(*, now: dt.datetime) -> int:
    """Pause every lowering that an answer since the last pause speaks against."""
    with transaction.atomic(), acting_as(system("tick")):
        found = list(_met(now))
    for met in found:
        _hold(met, now)
    return len(found)


def _met(now: dt.datetime) -> Iterable[Met]:
    rows = list(_going_on())
    forms = _forms(rows, now)
    for row in rows:
        answered = forms[row.patient_id]
        if not answered or not _is_new(row, answered):
            continue
        today = local_date(now, row.patient.time_zone)
        since: dt.date = row.last_step_on  # type: ignore[attr-defined]  # annotated
        given = release.read_from(answered, since=since, taper=row, today=today)
        met = Met(row, gate(given))
        if met.reasons:
            yield met


def _going_on() -> Iterable[TaperPlan]:
    """Lowerings with a dose in force and a step that waits, with their last pause."""
    steps = DoseStep.objects.filter(
        medication=OuterRef("medication"), regimen="regular"
    )
    now = steps.filter(state=DoseStep.State.CURRENT)
    waiting = steps.filter(state__in=medications.WAITING)
    paused = Hold.objects.filter(medication=OuterRef("medication")).exclude(rule="")
    return (
        TaperPlan.objects.filter(
            Exists(waiting), state="active", patient__closed_at=None
        )
        .annotate(
            last_step_on=Subquery(now.values("started_on")[:1]),
            last_pause=Subquery(
                paused.values("medication").annotate(at=Max("opened_at")).values("at")
            ),
        )
        .filter(last_step_on__isnull=False)
        .select_related("medication", "patient")
    )


def _forms(
    rows: Iterable[TaperPlan], now: dt.datetime
) -> dict[object, list[MeasureResponse]]:
    """The forms the gate reads, by patient, oldest first."""
    found: dict[object, list[MeasureResponse]] = defaultdict(list)
    sent = MeasureResponse.objects.filter(
        Q(instrument=release.FORM) | Q(instrument="phq9"),
        patient__in=[row.patient_id for row in rows],
        state="sent",
        is_private=False,
        deleted_at=None,
        local_date__gte=now.date() - release.FORMS_BACK,
    )
    for form in sent.order_by("local_date", "sent_at"):
        found[form.patient_id].append(form)
    return found


def _is_new(row: TaperPlan, forms: list[MeasureResponse]) -> bool:
    """What the prescriber has looked at once does not pause it again."""
    last: dt.datetime | None = row.last_pause  # type: ignore[attr-defined]  # annotated
    return last is None or any(f.sent_at and f.sent_at > last for f in forms)


def _hold(met: Met, now: dt.datetime) -> None:
    row, reasons = met.taper, met.reasons
    with transaction.atomic():
        medications.hold_by_rule(
            row.medication,
            rule=met.result.outcome.value,
            inputs={"reasons": reasons, "read_on": met.result.basis.today.isoformat()},
            now=now,
        )
        is_back = met.result.outcome is Outcome.STEP_BACK_REVIEW
        alerts.raise_alert(
            patient=row.patient,
            level="same_day" if is_back else "routine",
            ground=f"taper:{row.pk}",
            label=_("A rule of the lowering is met; the next step waits"),
            exact=_("What it was read from is on the page of the medicine."),
            now=now,
        )
