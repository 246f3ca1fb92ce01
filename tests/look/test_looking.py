"""What the browser tests look with finds a barrier that is put into a page."""

import pytest

from tests.looking import ABOUT_COLOURS, barriers, looked_at

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
PALE = "color: #ccc"
PAGE = """<!doctype html><html lang="en"><title>Rows</title><style>
body, td { background: #fff; color: #111 } .pale { %s } input:checked + label { %s }
@media (prefers-color-scheme: dark) { body, td { background: #111; color: #fff }
  .night { color: #222 } }
</style><main><h1>Rows</h1>%s</main>"""
FOUND = "color-contrast"


@pytest.fixture
def page(chrome):
    return chrome.new_context().new_page()


def rows(number=12, **odd):
    """Give a table of rows that are alike, some with something of their own."""
    cells = (
        odd.get(f"row{n}", f"<td>Row number {n}</td><td>Another cell</td>")
        for n in range(number)
    )
    body = "".join(f"<tr>{cell}</tr>" for cell in cells)
    return f"<table><tr><th>One<th>Two</tr>{body}</table>"


def shown(page, body, *, checked="", pale=PALE):
    page.set_content(PAGE % (pale, checked, body))


def names(page, rules=()):
    return {found.split()[1] for found in barriers(page, "here:", rules)}


def test_nothing_is_found_where_nothing_is_wrong_and_the_page_is_left_as_it_was(page):
    shown(page, rows())
    before = page.content()
    assert names(page) == set()
    assert page.content() == before


@pytest.mark.parametrize("place", range(12))
def test_one_pale_row_among_rows_that_are_alike_is_found(page, place):
    pale = "<td class=pale>Row</td><td>Another cell</td>"
    shown(page, rows(**{f"row{place}": pale}))
    assert names(page) == {FOUND}


def test_rows_that_are_all_pale_are_found(page):
    pale = "<td class=pale>Row</td><td>Another cell</td>"
    shown(page, rows(**{f"row{n}": pale for n in range(12)}))
    assert names(page) == {FOUND}


def test_the_one_that_is_chosen_among_those_that_are_alike_is_found(page):
    chips = (f"<input type=radio name=a id=i{n}><label for=i{n}>Level {n}</label>"
             for n in range(9))  # fmt: skip
    shown(page, "".join(chips), checked=PALE)
    assert names(page) == set()
    page.check("#i4")
    assert names(page) == {FOUND}


def test_a_row_without_its_name_is_found_though_its_colours_are_not_asked(page):
    button = "<td>Row</td><td><button>Open</button></td>"
    without = "<td>Row</td><td><button></button></td>"
    all_alike = {f"row{n}": button for n in range(12)}
    shown(page, rows(**all_alike))
    assert names(page) == set()
    shown(page, rows(**all_alike | {"row6": without}))
    assert names(page) == {"button-name"}


def test_what_is_pale_in_the_dark_alone_is_found_there(page):
    pale = "<td class=night>Row</td><td>Another cell</td>"
    shown(page, rows(row7=pale))
    assert names(page) == set()
    page.emulate_media(color_scheme="dark")
    assert names(page, ABOUT_COLOURS) == {FOUND}


def test_what_scrolls_sideways_is_found_in_the_width_where_it_does(page):
    shown(page, "<p style='width: 380px'>Wide</p>")
    assert looked_at(page, "p", [(1440, "light"), (390, "light")]) == []
    (found,) = looked_at(page, "p", [(1440, "light"), (320, "dark")])
    assert found.startswith("p 320: ")
