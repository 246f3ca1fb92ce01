"""Django's own tags for words, where words that stand in a template are looked up once.

Loaded as `i18n` (settings). Every page says some seventy such words; to look each up,
localise and escape it anew was a tenth of a page.
"""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.templatetags import i18n
from django.utils.safestring import SafeData
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class FixedWords(template.Node):
    """Words in quotes, in the language of whoever reads; kept for each language."""

    def __init__(self, words: i18n.TranslateNode) -> None:
        self.asvar, words.asvar = words.asvar, None
        self.words = words
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self.said.get(language)
        if said is None:
            said = self.said[language] = self.words.render(context)
        if self.asvar:
            context[self.asvar] = said
            return ""
        return said


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> template.Node:
    """``{% translate "Plan" %}`` as Django reads it."""
    node = i18n.do_translate(parser, token)
    return FixedWords(node) if _is_fixed(node) else node


def _is_fixed(node: i18n.TranslateNode) -> bool:
    """Whether nothing but the language decides what is said."""
    words = node.filter_expression
    literal = words.var.literal if isinstance(words.var, Variable) else None
    plain = not words.filters and node.message_context is None
    return plain and isinstance(literal, SafeData)
