"""The forms of the plan: shape and wording only; they save nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import skills, therapies
from careplan.common.forms import (
    CareForm,
    ChoiceList,
    DateInput,
    Segmented,
    TextArea,
    TimeInput,
)
from careplan.plan import contents
from careplan.plan.models import (
    Allergy,
    Approach,
    Medication,
    MedicineWorry,
    Visit,
)

MOST_STEPS = 12
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


def needed(sentence: Any) -> dict[str, Any]:
    """Return a field's own words for "nothing was given"."""
    return {"required": sentence}


@dataclass(frozen=True)
class Row:
    """One step as typed: the day, the dose, when in the day, how to take it."""

    not_before: date | None
    amount: Decimal | None
    when: str
    how: str


class StepForm(CareForm):
    """One row of the schedule; a row left blank is not a step."""

    not_before = forms.DateField(label=lazy("From"), required=False, widget=DateInput)
    amount = forms.DecimalField(
        label=lazy("Dose"), required=False, min_value=0, max_digits=8, decimal_places=4
    )
    when = forms.ChoiceField(label=lazy("When"), required=False, choices=WHEN)
    how = forms.CharField(label=lazy("How to take it"), required=False, max_length=200)

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


def even_parts(amount: Decimal, when: str) -> dict[str, Decimal] | None:
    """Return a dose shared evenly over its times, or None when it does not come out."""
    slots = when.split("+")
    part = (amount / len(slots)).quantize(Decimal("0.0001"))
    if part * len(slots) != amount:
        return None
    return dict.fromkeys(slots, part)


StepRows = forms.formset_factory(
    StepForm, extra=0, max_num=MOST_STEPS, validate_max=True
)


class MedicineChangeForm(CareForm):
    """A change of one medicine, or a new one. Nothing is chosen beforehand."""

    base_number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    medication = forms.ChoiceField(
        label=lazy("Which medicine?"),
        widget=ChoiceList,
        error_messages=needed(lazy("Choose the medicine")),
    )
    direction = forms.ChoiceField(
        label=lazy("What should happen?"),
        choices=DIRECTIONS,
        widget=Segmented,
        required=False,
    )
    name = forms.CharField(
        label=lazy("Name of the new medicine"), required=False, max_length=120
    )
    unit = forms.CharField(
        label=lazy("Unit"), required=False, max_length=20, initial="mg"
    )
    purpose = forms.CharField(
        label=lazy("What it is for"), required=False, max_length=200
    )
    strengths = forms.CharField(
        label=lazy("Tablets at hand"),
        required=False,
        max_length=200,
        help_text=lazy(
            'Write each strength, with "half" after one that may be halved: '
            "25 half, 50, 100"
        ),
    )
    shape = forms.ChoiceField(
        label=lazy("How fast?"), choices=SHAPES, widget=Segmented, required=False
    )
    end = forms.DecimalField(
        label=lazy("Dose at the end"), required=False, min_value=0, max_digits=8,
        decimal_places=4,
    )  # fmt: skip
    number = forms.IntegerField(
        label=lazy("Number of steps"), required=False, min_value=1, max_value=MOST_STEPS
    )
    first_on = forms.DateField(
        label=lazy("First day"), required=False, widget=DateInput
    )
    every_days = forms.IntegerField(
        label=lazy("Days between steps"), required=False, min_value=1, max_value=365
    )
    lowest = forms.DecimalField(
        label=lazy("Last dose before stopping"), required=False, min_value=0,
        max_digits=8, decimal_places=4,
    )  # fmt: skip
    hold_rule = forms.CharField(
        label=lazy("We hold when"),
        required=False,
        max_length=500,
        widget=TextArea(rows=2),
    )
    step_back_rule = forms.CharField(
        label=lazy("We go back a step when"),
        required=False,
        max_length=500,
        widget=TextArea(rows=2),
    )
    watch_until = forms.DateField(
        label=lazy("We keep watching until"), required=False, widget=DateInput
    )
    min_interval_days = forms.IntegerField(
        label=lazy("Days at least between steps"),
        required=False,
        min_value=1,
        max_value=365,
    )
    faster_because = forms.CharField(
        label=lazy("Why faster, if it is"), required=False, max_length=500
    )
    why = forms.CharField(
        label=lazy("Why, in words for the patient"),
        max_length=2000,
        widget=TextArea(rows=3, draft="why"),
        error_messages=needed(lazy("Write why, in words the patient reads first")),
    )
    notice = forms.CharField(
        label=lazy("What they may notice"),
        required=False,
        max_length=2000,
        widget=TextArea(rows=3, draft="notice"),
        help_text=lazy("The usual course, and the hard one."),
    )
    pause = forms.CharField(
        label=lazy("How to pause or go back"),
        required=False,
        max_length=1000,
        widget=TextArea(rows=2),
        initial=lazy(
            "Tell us at any step. We can hold the dose, or go back to the last one. "
            "Either is fine."
        ),
    )
    watch = forms.CharField(
        label=lazy("What the therapist should watch for"),
        required=False,
        max_length=500,
        widget=TextArea(rows=2),
    )
    look_again_on = forms.DateField(
        label=lazy("Look at it again on"),
        widget=DateInput,
        error_messages=needed(lazy("Give a day to look at this again")),
    )
    look_again_how = forms.CharField(label=lazy("How"), required=False, max_length=100)
    reply_by = forms.DateField(
        label=lazy("Answers wanted by"), required=False, widget=DateInput
    )
    override_because = forms.CharField(
        label=lazy("Why you go on although something speaks against it"),
        required=False,
        max_length=500,
        widget=TextArea(rows=2),
    )
    start_now = forms.BooleanField(
        label=lazy("Start now for safety"),
        required=False,
        help_text=lazy(
            "Only to hold, lower or stop. It acts at once and is marked so; "
            "answers are asked for afterwards."
        ),
    )
    safety_reason = forms.CharField(
        label=lazy("The reason it cannot wait"),
        required=False,
        max_length=1000,
        widget=TextArea(rows=2),
    )

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
        if cleaned.get("start_now") and not cleaned.get("safety_reason", "").strip():
            self.add_error("safety_reason", _("Write why this cannot wait"))
        return cleaned

    def _check_new(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("medication") != NEW:
            return
        if not cleaned.get("name", "").strip():
            self.add_error("name", _("Write the name of the medicine"))
        if not cleaned.get("purpose", "").strip():
            self.add_error("purpose", _("Write what it is for"))

    def _check_direction(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("medication") in (None, NEW):
            return
        row = self.medicines.get(cleaned["medication"])
        is_told = row is not None and row.state == Medication.State.REPORTED
        if not cleaned.get("direction") and not is_told:
            self.add_error("direction", _("Choose what should happen"))

    @property
    def is_taper(self) -> bool:
        """Whether the frame of a taper was filled in."""
        cleaned = getattr(self, "cleaned_data", {})
        return bool(cleaned.get("hold_rule") or cleaned.get("step_back_rule"))


class ApproachForm(CareForm):
    """Therapy first, medicine first or both, and what was weighed (L13)."""

    prefix = "approach"
    choice = forms.ChoiceField(
        label=lazy("Which way to begin"),
        choices=Approach.Choice.choices,
        widget=ChoiceList,
        error_messages=needed(lazy("Choose which way to begin")),
    )
    benefits = forms.CharField(
        label=lazy("What it can bring"),
        widget=TextArea(rows=2),
        max_length=1000,
        error_messages=needed(lazy("Write what it can bring")),
    )
    risks = forms.CharField(
        label=lazy("What it can cost"),
        widget=TextArea(rows=2),
        max_length=1000,
        error_messages=needed(lazy("Write what it can cost")),
    )
    patient_words = forms.CharField(
        label=lazy("What they want, in their own words"),
        widget=TextArea(rows=2),
        max_length=1000,
        error_messages=needed(lazy("Write what they want, in their own words")),
    )
    because = forms.CharField(
        label=lazy("Why this way"),
        widget=TextArea(rows=2),
        max_length=1000,
        error_messages=needed(lazy("Write why this way was chosen")),
    )


class AnswerForm(CareForm):
    """An answer to the exact text that was read."""

    read_hash = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    note = forms.CharField(
        label=lazy("A note, if you like"),
        required=False,
        max_length=2000,
        widget=TextArea(rows=3),
    )


class WordsForm(CareForm):
    """A few words that somebody else will read."""

    text = forms.CharField(
        label=lazy("Your words"),
        max_length=2000,
        widget=TextArea(rows=4, draft="words"),
        error_messages=needed(lazy("Write a few words first")),
    )

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class ReasonForm(CareForm):
    """A reason that may be left out."""

    text = forms.CharField(
        label=lazy("Why, if you like to say"),
        required=False,
        max_length=1000,
        widget=TextArea(rows=3),
    )

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class SuggestionForm(CareForm):
    """What stands around any suggestion: why, when to look again, answers by when."""

    why = forms.CharField(
        label=lazy("Why, in words for the patient"),
        max_length=2000,
        widget=TextArea(rows=3),
        error_messages=needed(lazy("Write why, in words the patient reads first")),
    )
    look_again_on = forms.DateField(
        label=lazy("Look at it again on"), required=False, widget=DateInput
    )
    reply_by = forms.DateField(
        label=lazy("Answers wanted by"), required=False, widget=DateInput
    )


class SessionForm(CareForm):
    """When and how a session takes place."""

    day = forms.DateField(
        label=lazy("Day"),
        widget=DateInput,
        error_messages=needed(lazy("Give the day of the session")),
    )
    time = forms.TimeField(
        label=lazy("Time, where the patient lives"),
        widget=TimeInput,
        error_messages=needed(lazy("Give the time of the session")),
    )
    minutes = forms.IntegerField(
        label=lazy("Minutes"),
        initial=50,
        min_value=5,
        max_value=480,
        error_messages=needed(lazy("Give the length in minutes")),
    )
    how = forms.ChoiceField(
        label=lazy("How"),
        choices=Visit.How.choices,
        widget=ChoiceList,
        error_messages=needed(lazy("Choose how you meet")),
    )


class HomeworkForm(CareForm):
    """What to do between sessions."""

    title = forms.CharField(
        label=lazy("What it is"),
        max_length=200,
        error_messages=needed(lazy("Write what it is")),
    )
    what = forms.CharField(
        label=lazy("How to do it"),
        required=False,
        max_length=3000,
        widget=TextArea(rows=3),
    )
    catalogue_form = forms.ChoiceField(label=lazy("With a worksheet"), required=False)
    due_on = forms.DateField(label=lazy("By"), required=False, widget=DateInput)

    def __init__(
        self, *args: Any, built: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        shipped = [(form.id, form.name) for form in therapies.homework_forms()]
        practised = [(f"skill:{row.id}", row.name) for row in skills.all_skills()]
        groups = (
            (_("Built for this person"), list(built)),
            (_("Worksheets"), shipped),
            (_("Skills"), practised),
        )
        self.fields["catalogue_form"].choices = [  # type: ignore[attr-defined]
            ("", _("No worksheet")),
            *((label, rows) for label, rows in groups if rows),
        ]


class WorryForm(CareForm):
    """A worry about medicine, and what kind of worry it is (T11)."""

    words = forms.CharField(
        label=lazy("The worry, in the person's words"),
        max_length=2000,
        widget=TextArea(rows=3, draft="worry"),
        error_messages=needed(lazy("Write what the worry is")),
    )
    kind = forms.ChoiceField(
        label=lazy("What kind of worry is it?"),
        choices=MedicineWorry.Kind.choices,
        widget=ChoiceList,
        error_messages=needed(lazy("Choose what kind of worry it is")),
    )


class WorryEndForm(CareForm):
    """What became of a worry."""

    outcome = forms.ChoiceField(
        label=lazy("What happens with it?"),
        choices=(
            ("therapy", lazy("We talk about it in therapy")),
            ("concern", lazy("Ask the prescriber")),
            ("settled", lazy("It is settled")),
        ),
        widget=ChoiceList(
            hints={"concern": lazy("Your words below go to the prescriber.")}
        ),
        error_messages=needed(lazy("Choose what happens with it")),
    )
    words = forms.CharField(
        label=lazy("A few words"),
        required=False,
        max_length=2000,
        widget=TextArea(rows=3),
    )


class VisitForm(SessionForm):
    """A visit, and where it takes place."""

    place = forms.CharField(label=lazy("Place"), required=False, max_length=200)


class AllergyForm(CareForm):
    """An allergy or past reaction, or that none is known."""

    is_none_known = forms.BooleanField(
        label=lazy("No allergies or reactions are known"), required=False
    )
    substance = forms.CharField(
        label=lazy("What it was to"), required=False, max_length=120
    )
    reaction = forms.CharField(
        label=lazy("What happened"), required=False, max_length=300
    )
    severity = forms.ChoiceField(
        label=lazy("How strong"),
        required=False,
        choices=[("", lazy("not said")), *Allergy.Severity.choices],
    )
    happened = forms.CharField(label=lazy("When"), required=False, max_length=60)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            not cleaned.get("is_none_known")
            and not cleaned.get("substance", "").strip()
        ):
            self.add_error(
                "substance", _("Write what it was to, or that none is known")
            )
        return cleaned


class PastMedicineForm(CareForm):
    """A medicine tried before, as it is remembered or recorded."""

    name = forms.CharField(
        label=lazy("Name of the medicine"),
        max_length=120,
        error_messages=needed(lazy("Write the name of the medicine")),
    )
    highest_dose = forms.CharField(
        label=lazy("Highest dose"), required=False, max_length=80
    )
    weeks_at_adequate_dose = forms.IntegerField(
        label=lazy("Weeks on a dose that should have been enough"),
        required=False,
        min_value=0,
        max_value=2000,
    )
    benefit = forms.CharField(label=lazy("What it did"), required=False, max_length=300)
    side_effects = forms.CharField(
        label=lazy("Side effects"), required=False, max_length=300
    )
    stopped_because = forms.CharField(
        label=lazy("Why it stopped, in the person's words"),
        required=False,
        max_length=300,
    )
    when = forms.CharField(label=lazy("When"), required=False, max_length=60)


class PastTherapyForm(CareForm):
    """A therapy tried before."""

    name = forms.CharField(
        label=lazy("Kind of therapy"),
        max_length=120,
        error_messages=needed(lazy("Write the kind of therapy")),
    )
    sessions = forms.IntegerField(
        label=lazy("Sessions, about"), required=False, min_value=0, max_value=5000
    )
    skills = forms.CharField(
        label=lazy("Skills learned"), required=False, max_length=500
    )
    helped = forms.CharField(label=lazy("What helped"), required=False, max_length=500)
    ended_because = forms.CharField(
        label=lazy("Why it ended"), required=False, max_length=300
    )
    when = forms.CharField(label=lazy("When"), required=False, max_length=60)


class ResultForm(CareForm):
    """A result as the laboratory gave it (N14)."""

    kind = forms.CharField(
        label=lazy("What was measured"),
        max_length=60,
        error_messages=needed(lazy("Write what was measured")),
    )
    value = forms.DecimalField(
        label=lazy("Result"),
        max_digits=12,
        decimal_places=4,
        error_messages=needed(lazy("Enter the result as a number")),
    )
    unit = forms.CharField(
        label=lazy("Unit"),
        max_length=30,
        error_messages=needed(lazy("Write the unit")),
    )
    on = forms.DateField(
        label=lazy("Taken on"),
        widget=DateInput,
        error_messages=needed(lazy("Give the day it was taken")),
    )


class StockForm(CareForm):
    """Tablets at home today, and how many a day are used."""

    tablets = forms.DecimalField(
        label=lazy("Tablets at home"),
        min_value=0,
        max_digits=8,
        decimal_places=2,
        error_messages=needed(lazy("Write how many tablets you have")),
    )
    per_day = forms.DecimalField(
        label=lazy("Tablets a day"),
        min_value=0,
        max_digits=6,
        decimal_places=2,
        error_messages=needed(lazy("Write how many tablets you take a day")),
    )
    lead_days = forms.IntegerField(
        label=lazy("Tell me so many days before they run out"),
        min_value=1,
        max_value=120,
        required=False,
        help_text=lazy("Many people ask for four to six weeks: 28 to 42 days."),
    )
