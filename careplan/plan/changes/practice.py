"""A daily habit chosen by the person: moving, sleep, mindfulness, people (L16)."""

from django.utils.translation import gettext_lazy as _

from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Practice
from patients.topics import Topic


class PracticeKind(ItemKind):
    """Values: kind, aim, first_step?, who_helps?, review_on?"""

    name = "practice"
    label = _("A daily habit")
    topic = Topic.PLAN
    is_own_part = True
    model = Practice
    name_field = "aim"
    fields = ("kind", "aim", "first_step", "who_helps", "review_on")
    needed = {"kind": _("what kind of habit"), "aim": _("the aim")}


KIND = PracticeKind()
