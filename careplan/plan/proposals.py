"""Suggestions and answers: from "could we?" to a signed version of the plan.

States and who must agree: decisions 1-7, ux.md 6.4. Each verb is one transaction.
Whoever needs to agree is worked out from the team that exists at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from careplan.common.clock import local_date
from careplan.common.identity import acting_as, system
from careplan.plan import canonical, notices, plans, versions
from careplan.plan.change import PATIENT, Application, ChangeKind, Values, kind_of
from careplan.plan.errors import (
    NoApproach,
    NoReviewDate,
    NotAllowed,
    NotAsked,
    NotForSafety,
    NotOpen,
    OnlyPrescriber,
    OpenAlready,
    PartMissing,
    StaleVersion,
    TextChanged,
    WordsMissing,
)
from careplan.plan.medications import By
from careplan.plan.models import (
    Approach,
    Plan,
    PlanVersion,
    Proposal,
    ProposalQuestion,
    ProposedChange,
    Response,
    Signature,
)
from careplan.plan.parties import Party, parties_of, typed
from careplan.team import concerns, headsups
from careplan.team.models import Concern
from patients.models import Role
from patients.topics import Topic

State = Proposal.State
Answer = Response.Answer
OPEN = (State.PROPOSED, State.QUESTION, State.AGREED)
SAYS_YES = (Answer.AGREES, Answer.AGREES_WITH_NOTE)
CLINICAL_SECTIONS = {Topic.MEDICINES, Topic.THERAPY}


@dataclass(frozen=True)
class Change:
    """One typed change as a form gave it: the kind's name and its values."""

    kind: str
    values: Values


@dataclass(frozen=True)
class Wording:
    """What a proposer writes around the changes."""

    why: str
    title: str = ""
    notice: str = ""
    pause: str = ""
    look_again_on: date | None = None
    look_again_how: str = ""
    reply_by: date | None = None
    overrides: Sequence[dict[str, str]] = field(default_factory=tuple)
    concern_ref: UUID | None = None


# --- writing and sending -------------------------------------------------------


@transaction.atomic
def draft(
    plan: Plan,
    *,
    by: By,
    changes: Sequence[Change],
    wording: Wording,
    base_number: int,
    now: datetime,
    supersedes: Proposal | None = None,
) -> Proposal:
    """Keep a suggestion that only its writer sees.

    Refuses kinds that are not theirs to make, and a blank needed part.
    """
    kinds = [(kind_of(change.kind), change.values) for change in changes]
    if not kinds:
        raise PartMissing(part="")
    for kind, values in kinds:
        _require_may_propose(kind, by.role)
        _require_filled(kind, plan, values)
    proposal = Proposal(
        patient_id=plan.patient_id,
        plan=plan,
        proposer=by.user,
        proposer_role=by.role,
        title=wording.title or kinds[0][0].title(plan, kinds[0][1]),
        why=wording.why,
        notice=wording.notice,
        pause=wording.pause,
        look_again_on=wording.look_again_on,
        look_again_how=wording.look_again_how,
        reply_by=wording.reply_by,
        overrides=list(wording.overrides),
        concern_ref=wording.concern_ref,
        base_number=base_number,
        medicine_key=_medicine_key(kinds),
        topics=_topics(kinds),
        supersedes=supersedes,
        created_at=now,
    )
    proposal.save(force_insert=True)
    _write_changes(proposal, plan, kinds)
    return proposal


def _write_changes(
    proposal: Proposal, plan: Plan, kinds: Iterable[tuple[ChangeKind, Values]]
) -> None:
    ProposedChange.objects.bulk_create(
        ProposedChange(
            patient_id=plan.patient_id,
            proposal=proposal,
            topics=proposal.topics,
            order=order,
            kind=kind.name,
            values=canonical.plain({**values, "basis": kind.basis(plan, values)}),
            sentence=kind.sentence(plan, values),
            record_sentence=kind.record_sentence(plan, values),
        )
        for order, (kind, values) in enumerate(kinds, start=1)
    )


def _require_filled(kind: ChangeKind, plan: Plan, values: Values) -> None:
    missing = kind.missing(plan, values)
    if missing:
        raise PartMissing(part=missing)


def _require_may_propose(kind: ChangeKind, role: str) -> None:
    if role in kind.proposers:
        return
    if kind.proposers == frozenset({Role.PRESCRIBER.value}):
        raise OnlyPrescriber
    raise NotAllowed


def _medicine_key(kinds: Iterable[tuple[ChangeKind, Values]]) -> str:
    return next((k for k in (kind.medicine_key(v) for kind, v in kinds) if k), "")


def _topics(kinds: Iterable[tuple[ChangeKind, Values]]) -> list[str]:
    return sorted({Topic.PLAN.value, *(kind.topic.value for kind, _values in kinds)})


@transaction.atomic
def send(proposal: Proposal, *, by: By, now: datetime) -> Proposal:
    """Fix the text and ask everyone whose answer is wanted.

    Sending is the proposer's own yes. Refuses a blank needed part, no day to look
    again, no approach noted, a plan that moved on, another open suggestion about the
    same medicine. What it supersedes is taken back in the same moment.
    """
    proposal = _locked(proposal)
    _require_proposer(proposal, by)
    if proposal.state != State.DRAFT:
        raise NotOpen
    plan = _plan(proposal)
    _require_whole(proposal, plan)
    if plan.number != proposal.base_number:
        raise StaleVersion
    _take_back_superseded(proposal, now)
    _require_only_one(proposal)
    _fix_text(proposal, plan, now)
    _answer_row(proposal, by, Answer.AGREES, "", now)
    _tell_others(proposal, "sent", by, now)
    if (concern := _concern_of(proposal)) is not None:
        concerns.happened(
            concern,
            by=by.user,
            role=by.role,
            event="suggested",
            text=proposal.title,
            now=now,
        )
    _settle(proposal, now)
    return proposal


def _tell_others(proposal: Proposal, purpose: str, by: By, now: datetime) -> None:
    people = [party.user for party in _asked(proposal) if party.user_id != by.user.pk]
    notices.tell(proposal, people=people, purpose=purpose, now=now)


def _fix_text(proposal: Proposal, plan: Plan, now: datetime) -> None:
    if proposal.reply_by is None:
        proposal.reply_by = local_date(now, plan.patient.time_zone) + timedelta(days=7)
    proposal.state, proposal.sent_at = State.PROPOSED, now
    proposal.reply_by_at = end_of_day(proposal.reply_by, plan.patient.time_zone)
    proposal.text_hash = text_hash(proposal)
    try:
        with transaction.atomic():
            proposal.save(
                update_fields=[
                    "state", "sent_at", "reply_by", "reply_by_at", "text_hash",
                ]
            )  # fmt: skip
    except IntegrityError as error:  # two sent at once: the unique index decides
        raise OpenAlready(who="") from error


def end_of_day(day: date, zone: str) -> datetime:
    """Return the last moment of `day` where the patient lives."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))


def text_hash(proposal: Proposal) -> str:
    """Return the hash of the exact text every answer names."""
    changes = proposal.changes.order_by("order")
    return canonical.section_hash(
        {
            "title": proposal.title,
            "why": proposal.why,
            "notice": proposal.notice,
            "pause": proposal.pause,
            "look_again_on": proposal.look_again_on,
            "look_again_how": proposal.look_again_how,
            "changes": [
                [row.kind, row.values, row.sentence, row.record_sentence]
                for row in changes
            ],
        }
    )


def _require_whole(proposal: Proposal, plan: Plan) -> None:
    changes = typed(proposal.changes.all())
    for kind, values in changes:
        _require_filled(kind, plan, values)
    if not proposal.why.strip():
        raise WordsMissing
    if not any(kind.topic in CLINICAL_SECTIONS for kind, _values in changes):
        return
    if proposal.look_again_on is None and plan.review_on is None:
        raise NoReviewDate
    if not _has_approach(plan, changes):
        raise NoApproach(name=plan.patient.called)


def _has_approach(plan: Plan, changes: Iterable[tuple[ChangeKind, Values]]) -> bool:
    # What must not wait never does: lowering or stopping asks for no earlier talk.
    if any(kind.name in {"approach", "hold", "stop"} for kind, _values in changes):
        return True
    return Approach.objects.filter(patient=plan.patient_id, ended_at=None).exists()


def _take_back_superseded(proposal: Proposal, now: datetime) -> None:
    old = proposal.supersedes
    if old is not None and old.state in OPEN:
        _decide(old, State.WITHDRAWN, now, because="")


def _require_only_one(proposal: Proposal) -> None:
    if not proposal.medicine_key:
        return
    other = (
        Proposal.objects.filter(
            patient=proposal.patient_id,
            medicine_key=proposal.medicine_key,
            state__in=OPEN,
        )
        .exclude(pk=proposal.pk)
        .select_related("proposer")
        .first()
    )
    if other:
        raise OpenAlready(who=other.proposer.name)


@transaction.atomic
def discard(proposal: Proposal, *, by: By, now: datetime) -> None:
    """Put an unsent draft away. Nobody but its writer ever saw it."""
    proposal = _locked(proposal)
    _require_proposer(proposal, by)
    if proposal.state != State.DRAFT:
        raise NotOpen
    proposal.sent_at, proposal.text_hash = now, text_hash(proposal)
    _decide(proposal, State.WITHDRAWN, now, because="", extra=("sent_at", "text_hash"))


# --- answering ----------------------------------------------------------------


@transaction.atomic
def agree(
    proposal: Proposal, *, by: By, read_hash: str, note: str = "", now: datetime
) -> Proposal:
    """Say yes to the exact text read; the last needed yes applies it at once."""
    answer = Answer.AGREES_WITH_NOTE if note.strip() else Answer.AGREES
    return _respond(proposal, by, read_hash, answer, note, now)


@transaction.atomic
def disagree(
    proposal: Proposal, *, by: By, read_hash: str, note: str, now: datetime
) -> Proposal:
    """A clinician says no, in words. It stops the clock and is never hidden."""
    if not note.strip():
        raise WordsMissing
    if by.role == PATIENT:
        return decline(proposal, by=by, read_hash=read_hash, note=note, now=now)
    return _respond(proposal, by, read_hash, Answer.DISAGREES, note, now)


@transaction.atomic
def decline(
    proposal: Proposal, *, by: By, read_hash: str, note: str = "", now: datetime
) -> Proposal:
    """The patient does not want this now. The plan stays; no reason is needed."""
    if by.role != PATIENT:
        raise NotAllowed
    return _respond(proposal, by, read_hash, Answer.DECLINES, note, now)


def _respond(
    proposal: Proposal, by: By, read_hash: str, answer: str, note: str, now: datetime
) -> Proposal:
    proposal = _locked(proposal)
    _require_open(proposal, now)
    _require_asked(proposal, by)
    if read_hash != proposal.text_hash:
        raise TextChanged
    _take_back(proposal, by, now)
    _answer_row(proposal, by, answer, note, now)
    if answer == Answer.DECLINES and not proposal.for_safety:
        _decide(proposal, State.DECLINED, now, because=note[:1000])
        return proposal
    if proposal.for_safety:
        if answer == Answer.DECLINES:
            _ask_prescriber(proposal, by, note, now)
        return proposal
    _settle(proposal, now)
    return proposal


def _ask_prescriber(proposal: Proposal, by: By, note: str, now: datetime) -> None:
    """The patient does not want what started for safety: a concern opens by itself.

    The step stands until the prescriber changes it (decisions 6).
    """
    concerns.raise_concern(
        patient=proposal.plan.patient,
        by=by.user,
        role=by.role,
        owner=proposal.proposer,
        question=note.strip() or _("I do not want this change."),
        ground_label=proposal.title,
        ground_ref=str(proposal.pk),
        now=now,
    )


def _answer_row(
    proposal: Proposal, by: By, answer: str, note: str, now: datetime
) -> None:
    Response(
        patient_id=proposal.patient_id,
        proposal=proposal,
        topics=proposal.topics,
        user=by.user,
        role=by.role,
        answer=answer,
        note=note.strip(),
        text_hash=proposal.text_hash,
        answered_at=now,
    ).save(force_insert=True)


def _take_back(proposal: Proposal, by: By, now: datetime) -> int:
    return Response.objects.filter(
        proposal=proposal, user=by.user, taken_back_at=None
    ).update(taken_back_at=now)


@transaction.atomic
def take_back(proposal: Proposal, *, by: By, now: datetime) -> Proposal:
    """Withdraw one's own answer; possible until the change applies (decisions 7)."""
    proposal = _locked(proposal)
    _require_open(proposal, now)
    if proposal.for_safety or by.user.pk == proposal.proposer_id:
        raise NotOpen
    if _take_back(proposal, by, now):
        _settle(proposal, now)
    return proposal


@transaction.atomic
def withdraw(
    proposal: Proposal, *, by: By, because: str = "", now: datetime
) -> Proposal:
    """The proposer takes the suggestion back. The plan stays as it is."""
    proposal = _locked(proposal)
    _require_proposer(proposal, by)
    if proposal.state not in OPEN:
        raise NotOpen
    _decide(proposal, State.WITHDRAWN, now, because=because[:1000])
    return proposal


@transaction.atomic
def go_on(proposal: Proposal, *, by: By, because: str, now: datetime) -> Proposal:
    """Go on in spite of the other clinician's no, with a reason that stands beside it.

    A needed person's no cannot be passed over. Refuses an empty reason.
    """
    proposal = _locked(proposal)
    _require_proposer(proposal, by)
    _require_open(proposal, now)
    if not because.strip():
        raise WordsMissing
    standing = _standing(proposal)
    if any(
        p.is_needed and _says(standing, p) == Answer.DISAGREES for p in _asked(proposal)
    ):
        raise NotAllowed
    proposal.went_on_because = because[:1000]
    proposal.save(update_fields=["went_on_because"])
    _settle(proposal, now)
    return proposal


# --- questions ------------------------------------------------------------------


@transaction.atomic
def ask(proposal: Proposal, *, by: By, text: str, now: datetime) -> ProposalQuestion:
    """Ask before answering. The clock stands still until it is answered."""
    proposal = _locked(proposal)
    _require_open(proposal, now)
    _require_asked(proposal, by)
    if not text.strip():
        raise WordsMissing
    question = ProposalQuestion(
        patient_id=proposal.patient_id,
        proposal=proposal,
        topics=proposal.topics,
        asker=by.user,
        text=text.strip(),
        asked_at=now,
    )
    question.save(force_insert=True)
    _tell_others(proposal, f"question-{question.pk}", by, now)
    if not proposal.for_safety:
        _settle(proposal, now)
    return question


@transaction.atomic
def answer_question(
    question: ProposalQuestion, *, by: By, text: str, now: datetime
) -> ProposalQuestion:
    """Answer a question; with none left open the clock runs on.

    Clinicians answer; the person who asked may also close it in their own words.
    """
    proposal = _locked(question.proposal)
    if by.role == PATIENT and by.user.pk != question.asker_id:
        raise NotAllowed
    if not text.strip():
        raise WordsMissing
    question = ProposalQuestion.objects.select_for_update().get(pk=question.pk)
    if question.answered_at is not None:
        raise NotOpen
    question.answer, question.answered_by = text.strip(), by.user
    question.answered_at = now
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    _tell_others(proposal, f"answer-{question.pk}", by, now)
    if proposal.state in OPEN:
        _settle(proposal, now)
    return question


# --- where it stands ---------------------------------------------------------------


def _settle(proposal: Proposal, now: datetime) -> None:
    """Move the state to what the answers, questions and the clock say."""
    asked, standing = _asked(proposal), _standing(proposal)
    if _is_stopped(proposal, asked, standing):
        _stop_clock(proposal, now)
        return
    _run_clock(proposal, now)
    needed_agree = all(_says(standing, p) in SAYS_YES for p in asked if p.is_needed)
    if needed_agree and all(_says(standing, p) is not None for p in asked):
        _apply(proposal, asked, standing, now)
        return
    state = State.AGREED if needed_agree else State.PROPOSED
    if proposal.state != state:
        proposal.state = state
        proposal.save(update_fields=["state"])


def _asked(proposal: Proposal) -> tuple[Party, ...]:
    # Everyone on a team sees who is on it, so any answerer can work this out.
    return parties_of(proposal)


def _standing(proposal: Proposal) -> dict[UUID, Response]:
    rows = Response.objects.filter(proposal=proposal, taken_back_at=None)
    return {row.user_id: row for row in rows}


def _says(standing: dict[UUID, Response], party: Party) -> str | None:
    row = standing.get(party.user_id)
    return row.answer if row else None


def _is_stopped(
    proposal: Proposal, asked: Iterable[Party], standing: dict[UUID, Response]
) -> bool:
    if ProposalQuestion.objects.filter(proposal=proposal, answered_at=None).exists():
        return True
    noes = [p for p in asked if _says(standing, p) == Answer.DISAGREES]
    return bool(noes) and (
        not proposal.went_on_because or any(p.is_needed for p in noes)
    )


def _stop_clock(proposal: Proposal, now: datetime) -> None:
    has_question = ProposalQuestion.objects.filter(
        proposal=proposal, answered_at=None
    ).exists()
    proposal.state = State.QUESTION if has_question else State.PROPOSED
    proposal.clock_stopped_at = proposal.clock_stopped_at or now
    proposal.save(update_fields=["state", "clock_stopped_at"])


def _run_clock(proposal: Proposal, now: datetime) -> None:
    if proposal.clock_stopped_at is None:
        return
    zone = proposal.plan.patient.time_zone
    left = (proposal.reply_by_at or now) - proposal.clock_stopped_at
    # Whole days, so that "by Friday" stays a day a person can keep in mind.
    proposal.reply_by = local_date(now + left - timedelta(seconds=1), zone)
    proposal.reply_by_at = end_of_day(proposal.reply_by, zone)
    proposal.clock_stopped_at = None
    proposal.save(update_fields=["reply_by", "reply_by_at", "clock_stopped_at"])


def close_overdue(now: datetime, *, at_most: int = 200) -> int:
    """Settle suggestions whose reply-by day has ended; say how many were closed.

    With every needed yes it applies, and silence is written down as "not answered";
    without one it expires. Runs as `system("steps")`, called by the tick.
    """
    with transaction.atomic(), acting_as(system("steps")):
        due = Proposal.objects.filter(
            state__in=(State.PROPOSED, State.AGREED),
            reply_by_at__lte=now,
            clock_stopped_at=None,
            for_safety=False,
        )
        found = list(due.order_by("reply_by_at").values_list("pk", flat=True)[:at_most])
    return sum(_close_one(proposal_id, now) for proposal_id in found)


@transaction.atomic
def _close_one(proposal_id: UUID, now: datetime) -> bool:
    with acting_as(system("steps")):
        rows = Proposal.objects.select_for_update(skip_locked=True, of=("self",))
        proposal = (
            rows.filter(pk=proposal_id, state__in=(State.PROPOSED, State.AGREED))
            .filter(clock_stopped_at=None, reply_by_at__lte=now)
            .select_related("plan__patient__user", "proposer")
            .first()
        )
        if proposal is None:
            return False
        asked, standing = _asked(proposal), _standing(proposal)
        if all(_says(standing, p) in SAYS_YES for p in asked if p.is_needed):
            try:
                with transaction.atomic():
                    _apply(proposal, asked, standing, now)
            except StaleVersion:
                _decide(proposal, State.EXPIRED, now, because="stale")
        else:
            _decide(proposal, State.EXPIRED, now, because="")
        return True


def _decide(
    proposal: Proposal,
    state: str,
    now: datetime,
    *,
    because: str,
    extra: tuple[str, ...] = (),
) -> None:
    proposal.state, proposal.decided_at = state, now
    proposal.decided_because = because
    proposal.save(update_fields=["state", "decided_at", "decided_because", *extra])
    if state in (State.WITHDRAWN, State.DECLINED, State.EXPIRED):
        notices.take_back(proposal, now=now)


# --- into the plan ------------------------------------------------------------------


def _apply(
    proposal: Proposal,
    asked: Iterable[Party],
    standing: dict[UUID, Response],
    now: datetime,
) -> PlanVersion:
    """Write the agreed change: items, version, signatures, heads-up, all or nothing."""
    signers = [_signer(party, standing.get(party.user_id)) for party in asked]
    return _write(proposal, PlanVersion.Kind.AGREED, signers, now)


def _write(
    proposal: Proposal, kind: str, signers: list[versions.Signer], now: datetime
) -> PlanVersion:
    with acting_as(system("apply")):
        plan = plans.locked(proposal.plan)
        plan.patient = proposal.plan.patient
        changes = typed(proposal.changes.all())
        _require_same_ground(plan, changes)
        to = Application(
            plan=plan,
            version_id=uuid4(),
            author=proposal.proposer,
            now=now,
            today=local_date(now, plan.patient.time_zone),
            proposal=proposal,
        )
        # First, so that a change of the review day itself has the last word.
        _keep_review_date(plan, proposal)
        for change_kind, values in changes:
            change_kind.apply(values, to)
        version = versions.write(
            plan,
            version_id=to.version_id,
            kind=kind,
            author=proposal.proposer,
            why=dict.fromkeys(proposal.topics, proposal.why),
            signers=signers,
            now=now,
        )
        proposal.version = version
        _decide(proposal, State.APPLIED, now, because="", extra=("version",))
        _tell_therapist(changes, to, version)
        _close_concern(proposal, version, now)
    return version


def _require_same_ground(
    plan: Plan, changes: Iterable[tuple[ChangeKind, Values]]
) -> None:
    for kind, values in changes:
        if kind.basis(plan, values) != values.get("basis", ""):
            raise StaleVersion


def _keep_review_date(plan: Plan, proposal: Proposal) -> None:
    if proposal.look_again_on is not None:
        plan.review_on = proposal.look_again_on
        plan.save(update_fields=["review_on"])


def _signer(party: Party, row: Response | None) -> versions.Signer:
    kinds = {
        Answer.AGREES: Signature.Kind.AGREED,
        Answer.AGREES_WITH_NOTE: Signature.Kind.AGREED_WITH_NOTE,
        Answer.DISAGREES: Signature.Kind.DISAGREES,
    }
    if row is None:
        kind, signed_at = Signature.Kind.NOT_ANSWERED, None
    else:
        kind, signed_at = kinds[Answer(row.answer)], row.answered_at
    return versions.Signer(party.user_id, party.role, kind, signed_at, row)


def _tell_therapist(
    changes: Iterable[tuple[ChangeKind, Values]], to: Application, version: PlanVersion
) -> None:
    for kind, values in changes:
        watch = kind.watch(values, to)
        if watch is not None:
            headsups.post_dose_change(
                patient=to.plan.patient,
                label=watch.label,
                expect=watch.expect,
                watch=watch.watch,
                until=watch.until,
                version_number=version.number,
                now=to.now,
            )


def _concern_of(proposal: Proposal) -> Concern | None:
    """Give the open question a suggestion answers, when it can still be seen."""
    if proposal.concern_ref is None:
        return None
    rows = Concern.objects.filter(patient=proposal.patient_id)
    concern = rows.filter(pk=proposal.concern_ref).first()
    return concern if concern is not None and concern.is_open else None


def _close_concern(proposal: Proposal, version: PlanVersion, now: datetime) -> None:
    concern = _concern_of(proposal)
    if concern is not None:
        concerns.close(
            concern,
            by=proposal.proposer,
            role=proposal.proposer_role,
            version_number=version.number,
            now=now,
        )


@transaction.atomic
def start_now(
    plan: Plan,
    *,
    by: By,
    changes: Sequence[Change],
    wording: Wording,
    reason: str,
    base_number: int,
    now: datetime,
) -> Proposal:
    """Hold, lower or stop at once, for safety; answers are asked for afterwards.

    A prescriber only, with a reason. An open suggestion about the same medicine is
    superseded. The version says how it came to be (decisions 6).
    """
    if by.role != Role.PRESCRIBER:
        raise OnlyPrescriber
    if not reason.strip():
        raise WordsMissing
    for change in changes:
        _require_filled(kind_of(change.kind), plan, change.values)
        if not kind_of(change.kind).may_start_now(plan, change.values):
            raise NotForSafety
    proposal = draft(
        plan,
        by=by,
        changes=changes,
        wording=wording,
        base_number=base_number,
        now=now,
    )
    proposal.plan = plan
    _supersede_open(proposal, now)
    with acting_as(system("apply")):
        if plans.locked(plan).number != base_number:
            raise StaleVersion
    proposal.for_safety, proposal.safety_reason = True, reason.strip()[:1000]
    proposal.save(update_fields=["for_safety", "safety_reason"])
    _fix_text(proposal, plan, now)
    _answer_row(proposal, by, Answer.AGREES, "", now)
    own = Response.objects.get(proposal=proposal, user=by.user)
    signers = [
        _signer(party, own)
        if party.user_id == by.user.pk
        else versions.Signer(
            party.user_id, party.role, Signature.Kind.ASKED_AFTER, None
        )
        for party in _asked(proposal)
    ]
    _write(proposal, PlanVersion.Kind.SAFETY, signers, now)
    _tell_others(proposal, "started", by, now)
    return proposal


def _supersede_open(proposal: Proposal, now: datetime) -> None:
    others = Proposal.objects.filter(
        patient=proposal.patient_id,
        medicine_key=proposal.medicine_key,
        state__in=OPEN,
    ).exclude(medicine_key="")
    for other in others:
        _decide(other, State.WITHDRAWN, now, because="")
        proposal.supersedes = other
        proposal.save(update_fields=["supersedes"])


# --- guards ------------------------------------------------------------------------


def _locked(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",))
    return rows.select_related("plan__patient__user", "proposer", "supersedes").get(
        pk=proposal.pk
    )


def _plan(proposal: Proposal) -> Plan:
    plan = Plan.objects.get(pk=proposal.plan_id)
    plan.patient = proposal.plan.patient
    proposal.plan = plan
    return plan


def _require_proposer(proposal: Proposal, by: By) -> None:
    if proposal.proposer_id != by.user.pk:
        raise NotAllowed


def _require_open(proposal: Proposal, now: datetime) -> None:
    if proposal.for_safety and proposal.state == State.APPLIED:
        return
    if proposal.state not in OPEN:
        raise NotOpen
    is_late = proposal.reply_by_at is not None and now >= proposal.reply_by_at
    if is_late and proposal.clock_stopped_at is None:
        raise NotOpen


def _require_asked(proposal: Proposal, by: By) -> None:
    if by.user.pk not in {party.user_id for party in _asked(proposal)}:
        raise NotAsked
