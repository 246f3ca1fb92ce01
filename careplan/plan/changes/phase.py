"""Where treatment stands: a change needs a clinician, a reason and a version (L14)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, ChoiceList, TextArea
from careplan.plan.change import CLINICIANS, Application, ChangeKind, Values
from careplan.plan.models import Phase, Plan
from careplan.plan.phases import PhaseName, move
from patients.topics import Topic


class PhaseForm(CareForm):
    """The phase and the reason."""

    phase = forms.ChoiceField(
        label=lazy("Where treatment stands"),
        choices=Phase.choices,
        widget=ChoiceList,
        error_messages={"required": lazy("Choose where treatment stands")},
    )
    because = forms.CharField(
        label=lazy("Why"),
        max_length=500,
        widget=TextArea(rows=2),
        error_messages={"required": lazy("Write why")},
    )


class PhaseKind(ChangeKind):
    """Values: phase, because. Case 113: never by itself, only by an agreed change."""

    name = "phase"
    label = gettext_lazy("Where we are in treatment")
    form = PhaseForm
    topic = Topic.PLAN
    proposers = CLINICIANS

    def title(self, plan: Plan, values: Values) -> str:
        return _("Treatment: {phase}").format(phase=Phase(values["phase"]).label)

    def sentence(self, plan: Plan, values: Values) -> str:
        if not plan.phase:
            return f"{self.title(plan, values)}."
        return _("Treatment moves from {before} to {after}.").format(
            before=Phase(plan.phase).label, after=Phase(values["phase"]).label
        )

    def missing(self, plan: Plan, values: Values) -> str:
        if values.get("phase") not in Phase.values:
            return _("the phase")
        return "" if str(values.get("because", "")).strip() else _("the reason")

    def basis(self, plan: Plan, values: Values) -> str:
        return plan.phase

    def apply(self, values: Values, to: Application) -> None:
        now = PhaseName(to.plan.phase) if to.plan.phase else None
        to.plan.phase = move(
            now, PhaseName(values["phase"]), agreed_version=to.version_id
        )
        to.plan.phase_since = to.today
        to.plan.phase_because = str(values["because"])[:500]
        to.plan.save(update_fields=["phase", "phase_since", "phase_because"])


KIND = PhaseKind()
