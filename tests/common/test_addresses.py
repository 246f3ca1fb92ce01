"""Addresses laid beside their first words: each leads where Django's own list leads."""

import re
from dataclasses import dataclass

import pytest
from django.urls import Resolver404, URLResolver, include, path, resolve
from django.urls.resolvers import RoutePattern

from careplan.common.addresses import ByWords
from careplan.urls import rooms
from tests.access import addresses

UUID = "0d9c2b52-6a0e-4f0f-9d0a-3c6f7b2f6a11"
EXAMPLES = {"uuid": UUID, "int": "7", "day": "2026-03-01", "welcome_step": "2"}
PLAIN = URLResolver(RoutePattern(""), rooms)


def example(route):
    """An address of this route, with something for each of its places."""
    return re.sub(
        r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES.get(found[1] or "", "word"), route
    )


ADDRESSES = sorted({example(address.route) for address in addresses.every()})


def told(answer):
    return (
        answer.func,
        answer.args,
        answer.kwargs,
        answer.view_name,
        answer.namespaces,
        answer.route,
    )


def found(resolver, address):
    try:
        return told(resolver.resolve(address))
    except Resolver404:
        return None


def test_each_address_leads_where_the_plain_list_leads():
    byword = ByWords(rooms)
    leads = {address: found(PLAIN, address) for address in ADDRESSES}
    assert sum(lead is not None for lead in leads.values()) > 250
    assert {address: found(byword, address) for address in ADDRESSES} == leads


def test_what_leads_nowhere_in_the_list_leads_nowhere():
    byword = ByWords(rooms)
    near = [f"{a}more/" for a in ADDRESSES] + [a[:-1] for a in ADDRESSES]
    near += [f"x{a}" for a in ADDRESSES] + ["", "/", "//", "p//plan/", "p/plan/plan/"]
    assert [found(byword, a) for a in near] == [found(PLAIN, a) for a in near]


def test_the_house_is_found_by_words():
    assert resolve("/c/caseload/").view_name == "review:caseload"
    with pytest.raises(Resolver404):
        resolve("/c/caseload/nothing/")


@dataclass(frozen=True)
class View:
    name: str

    def __call__(self, request):
        raise NotImplementedError


def test_the_first_of_two_that_fit_answers_whatever_they_are_made_of():
    inner = [path("<slug:what>/", View("any")), path("new/", View("never"))]
    patterns = [
        path("files/<path:rest>", View("file")),
        path("files/new/", View("behind a path")),
        path("a/<int:n>/b/c/d/e/", View("deep")),
        path("a/", include((inner, "a"))),
        path("whole", View("whole")),
        path("whole<int:n>/", View("half a word")),
        path("<uuid:any>/", View("row")),
        path("", include([path("", View("front"))])),
    ]
    plain, byword = URLResolver(RoutePattern(""), patterns), ByWords(patterns)
    tried = [
        "files/x/y/z", "files/new/", "a/3/b/c/d/e/", "a/3/b/c/d/f/", "a/new/",
        "whole", "whole7/", "whole/", f"{UUID}/", "", "a/", "nothing/",
    ]  # fmt: skip
    assert [found(byword, one) for one in tried] == [found(plain, one) for one in tried]
