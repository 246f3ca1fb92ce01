"""Doses and therapy beside each other in time (N5, N20). It prompts, never blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.clock import local_date
from careplan.plan import wording
from careplan.plan.changes._steps import not_before
from careplan.plan.models import (
    DoseStep,
    Plan,
    ProposedChange,
    TherapyCourse,
    TherapySession,
)
from careplan.plan.weighing import Weighed
from patients.models import Patient

STAGGER = timedelta(days=14)
NO_SESSION = "no_session"
BASIS = lazy("Breedvelt 2021: sessions across a taper. Draft reference.")
THERAPY_MOVES = frozenset({"therapy_start", "therapy_change", "therapy_end", "phase"})


def around(
    patient: Patient, changes: Iterable[ProposedChange], *, now: datetime
) -> list[Weighed]:
    """Return what stands close in time to a suggestion, for either clinician (N20).

    Doses beside a change of therapy or phase, and the other way round. Each reads
    only what is open to them; it prompts and never blocks.
    """
    rows = list(changes)
    days = sorted({day for row in rows for day in _dose_days(row)})
    kinds = {row.kind for row in rows}
    found = list(_close_changes(patient, days)) if days else []
    if days and THERAPY_MOVES & kinds:
        found.append(_together(days[0]))
    return found + beside_doses(patient, kinds, now=now)


def _dose_days(change: ProposedChange) -> Iterable[date]:
    steps = [{"not_before": change.values["on"]}] if change.values.get("on") else []
    if change.kind in MOVES_DOSE:
        for row in [*(change.values.get("steps") or ()), *steps]:
            day = not_before(row)
            if day is not None:
                yield day


MOVES_DOSE = frozenset({"medicine_start", "dose_steps", "taper", "step_back", "stop"})


def _together(day: date) -> Weighed:
    return _staggered(
        _("This suggestion moves a dose on {day} and the therapy as well.").format(
            day=wording.short_day(day)
        )
    )


def _staggered(text: str) -> Weighed:
    basis = _("Our own rule: one change at a time is easier to read.")
    return Weighed("look", text, basis, rule="staggered")


def beside_therapy(
    patient: Patient, days: Sequence[date], *, is_taper: bool, sees_therapy: bool
) -> list[Weighed]:
    """Return what a prescriber may weigh about therapy around the steps (N5, N20).

    A step of a taper without its session, which asks for a reason to go on, and a
    therapy that changed within 14 days of a step, which only prompts.
    """
    if not days:
        return []
    found = list(_close_changes(patient, days))
    if is_taper and sees_therapy:
        found += _therapy_across(patient, days)
    elif is_taper:
        hidden = _("Therapy is not open to you: sessions were not looked at.")
        found.append(Weighed("know", hidden, str(BASIS), rule="no_therapy"))
    return found


def _therapy_across(patient: Patient, days: Sequence[date]) -> Iterable[Weighed]:
    """Sessions across a lowering; who has no therapy is told of it once (N5)."""
    courses = TherapyCourse.objects.filter(patient=patient)
    if courses.filter(state=TherapyCourse.State.ACTIVE).exists():
        return _steps_without_session(patient, days)
    return (
        Weighed(
            "know",
            _("No therapy is in the plan while the dose goes down."),
            str(BASIS),
            rule="no_therapy",
        ),
    )


def _close_changes(patient: Patient, days: Sequence[date]) -> Iterable[Weighed]:
    courses = TherapyCourse.objects.filter(patient=patient)
    for row in courses:
        moments = {row.started_on, row.ended_on}
        if row.changed_at:
            moments.add(local_date(row.changed_at, patient.time_zone))
        close = [
            day for day in days if any(m and abs(day - m) <= STAGGER for m in moments)
        ]
        if close:
            yield _staggered(
                _("{therapy} changes within 14 days of the step on {day}.").format(
                    therapy=row.name, day=wording.short_day(close[0])
                )
            )
    yield from _close_phase(patient, days)


def _close_phase(patient: Patient, days: Sequence[date]) -> Iterable[Weighed]:
    plan = Plan.objects.filter(patient=patient).exclude(phase_since=None).first()
    since = plan.phase_since if plan else None
    close = [day for day in days if since and abs(day - since) <= STAGGER]
    if plan is not None and since is not None and close:
        yield _staggered(
            _(
                "Treatment moved on {since}, within 14 days of the step on {day}."
            ).format(since=wording.short_day(since), day=wording.short_day(close[0]))
        )


def _steps_without_session(patient: Patient, days: Sequence[date]) -> Iterable[Weighed]:
    planned = TherapySession.objects.filter(patient=patient, state="planned")
    sessions = [
        local_date(at, patient.time_zone)
        for at in planned.values_list("starts_at", flat=True)
    ]
    for day in days:
        if not any(day - STAGGER <= session <= day + STAGGER for session in sessions):
            yield Weighed(
                "look",
                _(
                    "No therapy session is planned within 14 days of the step on {day}."
                ).format(day=wording.short_day(day)),
                str(BASIS),
                rule=NO_SESSION,
                needs_reason=True,
            )


def beside_doses(
    patient: Patient, kinds: Iterable[str], *, now: datetime
) -> list[Weighed]:
    """Return the dose steps within 14 days of a change of therapy (N20).

    It prompts whoever suggests the change and never blocks.
    """
    if not THERAPY_MOVES & set(kinds):
        return []
    today = local_date(now, patient.time_zone)
    steps = DoseStep.objects.filter(
        patient=patient, state__in=["planned", "released", "current"]
    ).select_related("medication")
    return [
        _staggered(
            _("{medicine} has a dose step on {day}, within 14 days.").format(
                medicine=step.medication.name, day=wording.short_day(day)
            )
        )
        for step in steps
        if (day := step.started_on or step.not_before) and abs(day - today) <= STAGGER
    ]
