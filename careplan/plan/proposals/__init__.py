"""Suggestions and answers: from "could we?" to a signed version of the plan.

States and who must agree: decisions 1-7, ux.md 6.4. Each verb is one transaction.
Whoever needs to agree is worked out from the team that exists at that moment.
"""

from careplan.plan.proposals.answering import (
    agree,
    decline,
    disagree,
    go_on,
    take_back,
    withdraw,
)
from careplan.plan.proposals.applying import is_stale
from careplan.plan.proposals.overdue import close_overdue
from careplan.plan.proposals.questions import answer_question, ask
from careplan.plan.proposals.safety_start import start_now
from careplan.plan.proposals.standing import OPEN
from careplan.plan.proposals.suggesting import Change, Wording, discard, draft, send

__all__ = [
    "OPEN",
    "Change",
    "Wording",
    "agree",
    "answer_question",
    "ask",
    "close_overdue",
    "decline",
    "disagree",
    "discard",
    "draft",
    "go_on",
    "is_stale",
    "send",
    "start_now",
    "take_back",
    "withdraw",
]
