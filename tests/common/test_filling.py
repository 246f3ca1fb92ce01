"""A template for many rows: drawn once, filled for each, every value escaped."""

from dataclasses import dataclass

import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import SafeString

from careplan.common import filling

ROW = (
    '{% load i18n %}<tr class="{% if shape == "late" %}late 100%{% endif %}">'
    '<td title="{{ row.name }}">{{ row.name }}</td><td>{{ row.line }}</td>'
    '<td>{% translate "Yes" %} {0}</td></tr>'
)


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    line: str = ""
    shape: str = ""


@pytest.fixture
def drawn(tmp_path):
    """Draw a template of its own, as every page would."""

    def draw(source, *rows):
        (tmp_path / "row.html").write_text(source, encoding="utf-8")
        engine = {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [tmp_path],
        }
        with override_settings(TEMPLATES=[engine]):
            return filling.filled("row.html", rows)

    filling._pattern.cache_clear()
    yield draw
    filling._pattern.cache_clear()


def test_what_is_filled_is_what_the_template_prints_for_each_row(drawn):
    rows = [
        Row("Maya Lind", SafeString("<svg/>")),
        Row("""<b>'A' & "B"</b> %s {0}""", "1 < 2", shape="late"),
    ]
    template = engines["django"].from_string(ROW)
    one_by_one = [template.render({"row": row, "shape": row.shape}) for row in rows]
    assert drawn(ROW, *rows) == "".join(one_by_one)
    assert "<svg/>" in one_by_one[0]
    assert (
        "&lt;b&gt;&#x27;A&#x27; &amp; &quot;B&quot;&lt;/b&gt; %s {0}" in one_by_one[1]
    )


def test_each_language_is_drawn_in_its_own_words(drawn):
    with translation.override("de"):
        german = drawn(ROW, Row("Maya"))
    assert "Ja" in german
    assert "Yes" in drawn(ROW, Row("Maya"))


@pytest.mark.parametrize(
    "source",
    [
        "{% if row.name %}{{ row.name }}{{ row.line }}{% endif %}",
        '{{ row.name|default:"-" }}{{ row.line }}',
        '{{ row.name|slice:":3" }}{{ row.line }}',
    ],
)
def test_a_template_that_looks_at_a_value_of_one_row_is_refused(drawn, source):
    with pytest.raises(filling.FillingError, match="ask shape"):
        drawn(source, Row("Maya"))


@pytest.mark.parametrize("change", ["upper", "lower", "title"])
def test_a_filter_that_changes_a_value_of_one_row_is_refused(drawn, change):
    with pytest.raises(filling.FillingError, match="changes a value"):
        drawn(
            f"{{{{ row.name|{change} }}}}{{{{ row.line }}}}{{{{ row.line }}}}", Row("a")
        )
