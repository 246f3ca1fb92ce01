"""Forms for signing in: the library's rules, our labels, hints and error sentences."""

from typing import Any, ClassVar
from uuid import uuid4

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from careplan.common import clock
from careplan.common.forms import CareForm, CareFormMixin
from patients import activity, passwords, people, terms
from patients.models import User

Word = str | Promise
PASSWORD_HINT = _(
    "At least 15 characters. Three or four words work well. You can paste it."
)
_CODE_REQUIRED = _("Enter the 6 numbers from your app, or a recovery code")


class Worded:
    """Gives the library's fields our words: label, the sentence when empty, hint."""

    words: ClassVar[dict[str, tuple[Word, Word, Word]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, required, hint) in self.words.items():
            field = self.fields[name]  # type: ignore[attr-defined]
            field.label, field.help_text = label, hint
            field.error_messages["required"] = required
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                field.validators.append(MaxLengthValidator(254))


class SignInForm(CareFormMixin, Worded, account.LoginForm):
    """E-mail and password. One sentence answers a wrong address and a wrong password."""

    words: ClassVar = {
        "login": (_("E-mail address"), _("Enter your e-mail address"), ""),
        "password": (_("Password"), _("Enter your password"), ""),
    }


class SignUpForm(CareFormMixin, Worded, account.SignupForm):
    """A person opens a record of her own. Adults only for now, said kindly."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    adult = forms.BooleanField(
        label=_("I am 18 or older"),
        error_messages={
            "required": _(
                "For now this service is for people of 18 and older. If you are"
                " younger, a doctor, a school nurse or a helpline can help you."
            )
        },
    )
    agrees = forms.BooleanField(
        label=_("I agree to the terms, and that you keep what I write about my health"),
        help_text=_("You can take this back at any time and leave with your data."),
        error_messages={"required": _("Agree to the terms, or leave this page")},
    )
    field_order: ClassVar = ["name", "email", "password1", "adult", "agrees"]
    words: ClassVar = {
        "email": (_("E-mail address"), _("Enter your e-mail address"), ""),
        "password1": (_("Choose a password"), _("Choose a password"), PASSWORD_HINT),
    }

    def save(self, request: HttpRequest) -> User:
        """Make the account and the record that belongs to it."""
        user: User = super().save(request)
        _open(user)
        return user

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            self._make_and_take_back()
        return super().try_save(request)

    def _make_and_take_back(self) -> None:
        """Do the work of a new account, under nobody's address, and undo it.

        Otherwise the clock says which addresses have an account here (F5).
        """
        data = self.cleaned_data
        with transaction.atomic():
            nobody = f"{uuid4().hex}@nowhere.invalid"
            _open(
                User.objects.create_user(nobody, data["password1"], name=data["name"])
            )
            transaction.set_rollback(True)


def _open(user: User) -> None:
    now = clock.now()
    terms.agree(user, now=now)
    people.register_patient(user, now=now)
    activity.note(activity.Kind.SIGNED_UP, by=user, about=user, now=now)


class SignUpCodeForm(CareFormMixin, Worded, account.ConfirmEmailVerificationCodeForm):
    """The code from the letter."""

    words: ClassVar = {
        "code": (_("Code from the e-mail"), _("Enter the code from the e-mail"), "")
    }


class NewAddressForm(CareFormMixin, Worded, account.AddEmailForm):
    """Another address to sign in with; a code goes to it first."""

    words: ClassVar = {
        "email": (_("New e-mail address"), _("Enter the new address"), "")
    }


class CorrectAddressForm(CareFormMixin, Worded, account.ChangeEmailForm):
    """The right address, when a wrong one was typed at sign-up."""

    words: ClassVar = {"email": (_("E-mail address"), _("Enter your address"), "")}


class ResetForm(CareFormMixin, Worded, account.ResetPasswordForm):
    """Asks for a letter with a link. The answer is the same for any address."""

    words: ClassVar = {
        "email": (_("E-mail address"), _("Enter your e-mail address"), "")
    }


class _Once:
    """One field, shown or hidden as the person likes, instead of typing it twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)  # type: ignore[attr-defined]


_NEW = (_("New password"), _("Choose a new password"), PASSWORD_HINT)


class ResetKeyForm(CareFormMixin, Worded, _Once, account.ResetPasswordKeyForm):
    """A new password, by the link from the letter."""

    words: ClassVar = {"password1": _NEW}


class SetPasswordForm(CareFormMixin, Worded, _Once, account.SetPasswordForm):
    """A first password for somebody who signs in with a passkey."""

    words: ClassVar = {"password1": _NEW}


class ChangePasswordForm(CareFormMixin, Worded, _Once, account.ChangePasswordForm):
    """A new password for somebody who knows the old one."""

    words: ClassVar = {
        "oldpassword": (_("Password now"), _("Enter the password you use now"), ""),
        "password1": _NEW,
    }


class AgainForm(CareFormMixin, Worded, account.ReauthenticateForm):
    """The password once more, before something that matters."""

    words: ClassVar = {"password": (_("Password"), _("Enter your password"), "")}


_CODE = {"code": (_("Code"), _CODE_REQUIRED, _("6 numbers, or a recovery code"))}


class CodeForm(CareFormMixin, Worded, mfa.AuthenticateForm):
    """The second step at sign-in."""

    words: ClassVar = _CODE


class AgainCodeForm(CareFormMixin, Worded, mfa.ReauthenticateForm):
    """The second step once more, before something that matters."""

    words: ClassVar = _CODE


class AddAppForm(CareFormMixin, Worded, totp.ActivateTOTPForm):
    """Proof that the app and we agree on the time."""

    words: ClassVar = {
        "code": (_("Code from the app"), _("Enter the 6 numbers from your app"), "")
    }


class AddPasskeyForm(CareFormMixin, Worded, webauthn.AddWebAuthnForm):
    """A passkey: made by the browser, named by the person, good for signing in."""

    words: ClassVar = {
        "name": (_("Name of this passkey"), "", _("For example: my phone")),
        "credential": ("", _("The passkey was not made. Try again."), ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 100
        self.fields["name"].validators.append(MaxLengthValidator(100))
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = "on"


class RenamePasskeyForm(CareFormMixin, Worded, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    words: ClassVar = {"name": (_("Name of this passkey"), _("Enter a name"), "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(MaxLengthValidator(100))


class LongPasswordForm(CareForm):
    """Says the password again, which has to do alone from now on."""

    password = forms.CharField(
        label=_("Your password"),
        help_text=_("It opens your account alone from now on, so it must be long."),
        max_length=passwords.LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a wrong password, and one that is too short without a second step."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("That is not the password you use now."))
        if len(password) < passwords.ALONE:
            raise forms.ValidationError(
                _(
                    "Your password is too short to be the only step. Choose a longer"
                    " one first: at least 15 characters."
                )
            )
        return password
