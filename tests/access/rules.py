"""One rule of the policy and what it says; how it is written stands in `table.py`."""

from dataclasses import dataclass

from patients.topics import Topic

EVERYONE = frozenset(
    {"patient", "therapist", "prescriber", "care_manager", "supporter"}
)
GROUPS = {
    "signers": frozenset({"patient", "therapist", "prescriber"}),
    "clinicians": frozenset({"therapist", "prescriber", "care_manager"}),
}
POSTS = {
    "reviewer": frozenset({"clinician", "operator"}),
    "admin": frozenset({"admin", "operator"}),
    "operator": frozenset({"operator"}),
    "clinician": frozenset({"clinician", "suspended"}),
}


@dataclass(frozen=True)
class Rule:
    """One rule of the policy, read."""

    word: str
    topics: frozenset[str] = frozenset()
    roles: frozenset[str] = EVERYONE
    is_hidden: bool = False
    may_miss: bool = False

    @property
    def is_none(self) -> bool:
        return self.word == "-"

    @property
    def posts(self) -> frozenset[str]:
        return POSTS[self.word]


@dataclass(frozen=True)
class Row:
    """One line: who may read, who may act."""

    get: Rule
    post: Rule

    def rule(self, method: str) -> Rule:
        """Give the rule of a method; the odd ones are for nobody."""
        if method in {"GET", "HEAD", "OPTIONS"}:
            return self.get
        return self.post if method == "POST" else Rule("-")


def rule_of(text: str) -> Rule:
    """Read one rule as a line of the policy spells it."""
    marks, text = text[len(text.rstrip("!?")) :], text.rstrip("!?")
    what, _, roles = text.partition(" by ")
    topics = frozenset(what.split("+")) & frozenset(Topic.values)
    if what == "team":
        what, roles = "member", "patient,clinicians"
    named = frozenset().union(*(GROUPS.get(r, {r}) for r in roles.split(",")))
    return Rule(
        word="topics" if topics else what,
        topics=topics,
        roles=named if roles else EVERYONE,
        is_hidden="!" in marks,
        may_miss="?" in marks,
    )
