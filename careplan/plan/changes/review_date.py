"""The day to look at the plan again, and how often each clinician meets (L12, Q6)."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, DateInput
from careplan.plan import wording
from careplan.plan.change import Application, ChangeKind, Values
from careplan.plan.models import Plan
from patients.topics import Topic

MEETS = {
    "therapist": lazy("The therapist and you meet every {n} days."),
    "prescriber": lazy("The prescriber and you meet every {n} days."),
}
INTERVALS = [f"{role}_every_{what}" for role in MEETS for what in ("days", "since")]


class ReviewDateForm(CareForm):
    """The day to look again, and how often each clinician meets."""

    review_on = forms.DateField(
        label=lazy("Look at the plan again on"),
        widget=DateInput,
        error_messages={"required": lazy("Give a day to look again")},
    )
    therapist_every_days = forms.IntegerField(
        label=lazy("The therapist meets every so many days"),
        required=False,
        min_value=1,
        max_value=365,
    )
    prescriber_every_days = forms.IntegerField(
        label=lazy("The prescriber meets every so many days"),
        required=False,
        min_value=1,
        max_value=365,
    )


class ReviewDateKind(ChangeKind):
    """Values: review_on, therapist_every_days?, prescriber_every_days?"""

    name = "review_date"
    label = gettext_lazy("When we look again")
    form = ReviewDateForm
    topic = Topic.PLAN

    def title(self, plan: Plan, values: Values) -> str:
        return _("Look at the plan again on {day}").format(day=wording.day(_on(values)))

    def sentence(self, plan: Plan, values: Values) -> str:
        said = [f"{self.title(plan, values)}."]
        for role, words in MEETS.items():
            if values.get(f"{role}_every_days"):
                said.append(str(words).format(n=values[f"{role}_every_days"]))
        return " ".join(said)

    def missing(self, plan: Plan, values: Values) -> str:
        return "" if values.get("review_on") else _("the day")

    def basis(self, plan: Plan, values: Values) -> str:
        days = [getattr(plan, f"{role}_every_days") for role in MEETS]
        return "/".join(str(part or "") for part in (plan.review_on, *days))

    def apply(self, values: Values, to: Application) -> None:
        to.plan.review_on = _on(values)
        for role in MEETS:
            days = values.get(f"{role}_every_days")
            if days and int(days) != getattr(to.plan, f"{role}_every_days"):
                setattr(to.plan, f"{role}_every_days", int(days))
                setattr(to.plan, f"{role}_every_since", to.today)
        to.plan.save(update_fields=["review_on", *INTERVALS])


def _on(values: Values) -> date:
    return date.fromisoformat(str(values["review_on"]))


KIND = ReviewDateKind()
