"""The inbox: everything addressed to one clinician, each with one obvious next act.

What people wrote comes from `team`; what the plan waits for comes from the same
reading as the caseload, so that the two never tell different stories.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from careplan.review import caseload, worklist
from careplan.review.timeline.words import day_near, day_short, spoken_by
from careplan.review.worklist import Known, Rank, Reason
from careplan.team import queries
from patients.access import Actor, places_of, seen_in_list
from patients.models import Role

PAGE = {Rank.MONITORING: "history/"}  # where a check is marked as done
FROM_PLAN = (Rank.QUESTION, Rank.ANSWER, Rank.STEP, Rank.MONITORING, Rank.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the inbox."""

    who: str
    tag: str
    kind: str
    text: str
    when: str
    act: str
    url: str
    is_overdue: bool


def items(actor: Actor, *, now: dt.datetime) -> tuple[Item, ...]:
    """Give what waits for the actor, by need. A fixed number of queries."""
    if actor.user is None:
        return ()
    told = queries.waiting_for(actor.user, now=now)
    with spoken_by(translation):
        planned = [
            (known, reason)
            for known in caseload.people(actor, now=now)
            for reason in worklist.reasons(known)
            if reason.rank in FROM_PLAN and _is_mine(known, reason)
        ]
    shown = {one.patient_id for one in told} | {known.id for known, _ in planned}
    places = [place for place in places_of(actor) if place.patient_id in shown]
    seen_in_list(actor, places, "inbox", now=now)
    return (*map(_told, told), *(_planned(*line) for line in planned))


def _is_mine(known: Known, reason: Reason) -> bool:
    if reason.rank is Rank.MONITORING:
        return known.role == Role.PRESCRIBER  # who alone can mark a check as done
    return reason.rank is not Rank.ANSWER or known.is_mine_to_answer


def _told(one: queries.Waiting) -> Item:
    words = {
        "alert": _("Safety"),
        "concern": _("Concern"),
        "message": _("Message"),
        "stopping": _("Thinking of stopping"),
        "talking_point": _("To talk about"),
        "heads_up": _("Dose changed"),
        "noticed": _("Noticed after a change"),
    }
    tone = {"alert": "support", "stopping": "attend"}.get(one.kind, "info")
    return Item(
        who=one.patient_name,
        tag=str(words.get(one.kind, _("Note"))),
        kind=tone,
        text=one.title,
        when=day_short(one.since.date()),
        act=_next(one.kind),
        url=one.url,
        is_overdue=one.is_overdue,
    )


def _next(what: str | Rank) -> str:
    """Say the one next act, as the link that leads to it."""
    words = {
        "alert": _("Take it"),
        "concern": _("Answer"),
        Rank.QUESTION: _("Answer"),
        Rank.ANSWER: _("Read and answer"),
        Rank.STEP: _("Look at the step"),
        Rank.MONITORING: _("Mark the check"),
        Rank.REVIEW: _("Open the plan"),
    }
    return words.get(what, _("Read"))


def _planned(known: Known, reason: Reason) -> Item:
    return Item(
        who=known.name,
        tag=reason.tag,
        kind=reason.tone.value,
        text=reason.text,
        when=_when(reason.on, known.today),
        act=_next(reason.rank),
        url=f"/p/{known.id}/plan/{PAGE.get(reason.rank, '')}",
        is_overdue=False,
    )


def _when(on: dt.date | None, today: dt.date) -> str:
    """The day it was asked or was due; of a day to come, that it is due then."""
    if on is None:
        return ""
    day = day_near(on, today)
    return _("Due {day}").format(day=day) if on > today else day
