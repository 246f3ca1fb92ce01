"""Helplines: shown only when verified or confirmed; emergency number always."""

from datetime import date

import pytest

from careplan.common.catalogue import helplines

TODAY = date(2026, 11, 21)


def shown(code, confirmed=None):
    panel = helplines.panel(code, confirmed=confirmed or {})
    return {line.id for line in panel.lines}


def test_a_verified_helpline_is_shown():
    assert shown("us") == {"us_988"}


def test_an_unverified_helpline_waits_for_the_operator():
    assert "gb_shout" not in shown("GB")
    assert "gb_shout" in shown("GB", {"gb_shout": TODAY})


def test_of_a_partly_verified_helpline_only_the_verified_contact_is_shown():
    panel = helplines.panel("AU", confirmed={})
    lifeline = next(line for line in panel.lines if line.id == "au_lifeline")

    assert [contact.type for contact in lifeline.contacts] == ["call"]


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("DE", ("112",)), ("PL", ("112",)), ("GB", ("999",)), ("ZZ", ()), ("", ())],
)
def test_the_emergency_number_and_the_directory_are_always_there(code, numbers):
    panel = helplines.panel(code, confirmed={})

    assert panel.emergency_numbers == numbers
    assert panel.directory


def test_every_country_but_nowhere_has_an_emergency_number():
    for row in helplines.load().countries:
        assert row.emergency_numbers or row.country_code == helplines.ANYWHERE


def test_a_helpline_is_checked_again_after_half_a_year():
    def due(checked):
        rows = helplines.due_for_checking("US", confirmed=checked, today=TODAY)
        return {row.id for row in rows}

    assert "us_988" in due({})
    assert "us_988" in due({"us_988": date(2026, 5, 1)})
    assert "us_988" not in due({"us_988": date(2026, 6, 1)})
