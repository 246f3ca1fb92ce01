"""Each form has fields of its own, though little of them is copied."""

from django import forms

from careplan.common.forms import CareForm, DateInput, Segmented

WORDS = (("1", "Mild"), ("2", "Strong"))


class Both(forms.MultiValueField):
    def __init__(self, **more):
        parts = (forms.CharField(), forms.CharField())
        super().__init__(fields=parts, widget=forms.SplitDateTimeWidget, **more)

    def compress(self, data_list):
        return data_list


class Form(CareForm):
    name = forms.CharField(required=False, max_length=20)
    on = forms.DateField(required=False, widget=DateInput)
    strength = forms.ChoiceField(required=False, choices=WORDS, widget=Segmented)
    now = forms.ChoiceField(required=False, choices=lambda: [("3", "Now")])
    both = Both(required=False)


def test_what_one_form_changes_no_other_form_has():
    one = Form()
    one.fields["name"].validators.clear()
    one.fields["name"].widget.attrs["title"] = "x"
    one.fields["name"].error_messages["max_length"] = "x"
    one.fields["name"].label = "x"
    one.fields["strength"].choices = [("9", "Other")]
    one.fields["strength"].widget.choices = [("9", "Other")]
    one.fields["on"].widget = forms.HiddenInput()
    one.fields["both"].fields[0].label = "x"
    del one.fields["now"]

    two = Form({"name": "a" * 21, "strength": "9", "now": "3"})
    assert set(two.errors) == {"name", "strength"}
    assert "title" not in two.fields["name"].widget.attrs
    assert "x" not in (two.errors["name"][0], two.fields["name"].label)
    assert list(two.fields["strength"].choices) == list(WORDS)
    assert list(two.fields["strength"].widget.choices) == list(WORDS)
    assert isinstance(two.fields["on"].widget, DateInput)
    assert two.fields["both"].fields[0].label is None
    assert two.cleaned_data["now"] == "3"


def test_a_form_of_another_kind_keeps_the_fields_it_took_over():
    class Longer(Form):
        more = forms.CharField(required=False)
        on = None

    assert set(Longer().fields) == {"name", "strength", "now", "both", "more"}
    assert set(Form().fields) == {"name", "on", "strength", "now", "both"}
