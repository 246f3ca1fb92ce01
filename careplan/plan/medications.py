"""What may happen to a medicine's steps, and by whose hand.

Nothing here chooses a dose. A step acts only when the prescriber released it AND its
local day has come (decisions 4); anyone of the three may hold it (decisions 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from careplan.common.clock import local_date
from careplan.common.identity import acting_as, system
from careplan.plan import wording
from careplan.plan.change import PATIENT
from careplan.plan.errors import (
    GateSaysBack,
    GateSaysWait,
    HeldNow,
    NothingToHold,
    NotNextStep,
    OnlyPrescriber,
    SafetyStands,
)
from careplan.plan.models import (
    DoseStep,
    Hold,
    Medication,
    MonitoringItem,
    TaperPlan,
)
from careplan.plan.taper_gate import GateResult, Outcome
from careplan.team import headsups
from patients.models import Role, User

State = DoseStep.State
WATCH_FOR = timedelta(days=28)
WAITING = (State.PLANNED, State.RELEASED, State.HELD)
MAY_HOLD = frozenset({PATIENT, Role.THERAPIST.value, Role.PRESCRIBER.value})


@dataclass(frozen=True)
class By:
    """Who acts, in which role on this record; the door made sure of both."""

    user: User
    role: str


def keep_still(rows: QuerySet[Medication, Medication], *, wait: bool = True) -> bool:
    """Lock medicines before their steps are read; say whether any is held.

    Whoever moves a step takes this lock first: releasing, holding, a day that comes
    and an agreed change then see each other's steps as they are, and always in one
    order (suggestion, plan, medicine, step). Taken doses may still be written.
    """
    locked = rows.select_for_update(of=("self",), no_key=True, skip_locked=not wait)
    return bool(locked.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def release(
    step: DoseStep,
    *,
    by: By,
    now: datetime,
    gate: GateResult | None = None,
    override: str = "",
) -> DoseStep:
    """Release the next planned step; it becomes current on its local day.

    Refuses everyone but a prescriber, a step that is not the next one, a held
    medicine, and, for a taper, a gate that was not asked, that holds while no reason
    is written, or that says to look at going back, which no reason passes.
    """
    _require_prescriber(by)
    with acting_as(system("apply")):
        keep_still(Medication.objects.filter(pk=step.medication_id))
        step = _locked(step)
        _require_next(step)
        _require_gate(step, gate, override)
        step.state, step.released_at, step.released_by = State.RELEASED, now, by.user
        step.release_override = override
        step.save(
            update_fields=["state", "released_at", "released_by", "release_override"]
        )
        _tell_ahead(step, now)
        _start_if_due(step, now)
    return step


def _tell_ahead(step: DoseStep, now: datetime) -> None:
    """A later step is a change of dose like the first: the therapist hears of it (N7)."""
    row, patient = step.medication, step.patient
    begins = step.not_before or local_date(now, patient.time_zone)
    headsups.post_dose_change(
        patient=patient,
        label=_("{name}: {dose} from {day}").format(
            name=row.name,
            dose=wording.dose(step.amount, row.unit),
            day=wording.short_day(begins),
        ),
        expect=row.what_to_notice or _("Changes in how they feel."),
        watch=_("Mood, sleep, restlessness, side effects and any thoughts of dying."),
        until=begins + WATCH_FOR,
        version_number=None,
        now=now,
    )


def _require_gate(step: DoseStep, gate: GateResult | None, override: str) -> None:
    """A taper's later step needs the gate's word; not having asked it is no word.

    The prescriber may override `hold` with a written reason, and `hold` alone
    (clinical.md 6): the check is passed by a new answer, or the plan is changed.
    """
    if step.taper_id is None:
        return
    if gate is None:
        raise GateSaysWait
    if gate.outcome is Outcome.STEP_BACK_REVIEW:
        raise GateSaysBack
    if gate.outcome is Outcome.HOLD and not override:
        raise GateSaysWait


def start_released_steps(now: datetime, *, at_most: int = 500) -> int:
    """Make every released step current whose local day has come; say how many.

    Runs as `system("steps")`, a transaction each, so one bad row stops no other.
    Dates alone move nothing: only released steps are looked at.
    """
    with transaction.atomic(), acting_as(system("steps")):
        # A day's margin: the zones ahead of UTC are looked at one by one below.
        due = (
            DoseStep.objects.filter(state=State.RELEASED)
            .exclude(not_before__gt=now.date().fromordinal(now.date().toordinal() + 1))
            .order_by("not_before", "order")
            .values_list("pk", flat=True)[:at_most]
        )
        found = list(due)
    return sum(_start_one(step_id, now) for step_id in found)


@transaction.atomic
def _start_one(step_id: UUID, now: datetime) -> bool:
    with acting_as(system("steps")):
        if not keep_still(Medication.objects.filter(steps=step_id), wait=False):
            return False  # somebody holds or changes it: the next tick looks again
        rows = DoseStep.objects.select_for_update(skip_locked=True, of=("self",))
        step = (
            rows.select_related("medication", "patient")
            .filter(pk=step_id, state=State.RELEASED)
            .first()
        )
        return step is not None and _start_if_due(step, now)


def _start_if_due(step: DoseStep, now: datetime) -> bool:
    today = local_date(now, step.patient.time_zone)
    if step.not_before is not None and step.not_before > today:
        return False
    start(step, on=today, now=now)
    return True


def start(step: DoseStep, *, on: date, now: datetime) -> None:
    """Make a released step the current one; the one before becomes past.

    A step of no dose stops the medicine. Runs inside the caller's transaction.
    """
    same = DoseStep.objects.filter(
        medication=step.medication_id, regimen=step.regimen, state=State.CURRENT
    )
    for before in same.select_for_update():
        before.state, before.ended_on = State.PAST, max(on, before.started_on or on)
        before.save(update_fields=["state", "ended_on"])
    step.state, step.started_on = State.CURRENT, on
    if step.amount == 0:
        step.state, step.ended_on = State.PAST, on
    step.save(update_fields=["state", "started_on", "ended_on"])
    if step.amount == 0 and step.regimen == "regular":
        _stop_medicine(step, on, now)
    elif step.medication.started_on is None:
        Medication.objects.filter(pk=step.medication_id).update(started_on=on)


def _stop_medicine(step: DoseStep, on: date, now: datetime) -> None:
    because = step.how or (step.proposal.why if step.proposal else "-")
    end(step.medication, because=because, on=on, now=now)


def end(row: Medication, *, because: str, on: date, now: datetime) -> None:
    """Take a medicine out of the plan, for a reason; its taper goes on being watched.

    Runs inside the caller's transaction, after an agreed stop and nothing else.
    """
    Medication.objects.filter(pk=row.pk).update(
        state=Medication.State.STOPPED,
        stopped_on=on,
        stopped_because=because[:500],
        ended_at=now,
        ended_because=because[:500],
    )
    DoseStep.objects.filter(medication=row, state=State.CURRENT).update(
        state=State.PAST, ended_on=on
    )
    MonitoringItem.objects.filter(
        medication=row, done_on=None, cancelled_at=None
    ).update(cancelled_at=now)
    # The watch runs on after the last dose to the day agreed (N4).
    TaperPlan.objects.filter(medication=row, state__in=["active", "held"]).update(
        state=TaperPlan.State.WATCHING
    )


@transaction.atomic
def hold(
    medication: Medication,
    *,
    by: By,
    now: datetime,
    reason: str = "",
) -> Hold:
    """Keep the current step open and put every waiting step on hold, no version.

    The patient, the therapist or the prescriber may. Refuses when no step waits and
    when what waits was made for safety. Repeating it changes nothing.
    """
    if by.role not in MAY_HOLD:
        raise OnlyPrescriber
    with acting_as(system("apply")):
        return _hold(medication, now, by=by, reason=reason)


@transaction.atomic
def hold_by_rule(
    medication: Medication, *, rule: str, inputs: dict[str, Any], now: datetime
) -> Hold:
    """Pause the next step because a signed rule is met, and keep what it saw (R5).

    It changes no dose: the prescriber is asked, and only the prescriber goes on.
    """
    with acting_as(system("steps")):
        return _hold(medication, now, rule=rule, inputs=inputs)


def _hold(
    medication: Medication,
    now: datetime,
    *,
    by: By | None = None,
    reason: str = "",
    rule: str = "",
    inputs: dict[str, Any] | None = None,
) -> Hold:
    keep_still(Medication.objects.filter(pk=medication.pk))
    standing = Hold.objects.filter(medication=medication, closed_at=None).first()
    if standing:
        return standing
    current, waiting = _steps(medication)
    if current is None or not waiting:
        raise NothingToHold
    _refuse_for_safety(current, waiting)
    _set_state(waiting, State.HELD)
    TaperPlan.objects.filter(medication=medication, state="active").update(state="held")
    opened = Hold(
        patient_id=medication.patient_id,
        medication=medication,
        step=current,
        opened_by=by.user if by else None,
        opened_role=by.role if by else "rule",
        opened_at=now,
        reason=reason,
        rule=rule,
        inputs=inputs or {},
    )
    opened.save(force_insert=True)
    return opened


def _steps(medication: Medication) -> tuple[DoseStep | None, list[DoseStep]]:
    rows = DoseStep.objects.filter(medication=medication, regimen="regular")
    steps = list(rows.select_related("proposal").order_by("order"))
    current = next((s for s in steps if s.state == State.CURRENT), None)
    return current, [s for s in steps if s.state in WAITING]


def _refuse_for_safety(current: DoseStep, waiting: Iterable[DoseStep]) -> None:
    for step in waiting:
        if step.proposal and step.proposal.for_safety:
            raise SafetyStands(name=step.proposal.proposer.called)


def _set_state(steps: Iterable[DoseStep], state: str) -> None:
    rows = DoseStep.objects.filter(pk__in=[step.pk for step in steps])
    rows.filter(state__in=WAITING).update(state=state)


@transaction.atomic
def end_hold(medication: Medication, *, by: By, because: str, now: datetime) -> None:
    """End a hold: waiting steps are planned again, and released one by one.

    Only a prescriber may: going on with a lowering is theirs to decide.
    """
    _require_prescriber(by)
    with acting_as(system("apply")):
        keep_still(Medication.objects.filter(pk=medication.pk))
        close_hold(medication, by=by.user, because=because, now=now)


def close_hold(
    medication: Medication, *, by: User, because: str, now: datetime
) -> None:
    """Close the open hold, if any. Runs inside the caller's transaction."""
    closed = Hold.objects.filter(medication=medication, closed_at=None).update(
        closed_at=now, closed_by=by, closed_because=because[:500]
    )
    if closed:
        DoseStep.objects.filter(medication=medication, state=State.HELD).update(
            state=State.PLANNED, released_at=None, released_by=None
        )
        TaperPlan.objects.filter(medication=medication, state="held").update(
            state="active"
        )


@transaction.atomic
def note_read(step: DoseStep, *, now: datetime) -> None:
    """Keep that the patient has read today's step; it moves nothing (decisions 4)."""
    with acting_as(system("apply")):
        DoseStep.objects.filter(pk=step.pk, read_at=None).update(read_at=now)


@transaction.atomic
def finish_watches(now: datetime) -> int:
    """Close the watch of tapers whose agreed day has passed; say how many.

    A day ends where the patient lives: the last day is watched to its end.
    """
    with acting_as(system("steps")):
        # A day's margin: the zones ahead of UTC are looked at one by one below.
        near = TaperPlan.objects.filter(
            state=TaperPlan.State.WATCHING, watch_until__lte=now.date()
        )
        rows = near.values_list("pk", "watch_until", "patient__time_zone")
        over = [pk for pk, until, zone in rows if until < local_date(now, zone)]
        return TaperPlan.objects.filter(
            pk__in=over, state=TaperPlan.State.WATCHING
        ).update(state=TaperPlan.State.DONE)


def _require_prescriber(by: By) -> None:
    if by.role != Role.PRESCRIBER:
        raise OnlyPrescriber


def _locked(step: DoseStep) -> DoseStep:
    rows = DoseStep.objects.select_for_update(of=("self",))
    return rows.select_related("medication", "patient", "proposal").get(pk=step.pk)


def _require_next(step: DoseStep) -> None:
    if Hold.objects.filter(medication=step.medication_id, closed_at=None).exists():
        raise HeldNow
    waiting = DoseStep.objects.filter(
        medication=step.medication_id, regimen=step.regimen, state__in=WAITING
    )
    first = waiting.order_by("order").first()
    if first is None or first.pk != step.pk or step.state != State.PLANNED:
        raise NotNextStep
