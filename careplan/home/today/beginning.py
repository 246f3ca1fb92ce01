"""What somebody new may do when they feel like it (mock-up 9): never a duty."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from careplan.home.today.waiting import Card
from careplan.plan.models import EarlySign, Goal, SafetyPerson
from patients.models import CareTeamMember, Patient

FIRST_DAYS = dt.timedelta(days=7)


def lines(patient: Patient, done: Mapping[str, bool] | None) -> list[Card]:
    """Give what is not done yet, in a record's first week.

    Each line leaves once it is done, and all of them after a week, done or not.
    """
    if done is None:
        return []
    return [card for key, card in _cards(patient).items() if not done[key]]


def has_tied_signs(done: Mapping[str, bool] | None) -> bool:
    """Whether her signs are worth asking for: after the first week nobody knows."""
    return done is None or done["signs"]


def done_so_far(patient: Patient, *, now: dt.datetime) -> dict[str, bool] | None:
    """Say in one query what is there by now; None, and no query, after a week."""
    if now - patient.created_at >= FIRST_DAYS:
        return None
    own = {"patient": OuterRef("pk")}
    tied = EarlySign.objects.filter(**own, ended_at=None).exclude(tied_to="")
    facts = {
        "signs": Exists(tied),
        "wants": Exists(Goal.objects.filter(**own)),
        "shares": Exists(CareTeamMember.objects.filter(**own)),
        "people": Exists(SafetyPerson.objects.filter(**own)),
    }
    rows = Patient.objects.filter(pk=patient.pk).annotate(**facts)
    found: dict[str, bool] = rows.values(*facts).get()
    return found


def _cards(patient: Patient) -> dict[str, Card]:
    own_part = "plan:own-part"
    return {
        "wants": Card(
            _("Say what you want"),
            _("What would you like more of?"),
            reverse(own_part, args=[patient.pk, "goal"]),
            "flag",
        ),
        "shares": Card(
            _("Choose who sees what"),
            _("Only you can see your record now"),
            reverse("patients:sharing"),
            "lock",
        ),
        "people": Card(
            _("Add your people"),
            _("For the harder days"),
            reverse(own_part, args=[patient.pk, "safety_plan"]),
            "people",
        ),
    }
