"""Whether a next phase is worth proposing, from the record (L14, case 113).

The rule is `plan.phases`; this gathers what it reads. For clinicians only, and it
changes nothing: a phase moves by an agreed change alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import takewhile

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from careplan.plan.models import (
    DoseStep,
    Phase,
    Plan,
    ProposedChange,
    StayingWell,
    TaperPlan,
)
from careplan.plan.phases import PhaseFacts, PhaseName, worth_proposing
from careplan.plan.proposals import OPEN
from careplan.review.access import Room
from careplan.review.timeline.words import day_long
from journal import change
from journal.models import MeasureResponse
from patients.models import Patient
from patients.topics import Topic

BEGUN = (TaperPlan.State.ACTIVE, TaperPlan.State.HELD, TaperPlan.State.WATCHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """One line: from where to where, why, what was read, and where the rule is from."""

    words: str
    because: str
    read: str
    source: str


@dataclass(frozen=True, slots=True)
class Remission:
    """The last PHQ-9, and since when every one of them was below 5."""

    score: int
    on: dt.date
    since: dt.date | None


def worth_saying(opened: Room, *, today: dt.date) -> Idea | None:
    """Give the phase to talk about next; none while one is suggested already."""
    if not opened.reads(Topic.PLAN):
        return None
    plan = _plan(opened.patient)
    if plan is None or not plan.phase or plan.is_suggested:  # type: ignore[attr-defined]
        return None
    last = _remission(opened.patient) if opened.reads(Topic.MEASURES) else None
    found = worth_proposing(PhaseName(plan.phase), _facts(opened, plan, last, today))
    if found is None:
        return None
    return Idea(
        words=_("From “{now}” to “{next}”.").format(
            now=plan.get_phase_display(), next=Phase(found.to.value).label
        ),
        because=_(found.because),
        read=_read(plan, last),
        source=_(found.source),
    )


def _plan(patient: Patient) -> Plan | None:
    mine = {"patient": OuterRef("patient")}
    return (
        Plan.objects.filter(patient=patient)
        .annotate(
            is_suggested=Exists(
                ProposedChange.objects.filter(
                    **mine, kind="phase", proposal__state__in=OPEN
                )
            ),
            stays_well=Exists(StayingWell.objects.filter(**mine, ended_at=None)),
            is_lowered=Exists(
                DoseStep.objects.filter(
                    **mine, taper__state__in=BEGUN, released_at__isnull=False
                )
            ),
        )
        .first()
    )


def _remission(patient: Patient) -> Remission | None:
    """Read the forms that were sent, the newest first; private ones count nowhere."""
    rows = (
        MeasureResponse.objects.filter(
            patient=patient,
            instrument="phq9",
            state="sent",
            score__isnull=False,
            is_private=False,
            deleted_at=None,
        )
        .order_by("-local_date", "-sent_at")
        .values_list("score", "local_date")
    )
    forms = [(score, on) for score, on in rows if score is not None]
    if not forms:
        return None
    below = list(takewhile(lambda f: change.remission_range("phq9", f[0]), forms))
    return Remission(*forms[0], since=below[-1][1] if below else None)


def _facts(
    opened: Room, plan: Plan, last: Remission | None, today: dt.date
) -> PhaseFacts:
    since = last.since if last else None
    return PhaseFacts(
        in_remission_range=since is not None,
        months_since_remission=_months(since, today) if since else 0,
        staying_well_plan_signed=plan.stays_well,  # type: ignore[attr-defined]
        first_taper_step_released=opened.reads(Topic.MEDICINES) and plan.is_lowered,  # type: ignore[attr-defined]
    )


def _months(since: dt.date, today: dt.date) -> int:
    months = 12 * (today.year - since.year) + today.month - since.month
    return months - (today.day < since.day)


def _read(plan: Plan, last: Remission | None) -> str:
    parts = []
    if last is not None:
        parts.append(
            _("PHQ-9 {score} on {day}").format(score=last.score, day=day_long(last.on))
        )
    if last is not None and last.since:
        parts.append(_("below 5 since {day}").format(day=day_long(last.since)))
    well = _("yes") if plan.stays_well else _("no")  # type: ignore[attr-defined]
    parts.append(_("staying well plan signed: {answer}").format(answer=well))
    return "; ".join(parts)
