"""Words in quotes are looked up once a language, and say what Django's own tag says."""

import pytest
from django.template import Context, Engine, engines
from django.utils import translation

OURS = {"i18n": "careplan.common.templatetags.fixed_words"}
DJANGOS = {"i18n": "django.templatetags.i18n"}
SOURCES = [
    '{% translate "Yes" %}',
    '{% trans "Yes" %}',
    '{% translate "Yes" as said %}-{{ said }}-{{ said|upper }}',
    '{% translate "Yes" noop %}',
    '{% translate "Yes"|lower %}',
    '{% translate "May" context "abbrev. month" %}',
    "{% translate word %}",
    "{% translate \"100%% <b>'x' & {0}</b>\" %}",
    '{% autoescape off %}{% translate "Yes" %}{{ word }}{% endautoescape %}',
    '<a title="{% translate "Yes" as said %}{{ said }}">',
    '{% for n in "abc" %}{% translate "No" %}{{ n }}{% endfor %}',
    "{% blocktranslate %}{{ word }} so{% endblocktranslate %}",
    "{% get_current_language as l %}{{ l }}",
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_word_is_said_as_by_djangos_own_tag(source):
    ours, djangos = (
        Engine(libraries=tags).from_string("{% load i18n %}" + source)
        for tags in (OURS, DJANGOS)
    )
    for language in ("en", "de", "fr", "de"):
        with translation.override(language):
            for word in ("Yes", "No", "<i>"):
                values = {"word": word}
                said = ours.render(Context(values))
                assert said == djangos.render(Context(values))


def test_the_product_loads_it_in_place_of_djangos():
    assert engines["django"].engine.libraries["i18n"] == OURS["i18n"]
