"""A component without what it needs is an error, not a hole in the page."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from careplan.common.templatetags.components import ComponentError

FOLDER = Path(settings.BASE_DIR) / "templates/components"
README = (FOLDER / "README.md").read_text()
INCLUDED = {"status", "session_warning"}
COMPONENTS = sorted(
    path.stem
    for path in FOLDER.glob("*.html")
    if not path.stem.startswith("_") and path.stem not in INCLUDED
)


def draw(source: str, **context: object) -> str:
    template = engines["django"].from_string("{% load components %}" + source)
    return template.render(context)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_opens_with_its_parameters(name):
    source = (FOLDER / f"{name}.html").read_text()
    assert "{% comment %}" in source[:120]
    assert "{% takes" in source


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_refuses_to_render_without_what_it_needs(name):
    takes = re.search(r"{% takes(.*?)%}", (FOLDER / f"{name}.html").read_text())
    needed = [w for w in re.findall(r'"(\w+\??)"', takes[1]) if not w.endswith("?")]
    if not needed:
        return
    with pytest.raises(ComponentError, match=needed[0]):
        draw(f'{{% component "{name}" %}}')


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_in_the_readme(name):
    assert f"`{name}`" in README or name in {"support_link", "leave"}


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ComponentError, match="colour"):
        draw('{% component "tag" label="Agreed" colour="red" %}')


def test_an_empty_needed_parameter_is_refused():
    with pytest.raises(ComponentError, match="label"):
        draw('{% component "tag" label=word %}', word="")


def test_words_of_a_person_are_escaped():
    html = draw('{% component "tag" label=word %}', word="<b>Maya & Sam</b>")
    assert "&lt;b&gt;Maya &amp; Sam" in html


def test_a_frame_does_not_see_the_page_round_it():
    html = draw(
        '{% frame "card" title="Today" %}{{ label }}{% endframe %}', label="inside"
    )
    assert "inside" in html


def test_a_step_bar_has_its_size_in_an_attribute():
    step = {"when": "Now", "dose": "15 mg", "share": 50, "how": "x", "state": "now"}
    html = draw('{% component "step_list" steps=steps %}', steps=[step])
    assert 'width="50.0"' in html
    assert "style=" not in html


def test_a_sparkline_breaks_where_nothing_was_logged():
    html = draw('{% component "sparkline" values=values %}', values=[1, None, 7])
    assert html.count("M") == 2
