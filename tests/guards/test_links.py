"""Every link on every page leads somewhere, and opens for whoever is shown it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from tests.access import cells
from tests.access.scene import Scene
from tests.guards.test_query_counts import READERS, pages

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


class Walk:
    """Who asked for what, how it was answered, and which links stood there."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.answered: dict[tuple[str, str], int] = {}
        # One link of each kind for each reader: where it leads, where it stands.
        self.links: dict[tuple[str, str], tuple[str, str]] = {}

    def read(self, cell: cells.Cell) -> None:
        """Open one page and note the links within the product that it shows."""
        path = cells.path_of(cell, self.scene)
        for asked in _within(path, self._asked(cell.who.name, path)):
            self.links.setdefault((cell.who.name, _name_of(asked)), (asked, str(cell)))

    def status(self, who: str, path: str) -> int:
        """Say how a link is answered, by what is known already where it is."""
        if (who, path) not in self.answered:
            self._asked(who, path)
        return self.answered[who, path]

    def _asked(self, who: str, path: str) -> HttpResponse:
        with transaction.atomic():
            answer = self.scene.clients[who].get(path)
            transaction.set_rollback(True)
        self.answered[who, path] = answer.status_code
        return answer


def _within(path: str, answer: HttpResponse) -> Iterator[str]:
    """Give the addresses within the product, other than its own, a page leads to."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return
    for href in Links(answer.content.decode()).found:
        asked = urldefrag(urljoin(path, href)).url
        parts = urlsplit(asked)
        elsewhere = parts.netloc or parts.scheme or parts.path.startswith("/static/")
        if parts.path != path and not elsewhere:
            yield asked


def _name_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return f"nothing: {urlsplit(address).path}"


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_link_opens_for_whoever_is_shown_it(scene):
    walk = Walk(scene)
    for cell in pages(scene, readers=(*READERS, "supporter", "admin")):
        if cell.address.name not in LEFT_OUT:
            walk.read(cell)
    wrong = [
        f"{status} {asked} on {where}"
        for (who, _name), (asked, where) in walk.links.items()
        if (status := walk.status(who, asked)) >= 400
    ]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def test_a_link_is_seen_unless_something_round_it_is_hidden():
    body = "<ul hidden><li><img><a href='/no/'>a</a></ul><p><br><a href='/yes/'>b</a>"
    assert Links(body).found == ["/yes/"]
