"""Text size, colours and the leave button are choices of a device."""

import pytest

PAGE = "/look/display/"


def test_the_page_shows_what_is_chosen_now(client):
    client.cookies["theme"] = "dark"
    html = client.get(PAGE).content.decode()
    assert 'value="dark"' in html.split("checked")[0].rsplit("<input", 1)[1]


def test_a_choice_is_kept_in_cookies_of_this_device(client):
    sent = {"theme": "dark", "text": "150", "leave": "yes"}
    answer = client.post(PAGE, sent, follow=True)
    html = answer.content.decode()
    assert 'data-theme="dark" data-text="150"' in html
    assert "Leave this page" in html
    assert "Saved for this device." in html


def test_going_back_to_the_usual_takes_the_cookies_away(client):
    client.post(PAGE, {"theme": "dark", "text": "150", "leave": "yes"})
    client.post(PAGE, {"theme": "auto", "text": "100", "leave": "no"})
    html = client.get(PAGE).content.decode()
    assert "data-theme" not in html
    assert "data-text" not in html
    assert "Leave this page" not in html


@pytest.mark.parametrize("nasty", ["", "x" * 10_000, "😀", "\x00"])
def test_bad_input_gives_a_sentence_per_field(client, nasty):
    answer = client.post(PAGE, {"theme": nasty, "text": nasty, "leave": nasty})
    assert answer.status_code == 200
    assert answer.content.decode().count("q-errors") == 3
