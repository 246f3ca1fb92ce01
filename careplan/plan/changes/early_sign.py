"""An early sign, and what each of the three does when it comes (L7, N13)."""

from django.utils.translation import gettext_lazy as _

from careplan.plan.changes._items import ItemKind
from careplan.plan.models import EarlySign
from patients.topics import Topic


class EarlySignKind(ItemKind):
    """Values: words, level, i_do, therapist_does?, prescriber_does?, tied_to?"""

    name = "early_sign"
    label = _("An early sign")
    topic = Topic.PLAN
    is_own_part = True
    model = EarlySign
    name_field = "words"
    fields = (
        "words", "level", "i_do", "therapist_does", "prescriber_does", "tied_to",
    )  # fmt: skip
    needed = {"words": _("the sign"), "i_do": _("what you do then")}


KIND = EarlySignKind()
