"""What every page keeps to: its links, its forms, what it asks of the database.

In one module, so that one walk over the pages serves all of it. They need the same
process; `tests/order.py` keeps the long tests of a module together.
"""

import pytest

from tests.guards import bad_input, links, mass_assignment, query_counts
from tests.guards.walk import Walk

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def walk(scene):
    return Walk(scene)


def test_every_link_opens_for_whoever_is_shown_it(scene, walk):
    said(links.broken(scene, walk))


def test_a_link_is_seen_unless_something_round_it_is_hidden():
    body = "<ul hidden><li><img><a href='/no/'>a</a></ul><p><br><a href='/yes/'>b</a>"
    assert links.Links(body).found == ["/yes/"]


def test_no_form_breaks_or_loses_what_was_typed(scene, walk):
    wrong, actions = bad_input.tried(scene, walk)
    assert len(actions) > 100
    assert {"/sign-in/", "/sign-up/"} <= actions
    said(wrong)


def test_every_form_for_words_keeps_them_half_typed_and_over_a_time_out(scene, walk):
    """E4: each box for words is marked to be kept, and a post that comes too late gives
    back every word. How a marked box is kept is seen in Chromium."""
    wrong, asked = bad_input.half_typed(scene, walk)
    assert len(asked) >= 20, sorted(asked)
    said(wrong)


def test_a5_a_form_writes_what_it_offers_and_reaches_nobody_else(scene, walk):
    wrong, wrote, added = mass_assignment.check(scene, walk)
    assert wrote > 60, wrote
    assert added > 10_000
    said(wrong)


@pytest.mark.last  # it adds rows to the scene
def test_no_page_asks_more_when_there_is_more(scene, walk):
    assert query_counts.grown(scene, walk) == {}


def said(wrong: list[str]) -> None:
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
