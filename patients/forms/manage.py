"""Forms of administration."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, ChipCheckboxes, ChoiceList, TimeInput
from patients.accounts import Details, Scope
from patients.forms.about import zones
from patients.invitations import AS_ADMIN
from patients.models import Clinician, Organisation, Profession

SERVICE = "service"
COUNTRIES = [
    ("GB", _("United Kingdom")),
    ("IE", _("Ireland")),
    ("DE", _("Germany")),
    ("AT", _("Austria")),
    ("CH", _("Switzerland")),
    ("US", _("United States")),
    ("CA", _("Canada")),
    ("AU", _("Australia")),
    ("NZ", _("New Zealand")),
]


class InviteForm(CareForm):
    """Whom to invite into which practice, as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Enter the e-mail address of the person")},
    )
    role = forms.ChoiceField(
        label=_("What will they do?"),
        choices=[
            (Profession.THERAPIST, _("Therapist")),
            (Profession.PRESCRIBER, _("Prescriber")),
            (Profession.CARE_MANAGER, _("Care manager")),
            (AS_ADMIN, _("Administrator: accounts only")),
        ],
        widget=ChoiceList,
        error_messages={"required": _("Choose what they will do")},
    )
    where = forms.ChoiceField(
        label=_("Where?"), error_messages={"required": _("Choose a practice")}
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practices = {str(one.pk): one for one in practices_of(scope)}
        choices = [(key, one.name) for key, one in self.practices.items()]
        if scope.operator:
            choices.append((SERVICE, str(_("The whole service, as an operator"))))
        self.fields["where"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("where") == SERVICE and data.get("role") not in {AS_ADMIN, None}:
            self.add_error("where", _("Choose the practice they work in"))
        return data

    def organisation(self) -> Organisation | None:
        """Give the practice chosen; None is the service."""
        return self.practices.get(self.cleaned_data["where"])


def practices_of(scope: Scope) -> list[Organisation]:
    """Give the practices an administrator looks after."""
    found = Organisation.objects.order_by("name")
    if not scope.operator:
        found = found.filter(pk__in=scope.organisations)
    return list(found)


class SuccessorForm(CareForm):
    """Who takes over from a clinician who leaves."""

    successor = forms.ModelChoiceField(
        label=_("Who takes over?"),
        queryset=Clinician.objects.none(),
        empty_label=None,
        widget=ChoiceList,
        error_messages={
            "required": _("Choose who takes over"),
            "invalid_choice": _("Choose somebody from the list"),
        },
    )

    def __init__(self, *args: Any, post: Clinician, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        field.queryset = (
            Clinician.objects.select_related("user")
            .filter(
                organisation=post.organisation,
                profession=post.profession,
                verified_at__isnull=False,
                suspended_at=None,
                left_at=None,
            )
            .exclude(pk=post.pk)
        )
        field.label_from_instance = lambda one: one.user.name


class PracticeForm(CareForm):
    """What patients are told about a practice."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        error_messages={"required": _("Enter the name of the practice")},
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=COUNTRIES,
        error_messages={"required": _("Choose a country")},
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        error_messages={"required": _("Choose the nearest city")},
    )
    reply_hours = forms.CharField(
        label=_("When messages are read"),
        help_text=_("For example: weekdays, 9 to 5"),
        max_length=200,
        required=False,
    )
    reply_days = forms.TypedMultipleChoiceField(
        label=_("Days on which they are read"),
        help_text=_("The time until an alert passes on is counted inside these hours."),
        choices=list(enumerate(WEEKDAYS.values())),
        coerce=int,
        required=False,
        widget=ChipCheckboxes,
    )
    reply_from = forms.TimeField(label=_("From"), widget=TimeInput, required=False)
    reply_until = forms.TimeField(label=_("Until"), widget=TimeInput, required=False)
    reading_promise = forms.CharField(
        label=_("When a worrying answer is read"),
        help_text=_("For example: weekdays by 5pm. Patients read this as a promise."),
        max_length=300,
        required=False,
    )
    helplines = forms.CharField(
        label=_("Local helplines"),
        help_text=_("One on each line: name, number, hours"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    confirmed = forms.BooleanField(
        label=_("I have checked these with the people who do the work"),
        help_text=_("Until somebody has checked them, patients do not see them."),
        required=False,
    )

    @classmethod
    def of(cls, practice: Organisation, data: Any = None) -> "PracticeForm":
        """Make the form for a practice."""
        now = {name: getattr(practice, name) for name in Details.__slots__}
        return cls(data, initial=now | {"confirmed": bool(practice.confirmed_at)})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        days, begins, ends = map(given.get, ("reply_days", "reply_from", "reply_until"))
        if {"reply_days", "reply_from", "reply_until"} & set(self.errors):
            return given
        if days and not (begins and ends):
            self.add_error("reply_from", _("Enter from when until when"))
        elif (begins or ends) and not days:
            self.add_error("reply_days", _("Choose the days"))
        elif begins and ends and begins >= ends:
            self.add_error("reply_until", _("Choose an end that is after the start"))
        return given

    def details(self) -> Details:
        """Give what was entered."""
        data = self.cleaned_data
        return Details(**{name: data[name] for name in Details.__slots__})


class NewPracticeForm(CareForm):
    """Opens a practice."""

    name = forms.CharField(
        label=_("Name of the practice"),
        max_length=200,
        error_messages={"required": _("Enter the name of the practice")},
    )
