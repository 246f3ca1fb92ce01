"""The form base: sentences, order, ids, and nothing lost (ux.md 12)."""

import re

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.exceptions import ImproperlyConfigured

from careplan.common.forms import CareForm
from tests.look.pages import CheckIn


def bad_form() -> CheckIn:
    data = {"effects": ["none"], "when": "x", "place": "far too long for this field"}
    return CheckIn(data)


def test_a_required_field_without_its_own_sentence_does_not_start():
    class Silent(CareForm):
        name = forms.CharField()

    with pytest.raises(ImproperlyConfigured, match=r"Silent\.name"):
        Silent()


def test_djangos_own_sentences_never_show():
    html = render_crispy_form(bad_form())
    assert "This field is required" not in html
    assert "Ensure this value" not in html
    assert "Enter a valid" not in html
    assert "Shorten this to 20 characters. It has 27 now." in html


def test_every_link_of_the_error_summary_leads_to_a_control():
    html = render_crispy_form(bad_form())
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == 4
    for target in targets:
        assert re.search(rf'<(input|textarea|select)[^>]*id="{target}"', html), target


def test_ids_are_used_once():
    ids = re.findall(r'\sid="([^"]+)"', render_crispy_form(bad_form()))
    assert len(ids) == len(set(ids))


def test_everything_that_describes_a_control_exists():
    html = render_crispy_form(bad_form())
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        for one in described.split():
            assert f'id="{one}"' in html


def test_label_then_hint_then_error_then_control():
    html = render_crispy_form(bad_form())
    part = html[html.index('id="div_id_mood"') :]
    places = [
        part.index(text)
        for text in (
            "<legend>",
            'id="id_mood_helptext"',
            'id="id_mood_error"',
            'type="radio"',
        )
    ]
    assert places == sorted(places)


def test_optional_is_said_in_a_word_and_no_asterisk_stands_anywhere():
    html = render_crispy_form(CheckIn())
    assert "(optional)" in html
    assert "*" not in html


def test_a_form_of_free_choices_may_leave_the_word_out():
    class Free(CareForm):
        quiet_optional = True
        note = forms.CharField(required=False)

    assert "(optional)" not in render_crispy_form(Free())


def test_what_was_typed_is_still_there():
    html = render_crispy_form(bad_form())
    assert 'value="far too long for this field"' in html
    assert re.search(r'value="none"[^>]*checked', html)


def test_the_tide_says_word_and_place_of_each_tile():
    html = render_crispy_form(CheckIn())
    assert 'aria-label="Low, 2 of 7"' in html
    assert 'aria-label="Steady, 4 of 7"' in html
    assert html.count('class="middle"') == 7


def test_the_form_prints_no_form_tag_and_no_token():
    html = render_crispy_form(CheckIn())
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html


def test_a_hint_is_escaped():
    class Hinted(CareForm):
        name = forms.CharField(help_text="<b>Maya</b>", required=False)

    assert "&lt;b&gt;Maya" in render_crispy_form(Hinted())


def test_bad_input_of_every_kind_gives_sentences_and_no_crash():
    for nasty in ("", "x" * 10_000, "😀", "\x00", "'; --", "²", "9" * 400, "NaN"):
        form = CheckIn(dict.fromkeys(CheckIn.base_fields, nasty))
        form.is_valid()
        render_crispy_form(form)


def test_a_refusal_of_a_rule_becomes_an_error_of_the_form():
    class Refusal(Exception):
        sentence = "This plan changed while you were reading"

    form = CheckIn({})
    form.refuse(Refusal())
    assert form.non_field_errors() == [Refusal.sentence]
