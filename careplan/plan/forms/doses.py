"""Forms of the smaller changes of one medicine: stay, go back, take when needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.forms import CareForm
from careplan.plan.forms import shapes
from careplan.plan.forms.around import MedicineSuggestionForm


class HoldForm(CareForm):
    """Staying at this dose: the later steps leave the plan."""

    because = shapes.text(
        lazy("Why stay at this dose"),
        500,
        asking=lazy("Write why the dose stays as it is"),
    )


class StepBackForm(CareForm):
    """Going back to a dose that was taken before."""

    dose = shapes.choice(
        lazy("Back to which dose?"), asking=lazy("Choose a dose that was taken before")
    )
    on = shapes.day(lazy("From"), asking=lazy("Give the day it may start"))

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dose"].choices = choices  # type: ignore[attr-defined]


class AsNeededForm(CareForm):
    """Taking something when needed: for what, how much, at most how much a day (R1)."""

    purpose = shapes.line(
        lazy("Needed for what"), 200, asking=lazy("Write what it is needed for")
    )
    amount = shapes.dose(
        lazy("How much at a time"), asking=lazy("Enter how much at a time")
    )
    at_most = shapes.dose(
        lazy("At most in one day"), asking=lazy("Enter the most for one day")
    )
    at_most_times = shapes.count(lazy("At most how often a day"), 1, 24)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        amount, most = cleaned.get("amount"), cleaned.get("at_most")
        if amount is not None and amount <= 0:
            self.add_error("amount", _("Enter how much at a time, more than 0"))
        elif amount is not None and most is not None and most < amount:
            self.add_error("at_most", _("The most for one day is less than one dose"))
        return cleaned


class AroundForm(MedicineSuggestionForm):
    """What stands around a smaller change; not every one may start at once."""

    is_stale = False

    def __init__(self, *args: Any, may_start_now: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_start_now:
            del self.fields["start_now"], self.fields["safety_reason"]
