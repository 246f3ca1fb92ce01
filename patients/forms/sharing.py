"""Forms of the team and of sharing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, CheckList, ChoiceList
from patients import people, words
from patients.models import CareTeamMember, Role

TOPICS = [(topic.value, word) for topic, word in words.SEES.items()]


class TopicsForm(CareForm):
    """What one person sees. Nothing ticked is an answer too."""

    quiet_optional = True

    topics = forms.MultipleChoiceField(
        label=_("They can see"),
        choices=TOPICS,
        required=False,
        widget=CheckList,
        error_messages={"invalid_choice": _("Choose from the list")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "(optional)" would be odd beside a question that every answer fits.
        self.fields["topics"].help_text = _(
            "Leave out what you want to keep to yourself."
        )

    @classmethod
    def of(cls, member: CareTeamMember, data: Any = None) -> "TopicsForm":
        """Make the form for a member, filled with what they see now."""
        return cls(data, initial={"topics": member.topics})


class InviteForm(TopicsForm):
    """Whom to invite, as what, and what they may see."""

    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        error_messages={"required": _("Enter the e-mail address of the person")},
    )
    role = forms.ChoiceField(
        label=_("Who is it?"),
        choices=[
            (Role.THERAPIST, _("My therapist")),
            (Role.PRESCRIBER, _("The person who prescribes my medicine")),
            (Role.CARE_MANAGER, _("A care manager")),
            (Role.SUPPORTER, _("Someone I trust: a relative or a friend")),
        ],
        widget=ChoiceList(
            hints={
                Role.SUPPORTER: _("They can read what you choose, and change nothing.")
            }
        ),
        error_messages={"required": _("Choose who this is")},
    )
    field_order = ("role", "email", "topics")

    @staticmethod
    def usual(role: str) -> list[str]:
        """Give what people usually share with somebody in this role."""
        return sorted(people.USUAL_TOPICS.get(Role(role), frozenset()))


class TalkForm(CareForm):
    """Whether the clinicians may talk with each other (P9). No answer means no."""

    answer = forms.ChoiceField(
        label=_("May your clinicians talk with each other about your care?"),
        help_text=_("You can read what they write here."),
        choices=[("yes", _("Yes, they may")), ("no", _("No"))],
        widget=ChoiceList,
        error_messages={"required": _("Choose yes or no")},
    )


class ReceiptsForm(CareForm):
    """Whether to be told what was read (N16). Off until the patient asks for it."""

    on = forms.BooleanField(
        label=_("Tell me, before a visit, what my team has read"), required=False
    )
