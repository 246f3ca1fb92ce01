"""One medicine with what was reported about it: by whom it was tied, and to what."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from careplan.common.catalogue import side_effects as catalogue
from careplan.plan.models import Medication
from careplan.review.access import Room
from careplan.review.timeline.words import day_and_year
from journal import stock
from journal.models import SideEffectJudgement, SideEffectReport
from journal.stock import Left
from patients.models import Patient
from patients.topics import Topic

MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report in words."""

    when: str
    strength: str
    tied: str
    thought: str
    judged: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """All reports of one side effect, newest first."""

    name: str
    reports: tuple[Report, ...]


def medicine_in(opened: Room, medicine_id: UUID) -> Medication | None:
    """Give one medicine of this record, or None."""
    rows = Medication.objects.filter(patient=opened.patient, pk=medicine_id)
    return rows.select_related("prescriber").first()


def lasting(opened: Room, row: Medication, *, today: date) -> Left | None:
    """How long the counted tablets last by what was logged; the patient's own page.

    The same reckoning as on Today, so that the two never say different things (R6).
    """
    if not opened.is_patient:
        return None
    found = stock.left(opened.patient.pk, today=today)
    return next((one for one in found if one.medication.pk == row.pk), None)


def effects(opened: Room, row: Medication) -> tuple[Effect, ...] | None:
    """Give what was reported of one medicine: three queries; None if not shared.

    A report belongs to it when the rule tied it to a change of its dose, or when the
    person thinks so. Private ones are the patient's alone.
    """
    if not opened.reads(Topic.SIDE_EFFECTS):
        return None
    reports = SideEffectReport.objects.filter(
        Q(change_medication=row, change_undone_at=None)
        | Q(suspected__contains=[row.pk]),
        patient=opened.patient,
        deleted_at=None,
    )
    if not opened.is_patient:
        reports = reports.filter(is_private=False)
    rows = list(reports.order_by("-local_date", "-written_at")[:MOST])
    judged = _judged(opened.patient, rows)
    by_name: dict[str, list[Report]] = defaultdict(list)
    for report in rows:
        by_name[_name(report, opened)].append(_report(report, opened, judged))
    return tuple(
        Effect(name=name, reports=tuple(found)) for name, found in by_name.items()
    )


def _judged(
    patient: Patient, rows: list[SideEffectReport]
) -> dict[UUID, tuple[str, ...]]:
    """Each clinician's last word on each report."""
    latest: dict[tuple[UUID, UUID], SideEffectJudgement] = {}
    marks = SideEffectJudgement.objects.filter(
        patient=patient, report__in=[row.pk for row in rows]
    ).select_related("user")
    for mark in marks.order_by("judged_at"):
        latest[mark.report_id, mark.user_id] = mark
    words: dict[UUID, list[str]] = defaultdict(list)
    for (report, _user), mark in latest.items():
        words[report].append(f"{mark.user.name}: {mark.get_cause_display()}")
    return {report: tuple(found) for report, found in words.items()}


def _name(row: SideEffectReport, opened: Room) -> str:
    item = catalogue.side_effect(row.code) if row.code else None
    if item is None:
        return str(row.words)
    return item.patient_label if opened.is_patient else item.clinical_term


def _report(
    row: SideEffectReport, opened: Room, judged: dict[UUID, tuple[str, ...]]
) -> Report:
    tied = ""
    if row.is_linked:
        tied = _("Day {n} after {change}").format(
            n=row.change_day, change=row.change_label
        )
    return Report(
        when=day_and_year(row.local_date),
        strength=str(row.get_strength_display() or _("not rated")),
        tied=tied,
        thought=_said(row),
        judged=judged.get(row.pk, ()),
        url=f"{opened.prefix}/journal/{row.local_date.isoformat()}/",
    )


def _said(row: SideEffectReport) -> str:
    if row.is_not_sure:
        return _("Not sure where it comes from")
    if row.suspected_label:
        return _("Thought to come from {what}").format(what=row.suspected_label)
    return ""
