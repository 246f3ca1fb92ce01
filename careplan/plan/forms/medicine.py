"""The form of a new dose, a taper, a stop or a new medicine, with its step rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import medicines
from careplan.common.forms import CareForm, ChoiceList, KnownNames, Segmented
from careplan.plan import contents
from careplan.plan.forms import shapes
from careplan.plan.forms.around import MedicineSuggestionForm
from careplan.plan.models import Medication

MOST_STEPS = 12
MOST_APART = 90  # days between two doses of one step
NEW = "new"

DIRECTIONS = (
    ("raise", lazy("Raise")),
    ("lower", lazy("Lower")),
    ("stop", lazy("Stop")),
)
SHAPES = (
    ("linear", lazy("Equal steps")),
    ("proportional", lazy("Equal shares")),
    ("own", lazy("Own steps")),
)
# One entry for each way to spread a day's dose evenly; the parts must come out exact.
WHEN = (
    ("morning", lazy("in the morning")),
    ("midday", lazy("at midday")),
    ("evening", lazy("in the evening")),
    ("bedtime", lazy("at bedtime")),
    ("morning+evening", lazy("half morning, half evening")),
    ("morning+bedtime", lazy("half morning, half bedtime")),
    ("morning+midday+evening", lazy("a third each, morning to evening")),
    ("morning+midday+evening+bedtime", lazy("a quarter each, four times")),
)


class StepForm(CareForm):
    """One row of the schedule; a row left blank is not a step."""

    not_before = shapes.day(lazy("From"))
    amount = shapes.dose(lazy("Dose"))
    when = forms.ChoiceField(label=lazy("When"), required=False, choices=WHEN)
    how = shapes.line(lazy("How to take it"), 200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = str(self.prefix or "").rsplit("-", 1)[-1]
        place = int(number) + 1 if number.isdigit() else ""
        for field in self.fields.values():
            # The columns carry the words; each box says its row and column aloud.
            field.widget.attrs["aria-label"] = _("Step {n}, {what}").format(
                n=place, what=str(field.label).lower()
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, amount = cleaned.get("not_before"), cleaned.get("amount")
        if amount is not None and day is None and "not_before" not in self.errors:
            self.add_error("not_before", _("Give the day this step may start"))
        if day is not None and amount is None and "amount" not in self.errors:
            self.add_error("amount", _("Enter the dose of this step, or 0 to stop"))
        if amount and cleaned.get("when"):
            self._check_parts(amount, cleaned["when"])
        return cleaned

    def _check_parts(self, amount: Decimal, when: str) -> None:
        if even_parts(amount, when) is None:
            self.add_error(
                "when", _("This dose cannot be shared out evenly. Choose another time.")
            )

    @property
    def is_blank(self) -> bool:
        """Whether the row says nothing that makes a step."""
        cleaned = getattr(self, "cleaned_data", {})
        return cleaned.get("amount") is None and cleaned.get("not_before") is None


def routes() -> list[tuple[str, str]]:
    """Return the ways a medicine can be given, each kept in its own words (R1)."""
    words = (
        _("by mouth"), _("under the tongue"), _("as an injection"), _("on the skin"),
        _("through the nose"), _("another way"),
    )  # fmt: skip
    return [(word, word) for word in words]


def even_parts(amount: Decimal, when: str) -> dict[str, Decimal] | None:
    """Return a dose shared evenly over its times, or None when it does not come out."""
    slots = when.split("+")
    part = (amount / len(slots)).quantize(Decimal("0.0001"))
    if part * len(slots) != amount:
        return None
    return dict.fromkeys(slots, part)


# A number of rows that is made up must not cost seconds: Django's own most is a thousand.
StepRows = forms.formset_factory(
    StepForm,
    extra=0,
    max_num=MOST_STEPS,
    absolute_max=2 * MOST_STEPS,
    validate_max=True,
)


class MedicineChangeForm(MedicineSuggestionForm):
    """A change of one medicine, or a new one. Nothing is chosen beforehand."""

    medication = forms.ChoiceField(
        label=lazy("Which medicine?"),
        widget=ChoiceList,
        error_messages={"required": lazy("Choose the medicine")},
    )
    direction = forms.ChoiceField(
        label=lazy("What should happen?"),
        choices=DIRECTIONS,
        widget=Segmented,
        error_messages={"required": lazy("Choose what should happen")},
    )
    name = shapes.line(
        lazy("Name of the new medicine"), 120, widget=KnownNames(medicines.known_names)
    )
    unit = shapes.line(lazy("Unit"), 20, initial="mg")
    purpose = shapes.line(lazy("What it is for"), 200)
    route = forms.ChoiceField(label=lazy("How it is given"), required=False)
    taken_every = shapes.count(
        lazy("Taken every so many days"),
        1,
        MOST_APART,
        help_text=lazy("1 is every day. Left blank, it stays as it is now."),
    )
    strengths = shapes.line(
        lazy("Tablets at hand"),
        200,
        help_text=lazy(
            'Write each strength, with "half" after one that may be halved: '
            "25 half, 50, 100"
        ),
    )
    shape = forms.ChoiceField(
        label=lazy("How fast?"), choices=SHAPES, widget=Segmented, required=False
    )
    end = shapes.dose(lazy("Dose at the end"))
    number = shapes.count(lazy("Number of steps"), 1, MOST_STEPS)
    first_on = shapes.day(lazy("First day"))
    every_days = shapes.count(lazy("Days between steps"), 1, 365)
    lowest = shapes.dose(lazy("Last dose before stopping"))
    hold_rule = shapes.text(lazy("We hold when"), 500)
    step_back_rule = shapes.text(lazy("We go back a step when"), 500)
    watch_until = shapes.day(lazy("We keep watching until"))
    min_interval_days = shapes.count(lazy("Days at least between steps"), 1, 365)
    faster_because = shapes.line(lazy("Why faster, if it is"), 500)
    pause = shapes.text(
        lazy("How to pause or go back"),
        1000,
        initial=lazy(
            "Tell us at any step. We can hold the dose, or go back to the last one. "
            "Either is fine."
        ),
    )
    watch = shapes.text(lazy("What the therapist should watch for"), 500)
    look_again_on = shapes.day(
        lazy("Look at it again on"), asking=lazy("Give a day to look at this again")
    )
    look_again_how = shapes.line(lazy("How"), 100)

    # As the page shows them, so that its list of errors follows the page.
    field_order = ("base_number", "medication", "direction", "name")

    def __init__(
        self, *args: Any, medicines: Iterable[Medication], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.medicines = {str(row.pk): row for row in medicines}
        field = self.fields["medication"]
        field.choices = [  # type: ignore[attr-defined]
            *((key, row.name) for key, row in self.medicines.items()),
            (NEW, _("Another medicine")),
        ]
        self.fields["route"].choices = [("", _("not said")), *routes()]  # type: ignore[attr-defined]
        hints = {key: contents.dose_now(row) for key, row in self.medicines.items()}
        field.widget.hints = hints | {NEW: _("Start something new")}  # type: ignore[attr-defined]

    def clean_strengths(self) -> list[dict[str, Any]]:
        """Read "25 half, 50": amounts, and whether each may be halved."""
        text = self.cleaned_data["strengths"]
        return [self._strength(part) for part in text.split(",") if part.strip()]

    def _strength(self, part: str) -> dict[str, Any]:
        words = part.replace("mg", "").split()
        try:
            amount = Decimal(words[0])
        except (InvalidOperation, IndexError):
            amount = Decimal(0)
        if not (amount.is_finite() and 0 < amount < 100_000) or len(words) > 2:
            raise forms.ValidationError(
                _("Write strengths like this: 25 half, 50, 100")
            )
        return {"amount": format(amount, "f"), "can_be_halved": words[1:] != []}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_new(cleaned)
        self._check_direction(cleaned)
        return cleaned

    def _check_new(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("medication") != NEW:
            return
        if not cleaned.get("name", "").strip():
            self.add_error("name", _("Write the name of the medicine"))
        if not cleaned.get("purpose", "").strip():
            self.add_error("purpose", _("Write what it is for"))

    def _check_direction(self, cleaned: Mapping[str, Any]) -> None:
        """A medicine that is new here starts: nobody is asked which way it goes."""
        row = self.medicines.get(cleaned.get("medication") or "")
        is_told = row is not None and row.state == Medication.State.REPORTED
        if row is None or is_told:
            self.errors.pop("direction", None)

    @property
    def asks_rules(self) -> bool:
        """Whether the part with the rules of a taper stands open."""
        rules = ("hold_rule", "step_back_rule", "watch_until")
        return bool(self["hold_rule"].value()) or any(r in self.errors for r in rules)

    @property
    def is_taper(self) -> bool:
        """Whether the frame of a taper was filled in."""
        cleaned = getattr(self, "cleaned_data", {})
        return bool(cleaned.get("hold_rule") or cleaned.get("step_back_rule"))
