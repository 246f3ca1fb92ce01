"""Plain words for what is shared and what was looked at (ux.md 6.7, N17)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import CareTeamMember, Role, User
from patients.topics import Topic

Word = str | Promise

# In the order a person reads them; "your" because the page speaks to the patient.
SEES: Mapping[Topic, Word] = {
    Topic.MOOD: _("Mood and sleep"),
    Topic.SIDE_EFFECTS: _("Side effects"),
    Topic.DOSES: _("Doses you took or missed"),
    Topic.MEASURES: _("Scores from forms"),
    Topic.THERAPY: _("Therapy and exercises, also earlier ones"),
    Topic.PLAN: _("Your plan, and what you prefer or refuse"),
    Topic.MEDICINES: _("Medicines, allergies, and what you tried before"),
    Topic.SAFETY: _("Your safety plan"),
    Topic.VISITS: _("Visits and what you want to talk about"),
    Topic.PROFILE: _("About you: contact, and what you are like when well"),
    Topic.DIAGNOSES: _("Diagnoses"),
    Topic.NOTES: _("Notes you write"),
    Topic.SUBSTANCES: _("Alcohol and drugs"),
}
PRIVATE: Word = _("Notes you keep private")

ROLES: Mapping[str, Word] = {
    Role.THERAPIST: _("Therapist"),
    Role.PRESCRIBER: _("Prescriber"),
    Role.CARE_MANAGER: _("Care manager"),
    Role.SUPPORTER: _("Someone you trust"),
}

# What a room writes into an access row, and how the patient reads it.
PARTS: Mapping[str, Word] = {
    "plan": _("read your plan"),
    "medicine": _("read a medicine in your plan"),
    "journal": _("read your entries"),
    "entries": _("read your entries"),
    "timeline": _("read your timeline"),
    "measures": _("read your scores"),
    "review": _("read the summary before a visit"),
    "brief": _("read the summary before a visit"),
    "caseload": _("saw you in their list"),
    "inbox": _("saw what waits for them about you"),
    "messages": _("read your messages"),
    "concern": _("read a question between your team"),
    "heads-ups": _("read what to expect after a change"),
    "alerts": _("saw what your team was told"),
    "safety": _("read your safety plan"),
    "profile": _("read about you"),
    "visits": _("read your visits"),
    "goals": _("read your goals"),
    "medicines": _("read your medicines"),
    "therapy": _("read about your therapy"),
    "therapy insights": _("read what you noted in therapy"),
    "safety plan": _("read your safety plan"),
    "staying well": _("read how you stay well"),
    "plan versions": _("read earlier forms of your plan"),
    "plan on paper": _("printed your plan"),
    "suggested change": _("read a suggested change"),
    "what came before": _("read what you tried before"),
    "side effects": _("read your side effects"),
    "doses taken": _("read what you took"),
    "daily habits": _("read your daily habits"),
    "forms and scores": _("read your scores"),
    "brief on paper": _("printed the summary before a visit"),
    "timeline on paper": _("printed your timeline"),
    "timeline as a file": _("saved your timeline as a file"),
    "decision points": _("read how your treatment is going"),
    "emergency": _("opened your record in an emergency"),
    "export": _("saved a copy of a part of your record"),
    "own copy": _("read the copy of their own notes they kept"),
    "homework": _("read your homework"),
    "skills": _("read the skills of your therapy"),
    "worries": _("read your worries about medicines"),
    "release of a step": _("looked at whether a step may start"),
    "medicine reports": _("read a medicine with its side effects"),
}


TITLES = ("dr", "prof", "professor")


def short_name(user: User) -> str:
    """Call somebody as people do: "Sam" for Sam Lind, "Dr Okafor" for Dr Ada Okafor."""
    if user.preferred_name:
        return user.preferred_name
    parts = user.name.split()
    if len(parts) > 1 and parts[0].lower().rstrip(".") in TITLES:
        return f"{parts[0]} {parts[-1]}"
    return parts[0] if parts else user.name


def sees(member: CareTeamMember) -> list[Word]:
    """List what a member can see."""
    return [word for topic, word in SEES.items() if topic in member.topics]


def hidden(member: CareTeamMember) -> list[Word]:
    """List what a member cannot see; private notes always stand there."""
    shut = [word for topic, word in SEES.items() if topic not in member.topics]
    return [_("Everything else")] if len(shut) > len(SEES) - 3 else [*shut, PRIVATE]


def looked(part: str) -> Word:
    """Say what somebody did, for the sentence "Sam read your plan"."""
    return PARTS.get(
        part, PARTS.get(part.partition(":")[0], _("read a part of your record"))
    )
