"""The staying-well plan in the person's words (L8, clinical.md 11)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careplan.plan.change import Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Plan, StayingWell
from patients.topics import Topic


class StayingWellKind(ItemKind):
    """Values: the parts of the plan, each free text, and review_on?"""

    name = "staying_well"
    label = gettext_lazy("Staying well")
    topic = Topic.PLAN
    is_own_part = True
    model = StayingWell
    name_field = "when_well"
    fields = (
        "when_well", "learned", "helped", "keep_doing", "sets_off",
        "habits_that_pull_down", "coming_up", "medicine_plan", "who_to_contact",
        "call_when", "review_on",
    )  # fmt: skip

    def item(self, plan: Plan, values: Values) -> StayingWell | None:
        """There is one at a time, whoever opened the form first."""
        rows = StayingWell.objects.filter(patient=plan.patient_id, ended_at=None)
        return rows.first()

    def title(self, plan: Plan, values: Values) -> str:
        return _("Staying well")


KIND = StayingWellKind()
