"""Error pages in our words, each with a way to get support."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

WORDS = {
    "400": "We could not read that request",
    "403": "You do not have access to this part of the record",
    "404": "We cannot find that page",
    "409": "This plan changed while you were reading",
    "429": "That was many tries in a short time",
    "500": "Something went wrong on our side",
    "csrf": "Your page was open a long time",
}


@pytest.mark.parametrize(("page", "words"), WORDS.items())
def test_an_error_page_says_what_happened_and_where_help_is(client, page, words):
    html = client.get(f"/look/{page}/?shell=public").content.decode()
    assert words in html
    assert html.count("<h1>") == 1
    assert "Get support" in html


@pytest.mark.parametrize("page", ["400", "403", "404", "429", "500"])
@pytest.mark.parametrize("shell", ["public", "patient", "clinician", "manage"])
def test_an_error_page_leads_on_to_where_the_person_works(client, page, shell):
    html = client.get(f"/look/{page}/?shell={shell}").content.decode()
    # "/" is the front page signed out, and one's own first page signed in.
    assert '<a class="btn quiet" href="/">Go to the start page</a>' in html


def test_500_needs_neither_request_nor_database():
    assert "Nothing you saved is lost" in render_to_string("errors/500.html")
    assert "<script" not in render_to_string("500.html")


def test_409_keeps_what_was_typed(client):
    assert "My typed answer" in client.get("/look/409/").content.decode()


def test_a_page_open_too_long_gives_the_answers_back(look):
    strict = Client(enforce_csrf_checks=True)
    typed = {"note": "Woke up <early>", "password": "secret-123"}
    answer = strict.post(
        "/look/form/", typed, headers={"sec-fetch-site": "same-origin"}
    )
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Woke up &lt;early&gt;" in html
    assert "Save again" in html
    assert "secret-123" not in html


def test_a_forged_form_is_given_no_token_to_send_again(look):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        "/look/form/", {"note": "forged"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
    assert b'name="note"' not in answer.content
