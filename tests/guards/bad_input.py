"""Every form of every page survives bad input: no 500, a sentence, nothing typed lost.

The forms are found in the pages themselves, so that a new one is tested the day it is
on a page. What was typed is looked for in the answer whenever it is not a redirect.
"""

import html
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.db import transaction

from tests.access import cells
from tests.access.scene import Scene
from tests.access.thrift import plain_templates
from tests.guards.walk import READERS, Opened, Walk

TYPED = {"text", "search", "textarea", "tel", ""}
FIXED = {"submit", "button", "image", "reset", "file"}
LEFT_OUT = ("/sign-out/",)  # it asks nothing
OFFLINE = ("/check-in/offline/",)  # kept, sealed, by the offline queue
SEALED = ("/check-in/",)  # its page carries all of it, sealed, through the sign-in
EVERYBODY = (*READERS, "anonymous")


@dataclass
class Field:
    """One control: its kind, what it holds, and what it offers."""

    name: str
    kind: str
    value: str = ""
    is_kept: bool = False  # half typed, it is there when the page comes back (E4)


@dataclass
class Form:
    """One form of a page."""

    action: str
    fields: list[Field] = field(default_factory=list)

    @property
    def mark(self) -> tuple[str, tuple[str, ...]]:
        return (self.action, tuple(sorted({f.name for f in self.fields})))


class Forms(HTMLParser):
    """Reads the forms that a page posts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.now: Form | None = None
        self.select = ""
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method", "").lower() == "post":
            self.now = Form(urljoin(self.page, has.get("action", "")))
            self.found.append(self.now)
        elif self.now is None:
            return
        elif tag == "select":
            self.select = has.get("name", "")
            self._add(self.select, "select", "")
        elif tag == "option" and self.select and "selected" in has:
            self.now.fields[-1].value = has.get("value", "")
        elif tag == "textarea":
            self._add(has.get("name", ""), "textarea", "", "data-draft" in has)
        elif tag in {"input", "button"}:
            kind = has.get("type", "" if tag == "input" else "submit").lower()
            if kind in {"radio", "checkbox"} and "checked" not in has:
                kind = f"{kind} off"
            kept = "data-draft" in has
            self._add(has.get("name", ""), kind, has.get("value", ""), kept)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        elif tag == "select":
            self.select = ""

    def _add(self, name: str, kind: str, value: str, *kept: bool) -> None:
        if self.now is not None and name and name != "csrfmiddlewaretoken":
            self.now.fields.append(Field(name, kind, value, any(kept)))


Words = Callable[[Field, Scene], str | None]


def _typed(words: str) -> Words:
    def fill(control: Field, scene: Scene) -> str | None:
        if control.kind in TYPED:
            return words
        return _as_it_is(control)

    return fill


def _as_it_is(control: Field) -> str | None:
    if control.kind in FIXED or control.kind.endswith(" off"):
        return None
    return control.value


def _somebody_elses(control: Field, scene: Scene) -> str | None:
    """Put another patient's id wherever the form holds one."""
    value = control.value
    try:
        mine = uuid.UUID(value.split(":")[0])
    except ValueError:
        return _as_it_is(control)
    rows = scene.worlds["maya"].rows
    label = next((name for name, row in rows.items() if row.pk == mine), "")
    theirs = scene.worlds["noor"].rows.get(label)
    other = str(theirs.pk) if theirs is not None else str(uuid.uuid4())
    return value.replace(str(mine), other)


def _nonsense(control: Field, scene: Scene) -> str | None:
    """Answer every choice and every hidden value with something never offered."""
    return None if control.kind in FIXED else "0'\"><\x00"


def _stale(control: Field, scene: Scene) -> str | None:
    """Say that the page was opened on a version long gone."""
    if control.kind == "hidden" and control.value.isdecimal():
        return "999999"
    if control.kind == "hidden" and len(control.value) == 64:
        return "f" * 64
    return _typed("Some words")(control, scene)


LONG = "long words " * 910
BAD: dict[str, Words] = {
    "empty": lambda control, scene: control.value if control.kind == "hidden" else None,
    "10,000 characters": _typed(LONG),
    "emoji": _typed("\U0001f642 \u202e<b>&amp; \U0001f9d1\u200d\U0001f33e"),
    "NUL": _typed("a\x00b"),
    "somebody else's ids": _somebody_elses,
    "nonsense": _nonsense,
    "stale": _stale,
}


def forms_of(walk: Walk) -> Iterator[tuple[cells.Cell, Form]]:
    """Give every form once, with the reader on whose page it stands."""
    seen = set()
    for page in walk.by(EVERYBODY):
        for form in _forms_on(page):
            if form.mark not in seen and not form.action.startswith(LEFT_OUT):
                seen.add(form.mark)
                yield page.cell, form


def _forms_on(page: Opened) -> list[Form]:
    reader = Forms(page.path)
    reader.feed(page.html)
    return reader.found


def wrongs(scene: Scene, cell: cells.Cell, form: Form, how: str) -> Iterator[str]:
    """Post one bad input and say what is wrong with the answer."""
    data: dict[str, list[str]] = {}
    for control in form.fields:
        value = BAD[how](control, scene)
        if value is not None:
            data.setdefault(control.name, []).append(value)
    client = scene.clients[cell.who.name]
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.post(form.action, data)
        transaction.set_rollback(True)
    client.cookies = cookies
    if answer.status_code >= 500:
        yield f"broke: {answer.status_code}"
        return
    seen = cells.found_in(answer)
    if any(record == "noor" for record, _label, _private in seen):
        yield "shows another patient's words"
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code in {200, 409, 422} and kind.startswith("text/html"):
        text = answer.content.decode(errors="replace")
        if "This field is required." in text:
            yield "has no sentence of its own for an empty field"
        if how == "10,000 characters":
            lost = [f.name for f in form.fields if f.kind in TYPED]
            if lost and html.escape(LONG.strip()) not in text:
                yield f"lost what was typed ({', '.join(lost)})"


def tried(scene: Scene, walk: Walk) -> tuple[list[str], set[str]]:
    """Try each bad input on each form: what is wrong, and what was posted to."""
    wrong, actions = [], set()
    with plain_templates():
        for cell, form in forms_of(walk):
            actions.add(form.action)
            for how in BAD:
                said = f"{form.action} ({cell.who.name}, {how})"
                wrong += [f"{said}: {what}" for what in wrongs(scene, cell, form, how)]
    return wrong, actions


SECRETS = {"code", "otp", "recovery_code"}  # typed again, never kept


def half_typed(scene: Scene, walk: Walk) -> tuple[list[str], set[str]]:
    """Say which boxes for words keep nothing, and which forms lose a late post."""
    asked, wrong = set(), []
    for cell, form in forms_of(walk):
        words = [f for f in form.fields if f.kind in {"text", "textarea", ""}]
        if cell.who.name == "anonymous" or not words or form.action in OFFLINE:
            continue
        said = f"{form.action} ({cell.who.name})"
        lost = [f.name for f in words if not f.is_kept and f.name not in SECRETS]
        wrong += [f"{said}: does not keep {name}" for name in lost]
        asked.add(form.action)
        if not form.action.startswith(SEALED) and not _gives_back(scene, form, words):
            wrong.append(f"{said}: loses what was typed when the session has ended")
    return wrong, asked


def _gives_back(scene: Scene, form: Form, words: list[Field]) -> bool:
    typed = {f.name: f"Half a sentence & {n}" for n, f in enumerate(words)}
    with transaction.atomic():
        answer = scene.clients["anonymous"].post(form.action, typed)
        transaction.set_rollback(True)
    page = answer.content.decode()
    return answer.status_code == 403 and all(
        html.escape(text) in page for text in typed.values()
    )
