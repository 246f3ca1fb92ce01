"""Forms of what people write to each other. Length is checked, never the content."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import (
    CareForm,
    ChipCheckboxes,
    ChoiceList,
    DateInput,
    TextArea,
    TimeInput,
)
from careplan.team.models import Conversation, StoppingNotice

LONGEST = 4000
Word = Any  # a sentence, most often a lazy one


class Text(forms.CharField):
    """A text box of ours: a sentence when empty, and a limit."""

    def __init__(
        self, *, label: Word, empty: Word, rows: int = 4, hint: Word = ""
    ) -> None:
        super().__init__(
            label=label,
            help_text=hint,
            max_length=LONGEST,
            widget=TextArea(rows=rows),
            error_messages={"required": empty},
        )


class People(forms.ChoiceField):
    """One of the people given; their ids are the values."""

    def __init__(self, *, label: Word, empty: Word, hint: Word = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            widget=ChoiceList,
            error_messages={"required": empty, "invalid_choice": empty},
        )

    def offer(self, people: Sequence[tuple[Any, Word]]) -> None:
        """Set who can be chosen."""
        self.choices = [(str(pk), words) for pk, words in people]


class ConcernForm(CareForm):
    """One question, whom it is for, and what it stands on."""

    question = Text(
        label=_("Your question"),
        hint=_("One or two sentences are enough. Say what you saw."),
        empty=_("Write your question"),
    )
    owner = People(label=_("Who should answer?"), empty=_("Choose who should answer"))
    ground_label = forms.CharField(
        label=_("What it is about"),
        help_text=_(
            "A visit, an entry or a side effect, such as “Visit on 3 November”."
        ),
        max_length=200,
        required=False,
    )
    ground_ref = forms.CharField(
        max_length=120, required=False, widget=forms.HiddenInput
    )
    also_label = forms.CharField(
        label=_("And what else"),
        help_text=_("A second thing to look at, if there is one."),
        max_length=200,
        required=False,
    )
    also_ref = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, people: Sequence[tuple[Any, Word]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].offer(people)  # type: ignore[attr-defined]


class AnswerForm(CareForm):
    """Words added to a question."""

    text = Text(label=_("Your answer"), empty=_("Write your answer"), rows=3)


class BecauseForm(CareForm):
    """Why a question ends without a change."""

    because = Text(
        label=_("No change because"),
        hint=_("Everyone in this conversation reads it."),
        empty=_("Write why nothing changes"),
        rows=2,
    )


class ReopenForm(CareForm):
    """Why a question is opened again."""

    why = Text(
        label=_("Why do you open it again?"),
        empty=_("Write why you open it again"),
        rows=2,
    )


class ThreadForm(CareForm):
    """A new thread: what it is about, and the first message."""

    kind = forms.ChoiceField(
        label=_("Who is it for?"),
        choices=Conversation.Kind.choices,
        widget=ChoiceList,
        error_messages={"required": _("Choose who it is for")},
    )
    subject = forms.CharField(
        label=_("What it is about"),
        max_length=120,
        error_messages={"required": _("Write what it is about, in a few words")},
    )
    text = Text(label=_("Message"), empty=_("Write your message"))

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Word]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        if len(kinds) == 1:
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class PostForm(CareForm):
    """One more message."""

    text = Text(label=_("Your message"), empty=_("Write your message"), rows=3)


class ResolveForm(CareForm):
    """What was done about an alert."""

    note = Text(
        label=_("What was done"),
        hint=_("For example: rang at 5pm, safe today, visit moved to Monday."),
        empty=_("Write what was done, in a few words"),
        rows=3,
    )


class GiveForm(CareForm):
    """To whom an alert is handed."""

    to = People(label=_("Hand it to"), empty=_("Choose who takes it on"))

    def __init__(
        self, *args: Any, people: Sequence[tuple[Any, Word]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(people)  # type: ignore[attr-defined]


class AlertChoiceForm(CareForm):
    """Whom the patient wants told first."""

    owner = People(
        label=_("Who should hear first?"),
        hint=_("If they do not look in time, it goes to the next person."),
        empty=_("Choose who should hear first"),
    )

    def __init__(
        self, *args: Any, people: Sequence[tuple[Any, Word]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].offer(people)  # type: ignore[attr-defined]


class CoverForm(CareForm):
    """Who looks at alerts while a clinician is away."""

    cover = People(label=_("Who covers for you?"), empty=_("Choose who covers for you"))
    starts_on = forms.DateField(
        label=_("First day away"),
        widget=DateInput,
        error_messages={"required": _("Enter the first day you are away")},
    )
    ends_on = forms.DateField(
        label=_("Last day away"),
        widget=DateInput,
        error_messages={"required": _("Enter the last day you are away")},
    )

    def __init__(
        self, *args: Any, people: Sequence[tuple[Any, Word]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover"].offer(people)  # type: ignore[attr-defined]


class DigestForm(CareForm):
    """When the daily notice comes."""

    at = forms.TimeField(
        label=_("Time of your daily notice"),
        help_text=_("It says that something waits, and nothing else."),
        widget=TimeInput,
        error_messages={"required": _("Enter a time, such as 08:00")},
    )


class NoticedForm(CareForm):
    """What a clinician noticed after a change."""

    note = Text(
        label=_("What did you notice?"),
        empty=_("Write what you noticed"),
        rows=2,
    )


class StoppingForm(CareForm):
    """I am thinking of stopping. Everything but the medicine is up to the person."""

    medicine = forms.CharField(
        label=_("Which medicine?"),
        max_length=200,
        error_messages={"required": _("Write which medicine you mean")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("What makes you think of it?"),
        choices=StoppingNotice.Reason.choices,
        required=False,
        widget=ChipCheckboxes,
    )
    words = forms.CharField(
        label=_("In your own words"),
        max_length=LONGEST,
        required=False,
        widget=TextArea(rows=3),
    )
    medicine_ref = forms.CharField(
        max_length=120, required=False, widget=forms.HiddenInput
    )


class StoppingAnswerForm(CareForm):
    """What was talked about."""

    text = Text(
        label=_("What you talked about"),
        empty=_("Write what you talked about, in a few words"),
        rows=2,
    )
