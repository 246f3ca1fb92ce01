"""The choices of a device."""

from django import forms
from django.utils.translation import gettext_lazy as _

from careplan.common.forms import CareForm, ChoiceList, Segmented

THEMES = [("auto", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))]
SIZES = [("100", _("Normal")), ("125", _("Larger")), ("150", _("Largest"))]
CONTRAST = [("auto", _("As my device")), ("more", _("Stronger"))]
MOTION = [("auto", _("As my device")), ("less", _("None"))]
FACES = [("no", _("Words only")), ("yes", _("Show faces too"))]
NAMES = [("no", _("Careplan")), ("yes", _("Notes"))]
LEAVE = [("no", _("No")), ("yes", _("Yes, show the button"))]


class DisplayForm(CareForm):
    """Colours, contrast, motion, size of text, faces, and how to leave quickly."""

    quiet_optional = True

    theme = forms.ChoiceField(
        label=_("Colours"),
        widget=Segmented,
        choices=THEMES,
        error_messages={"required": _("Choose the colours")},
    )
    text = forms.ChoiceField(
        label=_("Size of text"),
        widget=Segmented,
        choices=SIZES,
        error_messages={"required": _("Choose the size of text")},
    )
    contrast = forms.ChoiceField(
        label=_("Contrast"), widget=Segmented, choices=CONTRAST, required=False
    )
    motion = forms.ChoiceField(
        label=_("Movement on the page"),
        widget=Segmented,
        choices=MOTION,
        required=False,
    )
    faces = forms.ChoiceField(
        label=_("How you choose your mood"),
        widget=Segmented,
        choices=FACES,
        required=False,
    )
    leave = forms.ChoiceField(
        label=_("Could it put you at risk if someone saw this on your screen?"),
        help_text=_(
            "A button at the top of every page then goes to a weather page at once."
            " Pressing Shift three times does the same."
        ),
        widget=ChoiceList,
        choices=LEAVE,
        error_messages={"required": _("Choose No or Yes")},
    )
    discreet = forms.ChoiceField(
        label=_("What should this device call the service?"),
        help_text=_(
            "With Notes, name and picture are neutral, each tab says Notes, and your"
            " reminders say “A reminder you set.”"
        ),
        widget=Segmented,
        choices=NAMES,
        required=False,
    )
