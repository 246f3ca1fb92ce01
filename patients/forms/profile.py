"""Forms about contact and diagnoses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import (
    CareForm,
    ChoiceList,
    DateInput,
    TextArea,
    with_capitals,
)
from patients.about import Contact, Finding
from patients.models import ContactDetails, Diagnosis, Patient


class ContactForm(CareForm):
    """How to reach me, and which way is safe (P1)."""

    quiet_optional = True

    birth_date = forms.DateField(
        label=_("Date of birth"), widget=DateInput, required=False
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    safe_channel = forms.ChoiceField(
        label=_("Which way is safe to reach you?"),
        help_text=_("Think of who else sees your phone or your letters."),
        choices=with_capitals(ContactDetails.Safe.choices),
        widget=ChoiceList,
        error_messages={"required": _("Choose which way is safe")},
    )
    safe_words = forms.CharField(
        label=_("What should people know before they reach you?"),
        help_text=_("For example: do not leave a voice message"),
        max_length=300,
        required=False,
    )

    @classmethod
    def of(
        cls, patient: Patient, held: ContactDetails | None, data: Any = None
    ) -> "ContactForm":
        """Make the form, filled with what is known."""
        now: dict[str, Any] = {
            "birth_date": patient.birth_date,
            "safe_channel": "email",
        }
        if held is not None:
            now |= {field: getattr(held, field) for field in Contact.__slots__}
        return cls(data, initial=now)

    def contact(self) -> Contact:
        """Give what was entered, without the date of birth."""
        return Contact(**{f: self.cleaned_data[f] for f in Contact.__slots__})


class DiagnosisForm(CareForm):
    """What a clinician found; the patient reads it (P2)."""

    words = forms.CharField(
        label=_("Diagnosis in words"),
        help_text=_("The patient reads this."),
        max_length=300,
        error_messages={"required": _("Write the diagnosis in words")},
    )
    code = forms.CharField(
        label=_("Code"), help_text=_("ICD or SNOMED"), max_length=20, required=False
    )
    onset = forms.CharField(
        label=_("Since when"),
        help_text=_("For example: 2019, or spring 2024"),
        max_length=40,
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=Diagnosis.Status.choices,
        widget=ChoiceList,
        error_messages={"required": _("Choose a status")},
    )

    def finding(self) -> Finding:
        """Give what was entered."""
        return Finding(**self.cleaned_data)


class CommentForm(CareForm):
    """What the patient wants to say to a diagnosis."""

    words = forms.CharField(
        label=_("What would you like to say about this?"),
        max_length=2000,
        widget=TextArea(),
        error_messages={"required": _("Write something, or go back")},
    )
