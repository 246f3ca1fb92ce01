"""Forms for saying yes to an invitation."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm
from patients.forms.signin import PASSWORD_HINT, SignUpForm
from patients.invitations import Post
from patients.models import Invitation, User


class AcceptForm(CareForm):
    """Says yes; asks a clinician who is new here where they work."""

    practice = forms.CharField(
        label=_("Where you work"),
        max_length=200,
        error_messages={"required": _("Enter the name of your practice")},
    )
    registration = forms.CharField(
        label=_("Your registration number"),
        help_text=_("Somebody checks it before you can open the record."),
        max_length=60,
        error_messages={"required": _("Enter your registration number")},
    )

    def __init__(self, *args: Any, asks_for_post: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_for_post:
            del self.fields["practice"], self.fields["registration"]

    def post(self) -> Post | None:
        """Give where the clinician works, if that was asked."""
        if "practice" not in self.fields:
            return None
        return Post(
            practice=self.cleaned_data["practice"],
            registration=self.cleaned_data["registration"],
        )


class NewAccountForm(AcceptForm):
    """Says yes and makes an account; the address is known from the invitation."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=PASSWORD_HINT,
        strip=False,
        error_messages={"required": _("Choose a password")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    adult = SignUpForm.base_fields["adult"]
    agrees = SignUpForm.base_fields["agrees"]
    field_order = ("name", "password", "practice", "registration", "adult", "agrees")

    def __init__(self, *args: Any, offer: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if password := data.get("password"):
            stranger = User(email=self.offer.email, name=data.get("name", ""))
            try:
                validate_password(password, stranger)
            except forms.ValidationError as refusal:
                self.add_error("password", refusal)
        return data
