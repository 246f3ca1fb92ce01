"""Every address of the resolver, and the objects an address can be asked about."""

import uuid
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

# Which row of a world an argument names. An address can say otherwise below.
OBJECTS = {
    "entry_id": "journal.Entry",
    "report_id": "journal.SideEffectReport",
    "moment_id": "journal.SafetyMoment",
    "medicine_id": "careplan.Medication",
    "goal_id": "careplan.Goal",
    "goal_step_id": "careplan.GoalStep",
    "session_id": "careplan.TherapySession",
    "homework_id": "careplan.Homework",
    "course_id": "careplan.TherapyCourse",
    "proposal_id": "careplan.Proposal",
    "draft_id": "careplan.Proposal",
    "question_id": "careplan.ProposalQuestion",
    "visit_id": "careplan.Visit",
    "point_id": "careplan.AgendaPoint",
    "conversation_id": "team.Conversation",
    "concern_id": "team.Concern",
    "alert_id": "team.Alert",
    "form_id": "careplan.HomeworkForm",
    "sign_id": "careplan.EarlySign",
    "message": "outbox.Message",
    "copy_id": "patients.KeptCopy",
    "brought_id": "patients.BroughtIn",
}
# Arguments that name no row.
PLAIN: dict[str, object] = {
    "step": 1,
    "number": 1,
    "first": 1,
    "second": 1,
}


@dataclass(frozen=True)
class Address:
    """One named pattern."""

    name: str
    route: str
    arguments: tuple[str, ...]

    @property
    def has_record(self) -> bool:
        return "record" in self.arguments

    @property
    def objects(self) -> tuple[str, ...]:
        return tuple(a for a in self.arguments if a != "record" and a in OBJECTS)


@cache
def every() -> tuple[Address, ...]:
    """Give every pattern of the resolver, each once, in the resolver's order."""
    return tuple(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list, space: str, route: str):
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, here)
        elif isinstance(pattern, URLPattern):
            name = f"{space}{pattern.name}" if pattern.name else f"unnamed:{here}"
            yield Address(name, here, _arguments(pattern))


def _arguments(pattern: URLPattern) -> tuple[str, ...]:
    compiled = pattern.pattern.regex
    return tuple(compiled.groupindex)


NOT_THERE = uuid.UUID(int=0xDEADBEEF)
