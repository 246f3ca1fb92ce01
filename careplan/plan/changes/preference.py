"""What the person prefers or refuses, dated: an advance statement (P6)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from careplan.plan.change import Application, Values
from careplan.plan.changes._items import ItemKind
from careplan.plan.models import Preference
from patients.topics import Topic


class PreferenceKind(ItemKind):
    """Values: kind, words, because?"""

    name = "preference"
    label = _("What I want")
    topic = Topic.PLAN
    is_own_part = True
    model = Preference
    name_field = "words"
    fields = ("kind", "words", "because")
    needed = {"kind": _("which way it points"), "words": _("your words")}

    def prepare(self, row: Any, values: Values, to: Application) -> None:
        row.stated_on = to.today


KIND = PreferenceKind()
