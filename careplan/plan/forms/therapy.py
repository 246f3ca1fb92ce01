"""Forms around therapy: sessions, visits, homework, worries about medicines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.catalogue import skills, therapies
from careplan.common.forms import CareForm, TimeInput
from careplan.plan.forms import shapes
from careplan.plan.models import MedicineWorry, Visit


class SessionForm(CareForm):
    """When and how a session takes place."""

    day = shapes.day(lazy("Day"), asking=lazy("Give the day of the session"))
    time = forms.TimeField(
        label=lazy("Time, where the patient lives"),
        widget=TimeInput,
        error_messages={"required": lazy("Give the time of the session")},
    )
    minutes = shapes.count(
        lazy("Minutes"), 5, 480, initial=50, asking=lazy("Give the length in minutes")
    )
    how = shapes.choice(
        lazy("How"), Visit.How.choices, asking=lazy("Choose how you meet")
    )


class VisitForm(SessionForm):
    """A visit, and where it takes place."""

    place = shapes.line(lazy("Place"), 200)


class HomeworkForm(CareForm):
    """What to do between sessions."""

    title = shapes.line(lazy("What it is"), 200, asking=lazy("Write what it is"))
    what = shapes.text(lazy("How to do it"), 3000, rows=3)
    catalogue_form = forms.ChoiceField(
        label=lazy("With a worksheet"),
        required=False,
        help_text=lazy(
            "Of a form you built for somebody else, the questions are copied here and "
            "nothing that was filled in."
        ),
    )
    due_on = shapes.day(lazy("By"))

    def __init__(
        self,
        *args: Any,
        built: Iterable[tuple[str, str]] = (),
        elsewhere: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        others = list(elsewhere)
        if not others:
            self.fields["catalogue_form"].help_text = ""
        shipped = [(form.id, form.name) for form in therapies.homework_forms()]
        practised = [(f"skill:{row.id}", row.name) for row in skills.all_skills()]
        groups = (
            (_("Built for this person"), list(built)),
            (_("Your other forms"), others),
            (_("Worksheets"), shipped),
            (_("Skills"), practised),
        )
        self.fields["catalogue_form"].choices = [  # type: ignore[attr-defined]
            ("", _("No worksheet")),
            *((label, rows) for label, rows in groups if rows),
        ]


class WorryForm(CareForm):
    """A worry about medicine, and what kind of worry it is (T11)."""

    words = shapes.text(
        lazy("The worry, in the person's words"),
        2000,
        rows=3,
        asking=lazy("Write what the worry is"),
    )
    kind = shapes.choice(
        lazy("What kind of worry is it?"),
        MedicineWorry.Kind.choices,
        asking=lazy("Choose what kind of worry it is"),
    )


class WorryEndForm(CareForm):
    """What became of a worry."""

    outcome = shapes.choice(
        lazy("What happens with it?"),
        (
            ("therapy", lazy("We talk about it in therapy")),
            ("concern", lazy("Ask the prescriber")),
            ("settled", lazy("It is settled")),
        ),
        hints={"concern": lazy("Your words below go to the prescriber.")},
        asking=lazy("Choose what happens with it"),
    )
    words = shapes.text(lazy("A few words"), 2000, rows=3)
