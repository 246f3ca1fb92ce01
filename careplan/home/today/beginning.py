"""What somebody new may do when they feel like it (mock-up 9): never a duty."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from careplan.home.today.waiting import Card
from careplan.plan.models import Goal, SafetyPerson
from patients.models import CareTeamMember, Patient

FIRST_DAYS = dt.timedelta(days=7)


def lines(patient: Patient, *, now: dt.datetime) -> list[Card]:
    """Give what is not done yet, in a record's first week; one query, then none.

    Each line leaves once it is done, and all of them after a week, done or not.
    """
    if now - patient.created_at >= FIRST_DAYS:
        return []
    done = _done(patient)
    return [card for key, card in _cards(patient).items() if not done[key]]


def _done(patient: Patient) -> dict[str, bool]:
    own = {"patient": OuterRef("pk")}
    facts = {
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
