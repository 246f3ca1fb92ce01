"""Every form of the product stands on the base and asks in its own words (ux.md 12)."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from crispy_forms.layout import Div, Field, Fieldset, Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.conf import settings

from careplan.common.forms import CareForm, CareFormMixin

ROOTS = ("careplan", "patients", "journal")
ALLOWED = {"Layout", "Fieldset", "Div", "Field", "HTML", "Submit"}


def all_forms() -> list[type[forms.BaseForm]]:
    for root in ROOTS:
        package = importlib.import_module(root)
        for found in pkgutil.walk_packages(package.__path__, f"{root}."):
            if re.search(r"\.forms(\.|$)", found.name):
                importlib.import_module(found.name)
    pending, seen = [forms.BaseForm], set()
    while pending:
        for child in pending.pop().__subclasses__():
            if child not in seen:
                seen.add(child)
                pending.append(child)
    return sorted(
        (
            form
            for form in seen
            if form.__module__.split(".")[0] in ROOTS
            and form.__module__ != CareForm.__module__
        ),
        key=lambda form: f"{form.__module__}.{form.__qualname__}",
    )


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.__qualname__)
def test_a_form_stands_on_the_base_which_refuses_silent_fields(form):
    assert issubclass(form, CareFormMixin)


def test_only_the_layout_objects_of_the_pack_are_used():
    used = set()
    for root in ROOTS:
        for path in (Path(settings.BASE_DIR) / root).rglob("*.py"):
            for names in re.findall(
                r"from crispy_forms\.layout import \(?([\w,\s]+)", path.read_text()
            ):
                used |= set(re.findall(r"\w+", names))
    assert used <= ALLOWED


def test_a_layout_groups_fields_under_a_legend():
    class Grouped(CareForm):
        dose = forms.DecimalField(required=False)
        unit = forms.CharField(required=False)

        def layout(self):
            return Layout(Fieldset("How much", "dose", Div(Field("unit"))))

    html = render_crispy_form(Grouped())
    assert "<legend>How much</legend>" in html
    assert (
        html.index("<legend>") < html.index('name="dose"') < html.index('name="unit"')
    )
    assert "&lt;input" not in html
