"""Whether a safety plan is whole, gap by gap (S4, N15). A pure rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from careplan.plan.models import SafetyLine, SafetyPerson, SafetyPlan


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, by code and in words."""

    code: str
    words: str


def gaps(plan: SafetyPlan | None, *, today: date) -> tuple[Gap, ...]:
    """Return each gap: headings, a person, a professional, a number, a review day.

    A plan without someone to ask went with more harm (see features N15), so that each
    is named, to the patient and to the clinicians alike.
    """
    if plan is None:
        return (Gap("no_plan", _("There is no safety plan yet.")),)
    headings = {line.heading for line in plan.lines.all()}
    people = list(plan.people.all())
    tests = {
        "no_signs": (SafetyLine.Heading.SIGNS in headings, _("My signs are missing.")),
        "no_coping": (
            SafetyLine.Heading.ALONE in headings,
            _("What I can do alone is missing."),
        ),
        "no_contact": (
            any(p.kind == SafetyPerson.Kind.PERSON for p in people),
            _("Nobody I can ask for help is named."),
        ),
        "no_professional": (
            any(p.kind == SafetyPerson.Kind.PROFESSIONAL for p in people),
            _("No professional or helpline is named."),
        ),
        "no_number": (
            all(p.phone for p in people),
            _("Somebody is named without a number."),
        ),
        "no_safer": (
            SafetyLine.Heading.SAFER in headings,
            _("Making things around me safer is missing."),
        ),
        "no_review": (plan.review_on is not None, _("There is no day to look again.")),
        "review_overdue": (
            plan.review_on is None or plan.review_on >= today,
            _("The day to look at it again has passed."),
        ),
    }
    return tuple(
        Gap(code, words) for code, (holds, words) in tests.items() if not holds
    )
