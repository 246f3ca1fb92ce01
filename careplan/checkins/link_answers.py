"""Writing the one answer a link may give. It reads nothing back.

Everything runs as the holder of the link: PostgreSQL lets that identity insert these
rows for this one patient, and shows it none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from careplan.checkins import prompts
from careplan.checkins.prompts import OpenLink
from careplan.common import clock
from careplan.common.catalogue import side_effects
from careplan.common.identity import acting_as
from careplan.team import alerts
from careplan.team.models import Level
from journal.models import DoseAnswer, Entry, SafetyMoment, SideEffectReport
from patients.models import MoodScale, Patient

NOT_ASKED = None


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What the page takes: each part may be left out. `mood` is 1 to 7, `taken` a
    value of `DoseAnswer.Answer`, `effect` a code of the general list, strength 1-3."""

    mood: int | None = None
    taken: str = ""
    effect: str = ""
    strength: int | None = None

    @property
    def opens_safety(self) -> bool:
        """Whether the answer is met with helplines before anything else."""
        found = side_effects.side_effect(self.effect) if self.effect else None
        return bool(found and found.opens_safety_flow)


def save(opened: OpenLink, answer: LinkAnswer, *, now: datetime) -> None:
    """Use the link up and write the answer down, in one transaction of the caller.

    Refuses a link that was used meanwhile. An answer about self-harm raises an alert
    to whomever the patient chose to be told.
    """
    prompt = prompts.use(opened, now=now)
    with acting_as(opened.identity):
        entry = _entry(opened, answer, now)
        if answer.taken:
            _dose(opened, entry, answer, now)
        if answer.effect:
            report = _effect(opened, entry, answer, now)
            if answer.opens_safety:
                _safety(opened, report, now)
        prompts.answer(prompt, now=now)


def _entry(opened: OpenLink, answer: LinkAnswer, now: datetime) -> Entry:
    entry = Entry(
        patient_id=opened.patient_id,
        client_id=opened.prompt_id,
        occurred_at=now,
        written_at=now,
        zone=opened.zone,
        local_date=clock.local_date(now, opened.zone),
        source=Entry.Source.LINK,
        scale=opened.scale,
        **_mood(opened, answer),
    )
    entry.save(force_insert=True)
    return entry


def _mood(opened: OpenLink, answer: LinkAnswer) -> dict[str, int | None]:
    """On the elevated-aware scale only the low side was asked here: the tiles are the
    same for everybody, since another set would tell a stranger something."""
    if answer.mood is None:
        return {}
    if opened.scale == MoodScale.ELEVATED:
        return {"low": max(0, 4 - answer.mood), "high": NOT_ASKED}
    return {"mood": answer.mood}


def _dose(opened: OpenLink, entry: Entry, answer: LinkAnswer, now: datetime) -> None:
    DoseAnswer(
        patient_id=opened.patient_id,
        entry=entry,
        local_date=clock.dose_day(now, opened.zone),
        answer=answer.taken,
        answered_at=now,
    ).save(force_insert=True)


def _effect(
    opened: OpenLink, entry: Entry, answer: LinkAnswer, now: datetime
) -> SideEffectReport:
    report = SideEffectReport(
        patient_id=opened.patient_id,
        entry=entry,
        local_date=entry.local_date,
        occurred_at=now,
        written_at=now,
        code=answer.effect,
        strength=answer.strength,
        is_not_sure=True,
    )
    report.save(force_insert=True)
    return report


def _safety(opened: OpenLink, report: SideEffectReport, now: datetime) -> None:
    found = side_effects.side_effect(report.code)
    label = found.patient_label if found else report.code
    exact = _("Chosen on a reminder's page: “{answer}”").format(answer=label)
    ground = f"effect:{report.pk}"
    moment = SafetyMoment(
        id=uuid4(),
        patient_id=opened.patient_id,
        local_date=report.local_date,
        ground=ground,
        exact=exact,
        opened_at=now,
    )
    moment.save(force_insert=True)
    alerts.raise_alert(
        patient=Patient(pk=opened.patient_id, user_id=opened.user_id),
        level=Level.EMERGENCY,
        ground=ground,
        label=_("An answer about self-harm"),
        exact=exact,
        now=now,
    )
