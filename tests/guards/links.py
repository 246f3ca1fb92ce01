"""Every link on every page leads somewhere, and opens for whoever is shown it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.db import transaction
from django.urls import Resolver404, resolve

from tests.access.scene import Scene
from tests.access.thrift import plain_templates
from tests.guards.walk import READERS, Opened, Walk

BARE = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"}
# Pages whose links are not for everybody who can open them, each with its reason.
# Links inside an element that is hidden need no name: no reader sees them.
LEFT_OUT = {
    "home:offline_check_in": "the same bytes for everybody, kept by a patient's phone",
    "home:offline": "the same bytes for everybody, kept by a phone",
}


class Links(HTMLParser):
    """Collect the addresses of the links that a reader sees."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden_at: list[str] = []  # elements open since one that is hidden
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link; from a hidden element on, only how deep we are in it."""
        given = dict(attrs)
        if (self._hidden_at or "hidden" in given) and tag not in BARE:
            self._hidden_at.append(tag)
        elif tag == "a" and given.get("href"):
            self.found.append(str(given["href"]))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element inside one that is hidden, with what it left open."""
        while self._hidden_at and tag in self._hidden_at:
            if self._hidden_at.pop() == tag:
                break


def broken(scene: Scene, walk: Walk) -> list[str]:
    """Follow one link of each kind for each reader, and say which do not open."""
    known = {(page.cell.who.name, page.path): page.status for page in walk.pages}
    wrong = []
    with plain_templates():
        for (who, _name), (asked, where) in found_on(walk).items():
            if (who, asked) not in known:
                known[who, asked] = _status(scene, who, asked)
            if (status := known[who, asked]) >= 400:
                wrong.append(f"{status} {asked} on {where}")
    return wrong


def found_on(walk: Walk) -> dict[tuple[str, str], tuple[str, str]]:
    """Give one link of each kind for each reader: where it leads, where it stands."""
    links: dict[tuple[str, str], tuple[str, str]] = {}
    for page in walk.by((*READERS, "supporter", "admin")):
        if page.cell.address.name not in LEFT_OUT:
            for asked in _within(page):
                kind = (page.cell.who.name, _name_of(asked))
                links.setdefault(kind, (asked, str(page.cell)))
    return links


def _status(scene: Scene, who: str, path: str) -> int:
    with transaction.atomic():
        answer = scene.clients[who].get(path)
        transaction.set_rollback(True)
    return answer.status_code


def _within(page: Opened) -> Iterator[str]:
    """Give the addresses within the product, other than its own, a page leads to."""
    for href in Links(page.html).found:
        asked = urldefrag(urljoin(page.path, href)).url
        parts = urlsplit(asked)
        elsewhere = parts.netloc or parts.scheme or parts.path.startswith("/static/")
        if parts.path != page.path and not elsewhere:
            yield asked


def _name_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return f"nothing: {urlsplit(address).path}"
