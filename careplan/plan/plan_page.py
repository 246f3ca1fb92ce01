"""What the plan page, a version and a medicine page say, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.clock import local_date
from careplan.plan import (
    compare,
    contents,
    ledger,
    parties,
    proposal_page,
    queries,
    versions,
    wording,
)
from careplan.plan.access import Room
from careplan.plan.change import CLINICIANS
from careplan.plan.models import (
    DoseStep,
    Goal,
    Hold,
    Medication,
    Plan,
    PlanVersion,
    Proposal,
    SafetyPlan,
    TherapyCourse,
)
from careplan.plan.proposal_page import ProposalPage, StepRow
from careplan.plan.refill import Refill
from careplan.plan.step_figure import Point, Schedule
from careplan.plan.tablets import Strength
from patients import access
from patients.models import User
from patients.topics import Topic

SECTION_WORDS = {
    "plan": lazy("What I want and do"),
    "medicines": lazy("Medicines"),
    "therapy": lazy("Therapy"),
    "safety": lazy("Safety"),
}


@dataclass(frozen=True)
class MedicineLine:
    """One medicine on the plan page."""

    id: UUID
    name: str
    dose: str
    times: str
    about: str
    is_changing: bool
    is_held: bool
    is_told: bool
    next_step: str


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
    habits: tuple[str, ...]
    first_steps: str
    has_safety_plan: bool
    may_propose: bool
    may_weigh: bool
    may_prescribe: bool
    is_empty: bool
    contacts: tuple[ContactLine, ...]


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
    return PlanPage(
        plan=plan,
        version_words=_version_words(head, room.user),
        phase=str(plan.get_phase_display()) if plan.phase else "",
        review=wording.day(plan.review_on) if plan.review_on else "",
        is_review_overdue=bool(plan.review_on and plan.review_on < today),
        proposals=_proposals(open_ones, plan, room, rows or []),
        medicines=_medicine_lines(rows, open_ones),
        goals=goals,
        courses=courses,
        signs=wording.listed(i.name for i in items if i.kind == "early_sign"),
        habits=tuple(i.name for i in items if i.kind == "practice"),
        first_steps=wording.listed(_does(i) for i in items if i.kind == "early_sign"),
        has_safety_plan=bool(compare.items_of(said.get("safety", {}))),
        may_propose=room.may(access.PROPOSE) and not room.is_patient,
        may_weigh=room.role in CLINICIANS,
        may_prescribe=room.may(access.PRESCRIBE),
        is_empty=head is None and not open_ones,
        contacts=_contacts(room, plan, head, now),
    )


def medicine_rows(room: Room) -> list[Medication]:
    """Return the medicines of the plan with everything their lines say."""
    return queries.lay_times(queries.medicines(room.patient))


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


def current_steps(rows: Iterable[Medication]) -> dict[UUID, DoseStep]:
    """Return the regular step in force of each medicine, from prefetched rows."""
    return {
        row.pk: step
        for row in rows
        for step in row.steps.all()
        if step.state == DoseStep.State.CURRENT and step.regimen == "regular"
    }


def _medicine_lines(
    rows: Sequence[Medication] | None, open_ones: Iterable[Proposal]
) -> tuple[MedicineLine, ...] | None:
    if rows is None:
        return None
    changing = queries.open_medicine_keys(open_ones)
    return tuple(_medicine_line(row, changing) for row in rows)


def _medicine_line(row: Medication, changing: set[str]) -> MedicineLine:
    steps = list(row.steps.all())
    now = next(
        (s for s in steps if s.state == "current" and s.regimen == "regular"), None
    )
    slots = {time.slot: time.amount for time in now.times.all()} if now else {}
    ahead = contents.steps_ahead(row)
    return MedicineLine(
        id=row.pk,
        name=row.name,
        dose=wording.dose(now.amount, now.unit) if now else row.reported_dose,
        times=wording.times(slots, row.unit) if now else contents.as_needed(row),
        about=_about(row),
        is_changing=str(row.pk) in changing,
        is_held=any(step.state == "held" for step in steps),
        is_told=row.state == Medication.State.REPORTED,
        next_step=_next_words(ahead),
    )


def _next_words(ahead: Sequence[DoseStep]) -> str:
    if not ahead:
        return ""
    step = ahead[0]
    dose = contents.step_words(step)
    if step.state == "held":
        return _("Next would be {dose}. It is held.").format(dose=dose)
    if step.not_before is None:
        return _("Next: {dose}.").format(dose=dose)
    return _("Next: {dose}, not before {day}.").format(
        dose=dose, day=wording.short_day(step.not_before)
    )


def _about(row: Medication) -> str:
    parts = []
    if row.purpose:
        parts.append(_("For {purpose}.").format(purpose=row.purpose))
    if row.state == Medication.State.REPORTED:
        parts.append(_("Told by you, not yet taken over by a prescriber."))
    elif row.started_on:
        parts.append(_("Since {day}.").format(day=wording.short_day(row.started_on)))
    return " ".join(parts)


# --- versions -----------------------------------------------------------------------


@dataclass(frozen=True)
class SignatureLine:
    """One name beside a version."""

    name: str
    role: str
    words: str


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    number: int
    when: str
    who: str
    author: str
    previous: int


@dataclass(frozen=True)
class SectionPage:
    """One section of a version, as signed."""

    title: str
    why: str
    items: tuple[compare.Item, ...]


def sections(said: Mapping[str, Mapping[str, object]]) -> tuple[SectionPage, ...]:
    """Return the sections that say something, in their order."""
    return tuple(
        SectionPage(
            str(words), str(said[topic].get("why", "")), compare.items_of(said[topic])
        )
        for topic, words in SECTION_WORDS.items()
        if topic in said and compare.items_of(said[topic])
    )


def reasons(after: PlanVersion, before: PlanVersion | None) -> tuple[str, ...]:
    """Return why sections changed in the newer version."""
    was = versions.section_contents(before) if before else {}
    now = versions.section_contents(after)
    found = [
        str(section.get("why", ""))
        for topic, section in now.items()
        if section.get("items") != was.get(topic, {}).get("items")
    ]
    return tuple(dict.fromkeys(why for why in found if why))


def signature_lines(version: PlanVersion | None) -> tuple[SignatureLine, ...]:
    """Return who stands beside a version, silence and disagreement included."""
    if version is None:
        return ()
    return tuple(
        SignatureLine(
            row.user.name,
            str(proposal_page.ROLE_WORDS.get(row.role, row.role)),
            f"{row.get_kind_display()}"
            + (f", {wording.short_day(row.signed_at.date())}" if row.signed_at else ""),
        )
        for row in sorted(version.signatures.all(), key=lambda s: str(s.role))
    )


def version_line(version: PlanVersion, reader: User) -> VersionLine:
    """Return one line of the list of versions."""
    return VersionLine(
        version.number,
        wording.day(version.agreed_at.date()),
        _who(version, reader),
        version.author.name,
        version.number - 1,
    )


def _who(version: PlanVersion, reader: User) -> str:
    if version.kind == PlanVersion.Kind.OWN:
        is_mine = version.author_id == reader.pk
        return _("your own change") if is_mine else _("the patient's own part")
    if version.kind == PlanVersion.Kind.SAFETY:
        return _("started at once for safety")
    return _("agreed by {who}").format(who=_names(version, reader))


def _names(version: PlanVersion, reader: User) -> str:
    signed = [s for s in version.signatures.all() if s.kind.startswith("agreed")]
    if len(signed) == 3:
        is_in = any(s.user_id == reader.pk for s in signed)
        return _("all three of you") if is_in else _("all three")
    return wording.listed(
        _("you") if s.user_id == reader.pk else s.user.name
        for s in sorted(signed, key=lambda s: s.user_id != reader.pk)
    )


def _version_words(head: PlanVersion | None, reader: User) -> str:
    if head is None:
        return ""
    return _("Version {number}, {who}, {day}").format(
        number=head.number,
        who=_who(head, reader),
        day=wording.day(head.agreed_at.date()),
    )


# --- one medicine -------------------------------------------------------------------


@dataclass(frozen=True)
class MedicinePage:
    """One medicine as its page shows it."""

    row: Medication
    line: MedicineLine
    steps: tuple[StepRow, ...]
    tablets: str
    hold: Hold | None
    may_hold: bool
    may_release: DoseStep | None
    may_end_hold: bool
    today_step: DoseStep | None
    left: Refill | None
    figure: Schedule | None
    needed: str
    may_propose: bool


def medicine_page(row: Medication, room: Room, *, now: datetime) -> MedicinePage:
    """Return one medicine's page from its prefetched parts."""
    today = local_date(now, room.patient.time_zone)
    steps = [
        s for s in row.steps.all() if s.state != "cancelled" and s.regimen == "regular"
    ]
    strengths = [Strength(s.amount, s.can_be_halved) for s in row.strengths.all()]
    current = next((s for s in steps if s.state == "current"), None)
    waiting = [s for s in steps if s.state in ("planned", "released", "held")]
    hold = next((h for h in row.holds.all() if h.closed_at is None), None)
    may_prescribe = room.may(access.PRESCRIBE)
    return MedicinePage(
        row=row,
        line=_medicine_line(row, set()),
        steps=tuple(_history(steps, strengths)),
        tablets=wording.tablets(current.amount, strengths, row.unit) if current else "",
        hold=hold,
        may_hold=bool(waiting and current and not hold) and room.may(access.HOLD),
        may_release=_releasable(waiting) if may_prescribe and not hold else None,
        may_end_hold=may_prescribe and hold is not None,
        today_step=_today(current, today) if room.is_patient else None,
        left=ledger.days_left(row, taken_since=None, today=today),
        figure=_figure(row, steps, strengths),
        needed=contents.as_needed(row),
        may_propose=may_prescribe and row.state == Medication.State.ACTIVE,
    )


STATES = {"past": "past", "current": "now", "held": "held"}


def _figure(
    row: Medication, steps: Sequence[DoseStep], strengths: Sequence[Strength]
) -> Schedule | None:
    """Return the steps to draw: the last dose before a lowering, and all of it."""
    dated = [
        Point(day, s.amount, STATES.get(s.state, "next"), s.how or _taken(s, strengths))
        for s in sorted(steps, key=lambda s: s.order)
        if (day := s.started_on or s.not_before) is not None
    ][-MOST_DRAWN:]
    taper = next(
        (t for t in row.tapers.all() if t.state in ("active", "held", "watching")), None
    )
    drawn = Schedule(
        "f0", row.name, row.unit, tuple(dated), taper.watch_until if taper else None
    )
    in_order = all(a.day <= b.day for a, b in pairwise(dated))
    return drawn if drawn.is_worth_drawing and in_order else None


MOST_DRAWN = 14


def _releasable(waiting: Sequence[DoseStep]) -> DoseStep | None:
    first = waiting[0] if waiting else None
    return first if first is not None and first.state == "planned" else None


def _today(current: DoseStep | None, today: date) -> DoseStep | None:
    is_new = current is not None and current.started_on == today and not current.read_at
    return current if is_new else None


def _history(
    steps: Sequence[DoseStep], strengths: Sequence[Strength]
) -> Iterable[StepRow]:
    largest = max((step.amount for step in steps), default=1) or 1
    for step in sorted(steps, key=lambda s: s.order):
        yield StepRow(
            _when(step),
            _("Stop") if step.amount == 0 else wording.dose(step.amount, step.unit),
            step.amount * 100 / largest,
            step.how or _taken(step, strengths),
            {"past": "past", "current": "now", "held": "held"}.get(step.state, "next"),
            _("Held") if step.state == "held" else "",
        )


def _taken(step: DoseStep, strengths: Sequence[Strength]) -> str:
    slots = {time.slot: time.amount for time in step.times.all()}
    parts = (
        wording.tablets(step.amount, strengths, step.unit),
        wording.times(slots, step.unit),
    )
    return ", ".join(part for part in parts if part)


def _when(step: DoseStep) -> str:
    if step.state == "past" and step.started_on and step.ended_on:
        return _("{first} to {last}").format(
            first=wording.short_day(step.started_on),
            last=wording.short_day(step.ended_on),
        )
    if step.started_on:
        return _("Since {day}").format(day=wording.short_day(step.started_on))
    if step.not_before:
        return _("Not before {day}").format(day=wording.short_day(step.not_before))
    return _("Later")


def safety_plan(room: Room) -> SafetyPlan | None:
    """Return the standing safety plan with its lines and people."""
    rows = SafetyPlan.objects.filter(patient=room.patient, ended_at=None)
    return rows.prefetch_related("lines", "people").first()


def courses(room: Room) -> list[TherapyCourse]:
    """Return courses of therapy, the newest first."""
    rows = TherapyCourse.objects.filter(patient=room.patient)
    return list(rows.select_related("therapist").order_by("-created_at"))
