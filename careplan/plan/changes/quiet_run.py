"""Who hears of a run of check-ins without an answer, and after how many (Q5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, ChoiceList
from careplan.plan.change import Application, ChangeKind, Values
from careplan.plan.models import Plan
from careplan.plan.quiet_runs import LONGEST, OWNERS, SHORTEST, words_of
from patients.models import Role
from patients.topics import Topic


class QuietRunForm(CareForm):
    """After how many, and whose task it is."""

    run = forms.IntegerField(
        label=lazy("After how many check-ins in a row without an answer?"),
        help_text=lazy("From 2 to 30. Leave it empty, and nobody is told."),
        required=False,
        min_value=SHORTEST,
        max_value=LONGEST,
    )
    owner = forms.ChoiceField(
        label=lazy("Who gets the task to ask how things are?"),
        choices=[(role.value, role.label.capitalize()) for role in OWNERS],
        required=False,
        widget=ChoiceList,
        error_messages={"invalid_choice": lazy("Choose who gets the task")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("run") and not data.get("owner"):
            self.add_error("owner", _("Choose who gets the task"))
        return data


class QuietRunKind(ChangeKind):
    """Values: run?, owner?. Without a run nobody is told any more.

    Needs the yes of whoever gets the task; ending it needs the patient's alone.
    """

    name = "quiet_run"
    label = gettext_lazy("When check-ins stay without an answer")
    form = QuietRunForm
    topic = Topic.PLAN

    def title(self, plan: Plan, values: Values) -> str:
        if not values.get("run"):
            return _("Nobody is told when check-ins stay without an answer")
        return _("A task after {n} check-ins without an answer").format(n=values["run"])

    def sentence(self, plan: Plan, values: Values) -> str:
        if not values.get("run"):
            return f"{self.title(plan, values)}."
        agreed = words_of(int(values["run"]), values["owner"])
        return f"{agreed} {_('Nobody is watching in the meantime.')}"

    def record_sentence(self, plan: Plan, values: Values) -> str:
        if not values.get("run"):
            return _("No task any more after check-ins without an answer.")
        return _(
            "One task, once a run, after {n} check-ins in a row without an answer; "
            "its owner: {role}."
        ).format(n=values["run"], role=Role(values["owner"]).label)

    def missing(self, plan: Plan, values: Values) -> str:
        run = values.get("run")
        if not run:
            return "" if plan.quiet_run else _("after how many")
        if not SHORTEST <= int(run) <= LONGEST:
            return _("a number from 2 to 30")
        return "" if values.get("owner") in OWNERS else _("who gets the task")

    def owner_role(self, values: Values) -> str | None:
        return str(values["owner"]) if values.get("run") else None

    def basis(self, plan: Plan, values: Values) -> str:
        return f"{plan.quiet_run or ''}/{plan.quiet_run_owner}"

    def initial(self, plan: Plan) -> Values:
        return {"run": plan.quiet_run, "owner": plan.quiet_run_owner}

    def apply(self, values: Values, to: Application) -> None:
        run = values.get("run")
        to.plan.quiet_run = int(run) if run else None
        to.plan.quiet_run_owner = str(values["owner"]) if run else ""
        to.plan.save(update_fields=["quiet_run", "quiet_run_owner"])


KIND = QuietRunKind()
