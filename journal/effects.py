"""Side effects: tied to the dose change they followed, judged, and looked at for red flags."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common.catalogue import side_effects as catalogue
from careplan.common.clock import dose_day, local_date
from careplan.common.errors import DomainError
from journal import clusters, linking, medicines
from journal.highs import OnRecord
from journal.inputs import CheckinInput, EffectInput
from journal.models import SideEffectJudgement, SideEffectReport
from journal.words import link_words
from patients.models import Patient, User

LOOK_BACK = dt.timedelta(days=14)
SPELL_GAP = dt.timedelta(days=7)


class NoSuchEffect(DomainError):
    """A side effect that is not on the list."""

    code = "no_such_effect"
    sentence = _("Choose a side effect from the list, or write it in your own words.")


def reports(
    patient_id: UUID,
    checkin: CheckinInput,
    *,
    known: Sequence[medicines.Medicine],
    earlier: Sequence[SideEffectReport],
    now: dt.datetime,
) -> list[SideEffectReport]:
    """Build the rows of a check-in, each tied by rule to the change it followed (N2)."""
    day = local_date(checkin.at, checkin.zone)
    rows = []
    for said in checkin.effects:
        report = _report(patient_id, said, checkin, day=day, now=now)
        report.suspected_label = _labels(said, known)
        report.is_new_or_worse = _is_new_or_worse(report, earlier)
        tie(report, known, began_on=_began_on(report, earlier))
        rows.append(report)
    return rows


def _report(
    patient_id: UUID,
    said: EffectInput,
    checkin: CheckinInput,
    *,
    day: dt.date,
    now: dt.datetime,
) -> SideEffectReport:
    if said.code and catalogue.side_effect(said.code) is None:
        raise NoSuchEffect
    return SideEffectReport(
        patient_id=patient_id,
        local_date=day,
        is_private=checkin.is_private,
        occurred_at=checkin.at,
        written_at=now,
        code=said.code,
        words=said.words.strip(),
        strength=said.strength,
        since=said.since,
        suspected=list(said.suspected),
        is_not_sure=said.is_not_sure,
    )


def take_over(
    rows: Sequence[SideEffectReport], felt: Sequence[SideEffectReport]
) -> None:
    """Let a side effect said again be the row it was.

    What clinicians noted hangs on it, and a tie the person undid stays undone.
    """
    was = {(row.code, row.words): row for row in felt}
    for row in rows:
        if (old := was.pop((row.code, row.words), None)) is not None:
            row.pk, row._state.adding = old.pk, False
            row.written_at = old.written_at
            if row.change_step == old.change_step:
                row.change_undone_at = old.change_undone_at


def _labels(said: EffectInput, known: Iterable[medicines.Medicine]) -> str:
    names = [row.name for row in known if row.id in said.suspected]
    return ", ".join(names)[:300]


def _began_on(report: SideEffectReport, earlier: Iterable[SideEffectReport]) -> dt.date:
    """The day it began: as said, else the first day of its spell, else that day.

    Felt again within a week, no stronger than before, it is the same spell.
    """
    if report.since is not None:
        return report.since
    same = [r for r in earlier if r.code and r.code == report.code]
    began = report.local_date
    for row in sorted(same, key=lambda r: r.occurred_at, reverse=True):
        if began - row.local_date > SPELL_GAP or _felt(row) < _felt(report):
            break
        began = min(began, row.local_date)
    return began


def _felt(row: SideEffectReport) -> int:
    return row.strength or 1


def _is_new_or_worse(
    report: SideEffectReport, earlier: Iterable[SideEffectReport]
) -> bool:
    if not report.code:
        return True
    return clusters.is_new_or_worse(_fact(report), map(_fact, _coded(earlier)))


def _coded(rows: Iterable[SideEffectReport]) -> list[SideEffectReport]:
    return [row for row in rows if catalogue.side_effect(row.code) is not None]


def tie(
    report: SideEffectReport,
    known: Iterable[medicines.Medicine],
    *,
    began_on: dt.date,
) -> None:
    """Fill in "day 6 after 50 → 75 mg"; leaves it empty when no change is near.

    The change is the last one before it began, so that a spell older than a change is
    not laid at its door. The days count up to the day reported, or to the beginning
    where the person named one.
    """
    link = linking.preceding_change(
        began_on, medicines.changes(known, effect=report.code)
    )
    if link is None:
        return
    change = link.change
    report.change_medication_id = UUID(change.medicine_id)
    report.change_step = UUID(change.step_id)
    report.change_label = change.medicine_name
    report.change_from, report.change_to = change.before, change.after
    report.change_unit, report.change_on = change.unit, change.changed_on
    until = report.since or report.local_date
    report.change_day = max(0, (until - change.changed_on).days)


def assess(
    rows: Sequence[SideEffectReport],
    patient: Patient,
    *,
    known: Sequence[medicines.Medicine],
    earlier: Sequence[SideEffectReport],
    highs: OnRecord,
    now: dt.datetime,
) -> clusters.Assessment:
    """Look for red flags in what was just said and in the days before it."""
    zone = patient.time_zone
    facts = clusters.Facts(
        entry=tuple(_fact(row) for row in _coded(rows)),
        recent=tuple(_fact(row) for row in _coded(earlier)),
        medicines=medicines.facts(known, day=dose_day(now, zone), zone=zone),
        person=clusters.PersonFact(
            age=_age(patient, local_date(now, zone)),
            bipolar_on_record=highs.bipolar,
            high_mood_positive=highs.check_positive,
        ),
        now=max([now, *(row.occurred_at for row in rows)]),
    )
    return clusters.assess(facts)


def _fact(row: SideEffectReport) -> clusters.Report:
    return clusters.Report(
        item=row.code,
        severity=row.strength,
        at=row.occurred_at,
        is_new_or_worse=row.is_new_or_worse,
    )


def _age(patient: Patient, today: dt.date) -> int | None:
    born = patient.birth_date
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def recent(patient_id: UUID, *, now: dt.datetime) -> list[SideEffectReport]:
    """Give what was reported in the two weeks before, the newest first."""
    rows = SideEffectReport.objects.filter(
        patient_id=patient_id,
        occurred_at__gte=now - LOOK_BACK,
        deleted_at__isnull=True,
    )
    return list(rows.order_by("-occurred_at"))


@transaction.atomic
def undo_link(report: SideEffectReport, *, now: dt.datetime) -> None:
    """Take back the line about a dose change; the report itself stays."""
    report.change_undone_at = now
    report.save(update_fields=["change_undone_at"])


@transaction.atomic
def restore_link(report: SideEffectReport) -> None:
    """Put the line about a dose change back."""
    report.change_undone_at = None
    report.save(update_fields=["change_undone_at"])


@transaction.atomic
def judge(
    report: SideEffectReport, *, by: User, role: str, cause: str, now: dt.datetime
) -> SideEffectJudgement:
    """Note what a clinician thinks it is; each one's last word counts."""
    row = SideEffectJudgement(
        patient_id=report.patient_id,
        report=report,
        user=by,
        role=role,
        cause=SideEffectJudgement.Cause(cause),
        judged_at=now,
    )
    row.save(force_insert=True)
    return row


def name_of(report: SideEffectReport) -> str:
    """Give the effect in the patient's words."""
    row = catalogue.side_effect(report.code)
    return row.patient_label if row else report.words


def clinical_name_of(report: SideEffectReport) -> str:
    """Give the effect as clinicians call it, the patient's words beside it."""
    row = catalogue.side_effect(report.code)
    if row is None:
        return str(report.words)
    if row.clinical_term.casefold() == row.patient_label.casefold():
        return row.patient_label
    return f"{row.patient_label} ({row.clinical_term})"


def strength_word(report: SideEffectReport) -> str:
    """Say "mild", "moderate", "strong" or "not rated"."""
    if report.strength is None:
        return gettext("not rated")
    return str(SideEffectReport.Strength(report.strength).label)


def change_words(report: SideEffectReport) -> str:
    """Say "day 6 after 50 → 75 mg" with the medicine's name; "" when not tied."""
    if not report.is_linked or report.change_on is None:
        return ""
    change = linking.DoseChange(
        step_id="",
        medicine_id="",
        medicine_name=report.change_label,
        changed_on=report.change_on,
        before=report.change_from,
        after=report.change_to,
        unit=report.change_unit,
    )
    words = link_words(linking.Link(change, report.change_day or 0))
    return f"{report.change_label}: {words}"
