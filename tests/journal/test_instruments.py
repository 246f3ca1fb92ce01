"""Measures as data: licences (J29), files that agree, adding one without code."""

import json

import pytest

from careplan.common.catalogue import therapies
from careplan.common.catalogue.rows import CatalogueError
from journal import instruments, scoring

SHIPPED = list(instruments.all_instruments().values())
NEW = {
    "id": "mine",
    "name": "Two questions of our own",
    "version": "1",
    "kind": "own_form",
    "languages": ["en"],
    "validated": False,
    "disclaimer": "Own wording.",
    "licence": "Original text.",
    "licence_source": "this project",
    "attribution": "us",
    "permitted_use": "free",
    "recall_period": "today",
    "instructions": None,
    "stem": None,
    "options": [{"value": 0, "text": "No"}, {"value": 1, "text": "Yes"}],
    "items": [
        {"id": "mine_1", "number": 1, "text": "One?"},
        {"id": "mine_2", "number": 2, "text": "Two?"},
    ],
    "items_ref": [],
    "functional_item": None,
    "scoring": {"method": "sum", "text": "Sum of 2."},
    "range": [0, 2],
    "bands": [
        {"min": 0, "max": 0, "label": "none"},
        {"min": 1, "max": 2, "label": "some"},
    ],
    "cutoffs": [],
    "safety_items": [{"item": "mine_2", "at_least": 1}],
    "rules": [],
    "codes": {"loinc_panel": None, "loinc_total": None},
    "sources": ["this project"],
    "verified": [],
    "review": {"status": "draft", "reviewed_by": None, "reviewed_on": None},
}


def load(folder, **changes):
    row = NEW | changes
    (folder / "mine.json").write_text(json.dumps(row))
    return instruments.load_folder(folder)


def test_adding_an_instrument_needs_no_code(tmp_path):
    mine = load(tmp_path)["mine"]

    found = scoring.score(mine, [0, 1])

    assert (found.total, found.band, found.opens_safety_flow) == (1, "some", True)


def test_a_new_short_form_may_borrow_shipped_items(tmp_path):
    mine = load(tmp_path, items=[], items_ref=["gad7_1", "phq9_9"], safety_items=[])[
        "mine"
    ]

    assert [item.text[:15] for item in mine.items] == [
        "Feeling nervous",
        "Thoughts that y",
    ]


@pytest.mark.parametrize(
    "field", ["licence", "licence_source", "attribution", "permitted_use"]
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_j29_a_file_without_a_licence_is_refused(tmp_path, field, value):
    with pytest.raises(instruments.InstrumentRefused, match=field):
        load(tmp_path, **{field: value})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "other"},
        {"items": []},
        {"items": NEW["items"][::-1]},
        {"items_ref": ["phq9_1"]},
        {"items": [], "items_ref": ["nowhere_1"]},
        {"scoring": {"method": "guess", "text": ""}},
        {"range": None},
        {"range": [0, 3]},
        {"bands": [{"min": 1, "max": 2, "label": "gap"}]},
        {"options": []},
        {"languages": []},
        {"safety_items": [{"item": "nowhere", "at_least": 1}]},
        {"surprise": 1},
    ],
    ids=str,
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path, changes):
    with pytest.raises(CatalogueError):
        load(tmp_path, **changes)


@pytest.mark.parametrize("row", SHIPPED, ids=lambda row: row.id)
def test_j29_every_shipped_instrument_carries_licence_source_and_use(row):
    assert row.licence
    assert row.licence_source
    assert row.permitted_use
    assert row.sources
    assert row.languages
    assert row.version
    assert row.validated or row.disclaimer


def test_what_is_shipped_and_what_waits_for_a_licence():
    assert set(instruments.all_instruments()) >= {
        *("phq9", "phq2", "gad7", "gad2", "pcl5"),
        *("side_effect_burden", "adherence_check", "withdrawal_check"),
        *("high_mood_check", "safety_follow_up"),
    }
    waiting = {slot.id for slot in instruments.slots()}
    assert {"who5", "audit_c", "isi", "bdi2"} <= waiting
    assert not waiting & set(instruments.all_instruments())


def test_no_code_is_shipped_that_was_not_read_in_a_source():
    codes = {row.id: row.codes for row in SHIPPED}

    assert codes["phq9"].loinc_total == "44261-6"
    assert codes["gad7"].loinc_panel == "69737-5"
    assert codes["gad7"].loinc_total == "70274-6"
    for name in ("phq2", "gad2", "pcl5"):
        assert codes[name] == instruments.LoincCodes(None, None)


def test_item_9_is_last_and_the_functional_item_is_no_item():
    phq9 = instruments.instrument("phq9")

    assert phq9.items[-1].text.startswith("Thoughts that you would be better off dead")
    assert phq9.functional_item.id not in {item.id for item in phq9.items}


def test_the_measures_a_therapy_suggests_are_shipped():
    named = {name for row in therapies.all_therapies() for name in row.measures}

    assert named <= set(instruments.all_instruments())
