"""Tags for the pieces in ``templates/components/``. No queries and no rules here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from careplan.common import filling
from careplan.common.navigation import address

register = template.Library()

PASSED = "_passed"
CARRIED = ("request", "csrf_token", "csp_nonce")


class ComponentError(ValueError):
    """A component was called without a parameter it needs, or with an unknown one."""


class TakesNode(template.Node):
    """Checks the parameters of a component and gives the optional ones a value."""

    def __init__(self, name: str, parameters: Iterable[str]) -> None:
        self.name = name
        self.needed = {p for p in parameters if not p.endswith("?")}
        self.optional = {p[:-1] for p in parameters if p.endswith("?")}

    def render(self, context: Context) -> str:
        missing = sorted(n for n in self.needed if context.get(n) in (None, ""))
        if missing:
            raise ComponentError(f"{self.name} needs {', '.join(missing)}")
        unknown = sorted(
            set(context.get(PASSED) or ()) - self.needed - self.optional - {"body"}
        )
        if unknown:
            raise ComponentError(f"{self.name} does not know {', '.join(unknown)}")
        for name in self.optional:
            if name not in context:
                context[name] = ""
        return ""


@register.tag
def takes(parser: Parser, token: Token) -> TakesNode:
    """``{% takes "label" "icon?" %}`` opens a component: needed, then optional ones."""
    words = [word.strip("\"'") for word in token.split_contents()[1:]]
    name = parser.origin.template_name if parser.origin else None
    return TakesNode(str(name or "component"), words)


class ComponentNode(template.Node):
    """Renders one component with its parameters alone (and the request)."""

    def __init__(
        self,
        name: FilterExpression,
        parameters: dict[str, FilterExpression],
        nodelist: NodeList | None,
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.nodelist = nodelist or NodeList()
        self.has_body = nodelist is not None

    def render(self, context: Context) -> SafeString:
        values: dict[str, Any] = {
            key: value.resolve(context) for key, value in self.parameters.items()
        }
        values[PASSED] = tuple(values)
        if self.has_body:
            values["body"] = self.nodelist.render(context)
        for key in CARRIED:
            if key in context:
                values.setdefault(key, context[key])
        chosen: Any = get_template(f"components/{self.name.resolve(context)}.html")
        return chosen.template.render(context.new(values))


def _parse(parser: Parser, token: Token) -> tuple[FilterExpression, dict]:
    tag, *words = token.split_contents()
    if not words:
        raise template.TemplateSyntaxError(f"{tag} needs the name of a component")
    parameters = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals:
            raise template.TemplateSyntaxError(f"{tag}: write {word} as name=value")
        parameters[key] = parser.compile_filter(value)
    return parser.compile_filter(words[0]), parameters


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """``{% component "tag" label=word kind="attend" %}`` prints one component."""
    return ComponentNode(*_parse(parser, token), nodelist=None)


@register.tag
def frame(parser: Parser, token: Token) -> ComponentNode:
    """``{% frame "card" title=word %}...{% endframe %}`` prints a component round a body."""
    name, parameters = _parse(parser, token)
    nodelist = parser.parse(("endframe",))
    parser.delete_first_token()
    return ComponentNode(name, parameters, nodelist)


@register.simple_tag
def filled(template: str, rows: Iterable[Any]) -> SafeString:
    """``{% filled "review/_row.html" rows %}`` draws a template once and fills it."""
    return filling.filled(template, rows)


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """One icon of ``static/icons/sprite.svg``; always beside a word, so it is silent."""
    storage = settings.STORAGES["staticfiles"]["BACKEND"]
    return _icon(name, kind, settings.STATIC_URL, storage)


@lru_cache(maxsize=512)
def _icon(name: str, kind: str, _static_url: str, _storage: str) -> SafeString:
    # A page shows some twenty of them; what their address follows from is in the key.
    return format_html(
        '<svg class="ico{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" {kind}" if kind else "",
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def logo(context: Context) -> SafeString:
    """The product's mark, three rings; a plain sheet of notes on a discreet device."""
    return format_html(
        '<svg class="logo" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("icons/sprite.svg"),
        "journal" if context.get("discreet") else "careplan",
    )


@register.simple_tag(takes_context=True)
def brand(context: Context) -> SafeString:
    """Mark and name as this device wants them shown (ux.md 6.8)."""
    name = gettext("Notes") if context.get("discreet") else gettext("Careplan")
    return format_html("{}<span>{}</span>", logo(context), name)


@register.simple_tag
def nav_url(name: str, path: str) -> str:
    """The address of a named URL, or ``path`` while no such name is wired."""
    return address(name, path)


@register.simple_tag
def attributes(**values: Any) -> str:
    """Tag attributes, escaped: ``{% attributes id=id aria_current=here %}``.

    False, None and the empty string leave an attribute out; ``_`` becomes ``-``.
    """
    kept = {
        key.rstrip("_").replace("_", "-"): value
        for key, value in values.items()
        if value not in (None, False, "")
    }
    return flatatt(kept)


@register.simple_tag(takes_context=True)
def needs_attention(context: Context, key: str) -> bool:
    """Whether something waits behind a navigation entry (``request.nav_waiting``)."""
    request = context.get("request")
    return key in getattr(request, "nav_waiting", ())


@register.filter
def initials(name: object) -> str:
    """Two letters for a name: "Dr Ada Okafor" gives "AO"."""
    words = [w for w in str(name).replace(".", " ").split() if w.lower() != "dr"]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


@register.filter
def bar_width(part: object, whole: object) -> str:
    """A share of 100 as text for an SVG attribute, at least 3 so that it shows."""
    try:
        share = 100 * float(part) / float(whole)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return "3"
    return f"{min(100.0, max(3.0, share)):.1f}"


@register.simple_tag
def spark_path(values: Iterable[float | None], low: float, high: float) -> str:
    """Path data of a sparkline in a 132 x 34 box; ``None`` leaves a gap."""
    numbers = list(values)
    if not numbers or high <= low:
        return ""
    step = 126 / max(1, len(numbers) - 1)
    drawn, pen = [], "M"
    for place, value in enumerate(numbers):
        if value is None:
            pen = "M"
            continue
        inside = min(high, max(low, float(value)))
        y = 30 - 26 * (inside - low) / (high - low)
        drawn.append(f"{pen}{3 + place * step:.1f},{y:.1f}")
        pen = "L"
    return " ".join(drawn)
