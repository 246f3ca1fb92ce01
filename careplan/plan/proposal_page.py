"""What a suggestion looks like to one reader: people, sentences, acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.clock import local_date
from careplan.plan import wording
from careplan.plan.change import PATIENT
from careplan.plan.changes import _steps as rows_of
from careplan.plan.models import DoseStep, Proposal, ProposedChange, Response
from careplan.plan.parties import Party
from careplan.plan.step_figure import Schedule
from careplan.plan.step_rows import StepRow, figures_of, steps_of
from patients.models import Role, User

State = Proposal.State


ROLE_WORDS = {
    PATIENT: lazy("Patient"),
    Role.THERAPIST.value: lazy("Therapist"),
    Role.PRESCRIBER.value: lazy("Prescriber"),
    Role.CARE_MANAGER.value: lazy("Care manager"),
}


@dataclass(frozen=True)
class Person:
    """One line of the component `who_agreed`."""

    name: str
    text: str
    role: str
    state: str
    you: bool
    full: str = ""  # the whole name, for the initials beside "You"


@dataclass(frozen=True)
class Quote:
    """What somebody said beside their answer."""

    name: str
    text: str
    when: str


@dataclass(frozen=True)
class ProposalPage:
    """Everything a page says about one suggestion to one reader."""

    proposal: Proposal
    tag: str
    header: str
    state: str
    steps: tuple[StepRow, ...]
    sentences: tuple[str, ...]
    record_sentences: tuple[str, ...]
    people: tuple[Person, ...]
    quotes: tuple[Quote, ...]
    until: str
    can_answer: bool
    can_decline: bool
    can_disagree: bool
    can_withdraw: bool
    can_go_on: bool
    can_take_back: bool
    rules: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Schedule, ...] = ()


def page(
    proposal: Proposal,
    *,
    asked: Sequence[Party],
    reader: User,
    role: str,
    now_steps: Mapping[UUID, DoseStep] | None = None,
) -> ProposalPage:
    """Return the page of one suggestion; no queries when its parts were prefetched."""
    standing = {
        row.user_id: row
        for row in proposal.responses.all()
        if row.taken_back_at is None
    }
    changes = sorted(proposal.changes.all(), key=lambda row: row.order)
    is_open = proposal.state in ("proposed", "question_open", "agreed")
    is_ahead = is_open or proposal.state == State.DRAFT  # the dose now stands beside it
    is_safety = proposal.for_safety and proposal.state == State.APPLIED
    is_asked = reader.pk in {party.user_id for party in asked}
    mine = standing.get(reader.pk)
    waits = (is_open or is_safety) and is_asked and mine is None
    noes = [row for row in standing.values() if row.answer == "disagrees"]
    return ProposalPage(
        proposal=proposal,
        tag=_tag(proposal),
        header=_header(proposal, reader),
        state=_look(proposal),
        steps=steps_of(changes, now_steps or {}, is_open=is_ahead),
        sentences=tuple(row.sentence for row in changes),
        record_sentences=tuple(row.record_sentence for row in changes),
        people=tuple(_people(proposal, asked, standing, reader)),
        quotes=tuple(_quotes(standing.values(), proposal)),
        until=until_sentence(proposal, asked, reader) if is_open else "",
        can_answer=waits,
        can_decline=waits and role == PATIENT,
        can_disagree=waits and role != PATIENT,
        can_withdraw=is_open and proposal.proposer_id == reader.pk,
        can_go_on=is_open
        and bool(noes)
        and proposal.proposer_id == reader.pk
        and not proposal.went_on_because,
        can_take_back=is_open
        and mine is not None
        and proposal.proposer_id != reader.pk,
        rules=_rules(changes),
        figures=figures_of(proposal, changes, now_steps or {}, is_open=is_ahead),
    )


def _rules(changes: Iterable[ProposedChange]) -> dict[str, str]:
    for row in changes:
        if row.values.get("hold_rule"):
            return {
                "hold": row.values["hold_rule"],
                "back": row.values["step_back_rule"],
                "watch_until": wording.day(
                    rows_of.not_before({"not_before": row.values["watch_until"]})  # type: ignore[arg-type]  # never blank in a taper
                ),
            }
    return {}


def _tag(proposal: Proposal) -> str:
    return {
        State.DRAFT: _("Draft"),
        State.PROPOSED: _("Suggested change"),
        State.QUESTION: _("A question is open"),
        State.AGREED: _("Agreed so far"),
        State.DECLINED: _("Not now"),
        State.WITHDRAWN: _("Taken back"),
        State.EXPIRED: _("Not answered in time"),
        State.APPLIED: _("Started for safety")
        if proposal.for_safety
        else _("In the plan"),
    }[State(proposal.state)]


def _look(proposal: Proposal) -> str:
    if proposal.state == State.APPLIED and not proposal.for_safety:
        return "agreed"
    settled = (State.DECLINED, State.WITHDRAWN, State.EXPIRED)
    return "settled" if proposal.state in settled else "open"


def _header(proposal: Proposal, reader: User) -> str:
    sent = proposal.sent_at or proposal.created_at
    who = (
        _("From you, {day}.")
        if proposal.proposer_id == reader.pk
        else _("From {name}, {role}, {day}.")
    ).format(
        name=proposal.proposer.name,
        role=str(ROLE_WORDS.get(proposal.proposer_role, "")).lower(),
        day=_short(sent, proposal),
    )
    return f"{who} {_dates(proposal)}".strip()


def _dates(proposal: Proposal) -> str:
    decided = proposal.decided_at
    if proposal.state == State.WITHDRAWN and decided:
        return " ".join(_taken_back(proposal, decided))
    if proposal.state == State.DECLINED and decided:
        return _("Not wanted now. The plan stays as it is.")
    if proposal.state == State.EXPIRED and proposal.decided_because:
        return _("The plan changed in between, so this was not put in.")
    if proposal.state == State.EXPIRED:
        return _("The day to answer has passed. The plan stays as it is.")
    if proposal.state == State.APPLIED and proposal.for_safety:
        return _(
            "It started at once, because: {reason} Please answer when you can."
        ).format(reason=proposal.safety_reason)
    if proposal.state == State.APPLIED and proposal.version:
        return _("In the plan since version {number}.").format(
            number=proposal.version.number
        )
    if proposal.clock_stopped_at:
        return _("The clock stands still until this is talked over.")
    return _reply_by(proposal)


def _taken_back(proposal: Proposal, decided: datetime) -> Iterable[str]:
    """Who took it back, when, and what was said about it or came in its place."""
    yield _("{name} took this back on {day}.").format(
        name=proposal.proposer.called, day=_short(decided, proposal)
    )
    if proposal.superseded_by.exists():
        yield _("Another suggestion took its place.")
    elif proposal.decided_because:
        yield _("In their words: {words}").format(words=proposal.decided_because)


def _short(instant: datetime, proposal: Proposal) -> str:
    """A day is a day where the patient lives, whoever reads it."""
    return wording.short_day(local_date(instant, proposal.plan.patient.time_zone))


def _reply_by(proposal: Proposal) -> str:
    if proposal.reply_by is None:
        return ""
    first = next(
        (
            day
            for row in proposal.changes.all()
            if (day := rows_of.first_day(row.values)) is not None
        ),
        None,
    )
    reply = wording.short_day(proposal.reply_by)
    if first is None:
        return _("Please reply by {day}.").format(day=reply)
    return _("The first step could start on {first} if you reply by {day}.").format(
        first=wording.short_day(first), day=reply
    )


def _people(
    proposal: Proposal,
    asked: Iterable[Party],
    standing: Mapping[UUID, Response],
    reader: User,
) -> Iterable[Person]:
    ordered = sorted(
        asked, key=lambda p: (p.user_id == reader.pk, p.user_id != proposal.proposer_id)
    )
    asking = set(getattr(proposal, "askers", ()))
    for party in ordered:
        row, you = standing.get(party.user_id), party.user_id == reader.pk
        asks = party.user_id in asking
        yield Person(
            name=_("You") if you else party.user.name,
            text=_person_text(proposal, party, row, you=you, asks=asks),
            role=party.role,
            state=_person_state(proposal, row, asks=asks),
            you=you,
            full=party.user.name,
        )


def _person_text(
    proposal: Proposal, party: Party, row: Response | None, *, you: bool, asks: bool
) -> str:
    role = "" if you else f"{ROLE_WORDS.get(party.role, '')}. "
    if row is None:
        if proposal.state == State.APPLIED and not proposal.for_safety:
            return role + _("Did not answer")
        if asks:
            return role + _("Asked a question first")
        return _("Take the time you need") if you else role + _("Not answered yet")
    day = _short(row.answered_at, proposal)
    if party.user_id == proposal.proposer_id:
        return role + _("Suggested it, {day}").format(day=day)
    said = {
        "agrees": _("Agreed, {day}"),
        "agrees_with_note": _("Agreed with a note, {day}"),
        "disagrees": _("Does not agree, {day}"),
        "declines": _("Not now, {day}"),
    }[row.answer]
    return role + said.format(day=day)


def _person_state(proposal: Proposal, row: Response | None, *, asks: bool) -> str:
    if row is not None:
        return "agreed" if row.answer.startswith("agrees") else "declined"
    if asks:
        return "asked"
    settled = (
        proposal.state in (State.APPLIED, State.EXPIRED) and not proposal.for_safety
    )
    return "silent" if settled else "waiting"


def _quotes(rows: Iterable[Response], proposal: Proposal) -> Iterable[Quote]:
    for row in sorted(rows, key=lambda r: r.answered_at):
        if row.note:
            yield Quote(row.user.name, row.note, _short(row.answered_at, proposal))
    if proposal.went_on_because:
        yield Quote(
            proposal.proposer.name,
            _("Going on because: {reason}").format(reason=proposal.went_on_because),
            "",
        )


def until_sentence(proposal: Proposal, asked: Sequence[Party], reader: User) -> str:
    """Return "Until you and Dr Okafor agree, your plan stays as it is now."

    It names exactly the people whose yes is needed (decisions 1).
    """
    needed = [party for party in asked if party.is_needed]
    names = [_("you") for party in needed if party.user_id == reader.pk]
    names += [party.user.name for party in needed if party.user_id != reader.pk]
    if len(needed) == len(asked) == 3:
        return _("Until all three of you agree, the plan stays as it is now.")
    plural = len(names) > 1 or names == [_("you")]
    words = (
        _("Until {names} agree, the plan stays as it is now.")
        if plural
        else _("Until {names} agrees, the plan stays as it is now.")
    )
    return words.format(names=wording.listed(names))
