"""Templates: each compiles, none carries script, style or unescaped words."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

FOLDER = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
COMMENTS = re.compile(r"{#.*?#}|{% comment .*?%}.*?{% endcomment %}", re.S)
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "an inline style": re.compile(r"<style|\sstyle=", re.I),
    "an inline handler": re.compile(r"\son[a-z]+\s*=", re.I),
    "words that are not escaped": re.compile(r"\|\s*safe\b|autoescape off"),
    "something from another host": re.compile(r"""(src|href)=["']https?://""", re.I),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_template_compiles(name):
    engines["django"].get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_template_carries_nothing_the_policy_forbids(name):
    source = (FOLDER / name).read_text()
    text = COMMENTS.sub("", source)
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []
