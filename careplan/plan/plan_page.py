"""What the plan page says to one reader, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from careplan.common.clock import local_date
from careplan.plan import (
    compare,
    live,
    parties,
    proposal_page,
    queries,
    quiet_runs,
    versions,
    wording,
)
from careplan.plan.access import Room
from careplan.plan.change import CLINICIANS
from careplan.plan.medicine_page import (
    MedicineLine,
    current_steps,
    medicine_lines,
    medicine_rows,
)
from careplan.plan.models import (
    Goal,
    Medication,
    Plan,
    PlanVersion,
    Proposal,
)
from careplan.plan.proposal_page import ProposalPage
from careplan.plan.version_page import version_words
from patients import access
from patients.topics import Topic


@dataclass(frozen=True)
class GoalLine:
    """One goal on the plan page."""

    words: str
    progress: str


@dataclass(frozen=True)
class CourseLine:
    """One course of therapy on the plan page."""

    id: UUID
    title: str
    about: str


@dataclass(frozen=True)
class ContactLine:
    """The next meeting with one clinician (Q6)."""

    words: str
    is_overdue: bool


@dataclass(frozen=True)
class PlanPage:
    """The whole plan as one reader sees it."""

    plan: Plan
    version_words: str
    phase: str
    review: str
    is_review_overdue: bool
    proposals: tuple[ProposalPage, ...]
    medicines: tuple[MedicineLine, ...] | None
    goals: tuple[GoalLine, ...]
    courses: tuple[CourseLine, ...] | None
    signs: str
    own_signs: tuple[live.ShownSign, ...]
    habits: tuple[str, ...]
    first_steps: str
    has_safety_plan: bool
    sees_safety: bool
    may_propose: bool
    may_weigh: bool
    may_prescribe: bool
    is_empty: bool
    contacts: tuple[ContactLine, ...]
    quiet_run: str
    well: str


def build(room: Room, *, now: datetime) -> PlanPage:
    """Return the plan page; eight content queries whatever the history."""
    patient, today = room.patient, local_date(now, room.patient.time_zone)
    head = queries.head_of_page(patient, now=now)
    plan = head.plan if head else queries.plan_row(patient)
    said = versions.section_contents(head) if head else {}
    rows = medicine_rows(room) if room.reads(Topic.MEDICINES) else None
    open_ones = [
        p
        for p in queries.open_proposals(patient)
        if all(room.reads(Topic(topic)) for topic in p.topics)
    ]
    items = compare.items_of(said.get("plan", {}))
    courses = _courses(room, said, head)
    goals = _goals(room)
    has_signs = any(i.kind == "early_sign" for i in items)
    return PlanPage(
        plan=plan,
        version_words=version_words(head, room.user, zone=patient.time_zone),
        phase=str(plan.get_phase_display()) if plan.phase else "",
        review=wording.day(plan.review_on) if plan.review_on else "",
        is_review_overdue=bool(plan.review_on and plan.review_on < today),
        proposals=_proposals(open_ones, plan, room, rows or []),
        medicines=medicine_lines(rows, open_ones),
        goals=goals,
        courses=courses,
        signs=wording.listed(i.name for i in items if i.kind == "early_sign"),
        own_signs=live.own_signs(room, now) if has_signs else (),
        habits=tuple(i.name for i in items if i.kind == "practice"),
        first_steps=wording.listed(_does(i) for i in items if i.kind == "early_sign"),
        has_safety_plan=bool(compare.items_of(said.get("safety", {}))),
        sees_safety=room.reads(Topic.SAFETY),
        may_propose=room.may(access.PROPOSE) and not room.is_patient,
        may_weigh=room.role in CLINICIANS,
        may_prescribe=room.may(access.PRESCRIBE),
        is_empty=head is None and not open_ones,
        contacts=_contacts(room, plan, head, now),
        quiet_run=quiet_runs.agreed_words(plan),
        well=next((_when_well(i) for i in items if i.kind == "staying_well"), ""),
    )


def _contacts(
    room: Room, plan: Plan, head: PlanVersion | None, now: datetime
) -> tuple[ContactLine, ...]:
    if head is None or not room.reads(Topic.VISITS):
        return ()
    found = queries.contacts_from(plan, head, patient=room.patient, now=now)
    return tuple(
        ContactLine(
            _("{who}: {day}, {booked}").format(
                who=proposal_page.ROLE_WORDS[contact.role],
                day=wording.day(contact.next_on),
                booked=_("booked") if contact.is_booked else _("not booked yet"),
            ),
            contact.is_overdue,
        )
        for contact in found
    )


def _when_well(item: compare.Item) -> str:
    return dict(item.facts).get(_("What I am like when well"), "")


def _does(item: compare.Item) -> str:
    return dict(item.facts).get(_("What I do"), "")


def _goals(room: Room) -> tuple[GoalLine, ...]:
    rows = Goal.objects.filter(patient=room.patient, ended_at=None).order_by(
        "created_at"
    )
    return tuple(
        GoalLine(row.words, row.progress or str(Goal.Closeness(row.closeness).label))
        for row in rows
    )


def _courses(
    room: Room, said: Mapping[str, Mapping[str, object]], head: PlanVersion | None
) -> tuple[CourseLine, ...] | None:
    if not room.reads(Topic.THERAPY):
        return None
    items = compare.items_of(said.get("therapy", {}))
    coming = _next_session(room, getattr(head, "next_session", None))
    return tuple(
        CourseLine(UUID(item.id), item.name, _course_words(dict(item.facts), coming))
        for item in items
    )


def _course_words(facts: Mapping[str, str], coming: str) -> str:
    between = facts.get(_("Between sessions"), "")
    parts = [
        _("With {name}.").format(name=facts[_("With")]) if facts.get(_("With")) else "",
        coming,
        _("Between sessions: {what}.").format(what=between) if between else "",
    ]
    return " ".join(part for part in parts if part)


def _next_session(room: Room, starts_at: datetime | None) -> str:
    if starts_at is None:
        return ""
    return _("Next: {day}.").format(
        day=wording.day(local_date(starts_at, room.patient.time_zone))
    )


def _proposals(
    rows: Iterable[Proposal], plan: Plan, room: Room, meds: Iterable[Medication]
) -> tuple[ProposalPage, ...]:
    rows = list(rows)
    if not rows:
        return ()
    team = parties.team_of(room.patient)
    now_steps = current_steps(meds)
    plan.__dict__["known_medicines"] = {str(row.pk): row for row in meds}
    found = []
    for row in rows:
        row.plan = plan
        asked = parties.parties_of(row, team)
        found.append(
            proposal_page.page(
                row, asked=asked, reader=room.user, role=room.role, now_steps=now_steps
            )
        )
    return tuple(found)
