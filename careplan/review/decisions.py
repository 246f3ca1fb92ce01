"""Recording what was decided at a decision point: once for each (V2, N11)."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.review.decision_points import Finding
from careplan.review.models import Decision
from careplan.review.trial import Trial
from patients.models import Patient, User

CLINICIANS = ("therapist", "prescriber", "care_manager")


class NoPointOpen(DomainError):
    """Today lies in no window, or nothing can be decided before something is measured."""

    code = "no_point_open"
    sentence = _("No decision point is open today.")


class AlreadyDecided(DomainError):
    """Somebody recorded a decision for this point first."""

    code = "already_decided"
    sentence = _("A decision is recorded for this point already. Read it below.")


def record(
    patient: Patient,
    *,
    trial: Trial,
    finding: Finding,
    choice: str,
    because: str,
    by: User,
    role: str,
    now: dt.datetime,
) -> Decision:
    """Keep one decision with the figures that stood beside it. Clinicians only."""
    if role not in CLINICIANS:
        raise PermissionDenied
    if finding.point is None:
        raise NoPointOpen
    row = Decision(
        patient=patient,
        day_zero=trial.day_zero,
        point=finding.point.value,
        output=finding.output.value,
        rule=str(finding.rule),
        inputs=[[str(one.name), one.value] for one in finding.inputs],
        choice=choice,
        because=because.strip(),
        decided_by=by,
        role=role,
        decided_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyDecided from error
    return row


def recorded(patient: Patient) -> list[Decision]:
    """Give what was decided before, newest first."""
    rows = Decision.objects.filter(patient=patient).select_related("decided_by")
    return list(rows.order_by("-decided_at")[:20])
