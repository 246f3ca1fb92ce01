"""Search as you type, and what a patient may read of draft reference (decisions 17)."""

from dataclasses import replace

import pytest

from careplan.common.catalogue import medicines, side_effects, therapies
from careplan.common.catalogue.rows import Review

APPROVED = Review(status="approved", reviewed_by="Dr Example")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sert", "sertraline"),
        ("SERTRALINE", "sertraline"),
        ("proz", "fluoxetine"),
        ("zol", "sertraline"),
        ("lithium", "lithium"),
    ],
)
def test_a_medicine_is_found_by_name_and_by_brand(typed, first):
    found = [row.id for row in medicines.search(typed)]

    assert first in found[:3]


def test_a_medicine_is_found_by_class():
    found = {row.id for row in medicines.search("ssri", limit=20)}

    assert {"sertraline", "citalopram", "fluoxetine"} <= found


@pytest.mark.parametrize("typed", ["", "   ", "qqqq", "%", "\x00"])
def test_nothing_typed_or_nothing_known_finds_nothing(typed):
    assert medicines.search(typed) == ()
    assert side_effects.search(typed) == ()


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("brain zaps", "electric_zaps"),
        ("shaky", "tremor"),
        ("throwing up", "vomiting"),
        ("diarrhea", "diarrhoea"),
        ("somnol", "drowsiness"),
        ("want to die", "suicidal"),
        ("my hands", "tremor"),
    ],
)
def test_a_side_effect_is_found_in_everyday_and_in_clinical_words(typed, item):
    assert item in [row.id for row in side_effects.search(typed)]


def test_the_side_effects_known_for_a_medicine_come_from_its_own_row():
    sertraline = medicines.medicine("sertraline")
    found = {row.id for row in side_effects.known_for(sertraline.side_effects)}

    assert "nausea" in found
    assert found == set(sertraline.side_effects)


def test_the_general_list_is_fixed_and_ends_with_thoughts_of_dying():
    ids = [row.id for row in side_effects.general_list()]

    assert ids[-1] == "suicidal"
    assert len(ids) == len(set(ids)) > 15


@pytest.mark.parametrize("row", medicines.all_medicines(), ids=lambda row: row.id)
def test_patients_never_see_an_unverified_figure_of_a_draft_row(row):
    shown = medicines.shown_to_patient(row)

    for part in ("dose", "half_life"):
        facts = getattr(shown, part)
        for name in type(facts).__dataclass_fields__:
            if name in {"unit", "per"} or f"{part}.{name}" in row.verified:
                continue
            assert getattr(facts, name) is None
    assert shown.washout is None or "washout" in row.verified


def test_a_verified_figure_keeps_its_unit():
    shown = medicines.shown_to_patient(medicines.medicine("sertraline"))

    assert (shown.dose.max, shown.dose.unit, shown.dose.per) == (200, "mg", "day")
    assert medicines.shown_to_patient(medicines.medicine("lithium")).dose.unit is None


def test_an_approved_row_is_shown_whole():
    row = replace(medicines.medicine("lithium"), review=APPROVED)

    assert medicines.shown_to_patient(row) is row


def test_draft_session_counts_stay_off_patient_pages():
    for row in therapies.all_therapies():
        shown = therapies.shown_to_patient(row)

        assert all(line.verified for line in (*shown.sessions, *shown.conditions))


def test_an_unnamed_source_is_no_evidence_on_file():
    for row in therapies.all_therapies():
        for line in row.conditions:
            if line.source == "reviews":
                assert therapies.evidence(row.id, line.condition) == ()
    assert therapies.evidence("act", "no such condition") == ()


def test_evidence_carries_the_named_source_and_its_year():
    (found,) = therapies.evidence("act", "depression")

    assert (found.source, found.year) == ("VA/DoD MDD 2022", 2022)
