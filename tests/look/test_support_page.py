"""Get support works signed out, for any country, whatever is asked of it."""

import re

import pytest

from careplan.common.support import country_of_languages, panel


def page(client, query="", **headers) -> str:
    answer = client.get(f"/support/{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_emergency_number_of_the_country_comes_first(client):
    html = page(client, "?country=GB")
    assert html.index("Call 999") < html.index("Samaritans")
    assert 'href="tel:999"' in html
    assert 'href="tel:116123"' in html


def test_a_line_nobody_verified_is_not_shown(client):
    assert "NHS 111" not in page(client, "?country=GB")


def test_the_browsers_region_decides_when_nobody_chose(client):
    assert "Call 911" in page(client, **{"accept-language": "en-US,en;q=0.9"})


def test_without_a_country_the_page_still_says_what_to_do(client):
    html = page(client, **{"accept-language": "en"})
    assert "local emergency number" in html
    assert "findahelpline" in html.lower() or "https://" in html


@pytest.mark.parametrize("nasty", ["", "Z", "ÄÖ", "<b>", "x" * 5000, "%00%00", "12"])
def test_an_odd_country_never_breaks_the_page(client, nasty):
    assert "Get support" in page(client, f"?country={nasty}")


def test_every_way_is_a_link_and_a_number_to_read(client):
    for code in ("AU", "GB", "US", "IE", "ZZ"):
        for line in (*panel(code).lines, *panel(code).directory):
            for way in line.ways:
                assert re.match(r"tel:\+?\d+$|sms:\+?\d+$|https://[\w.-]+", way.url)


def test_it_promises_no_watching(client):
    assert "Nobody watches this service live" in page(client)


@pytest.mark.parametrize(
    ("accepted", "region"),
    [("en-GB,en;q=0.9", "GB"), ("de", ""), ("zh-Hant-TW", "TW"), ("", ""), ("*", "")],
)
def test_a_region_is_read_from_the_languages(accepted, region):
    assert country_of_languages(accepted) == region
