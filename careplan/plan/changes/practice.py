"""A daily habit chosen by the person: moving, sleep, mindfulness, people (L16)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm, ChoiceList, DateInput
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Practice
from patients.topics import Topic


class PracticeForm(CareForm):
    """A habit: aim, first small step, who helps."""

    kind = forms.ChoiceField(
        label=lazy("What kind"),
        choices=Practice.Kind.choices,
        widget=ChoiceList,
        error_messages={"required": lazy("Choose what kind of habit it is")},
    )
    aim = forms.CharField(
        label=lazy("What you aim for"),
        max_length=300,
        error_messages={"required": lazy("Write what you aim for")},
    )
    first_step = forms.CharField(
        label=lazy("A first small step"), required=False, max_length=300
    )
    who_helps = forms.CharField(label=lazy("Who helps"), required=False, max_length=200)
    review_on = forms.DateField(
        label=lazy("Look at it again on"), required=False, widget=DateInput
    )


class PracticeKind(ItemKind):
    """Values: kind, aim, first_step?, who_helps?, review_on?"""

    name = "practice"
    label = _("A daily habit")
    form = PracticeForm
    topic = Topic.PLAN
    is_own_part = True
    model = Practice
    name_field = "aim"
    fields = ("kind", "aim", "first_step", "who_helps", "review_on")
    needed = {"kind": _("what kind of habit"), "aim": _("the aim")}


KIND = PracticeKind()
