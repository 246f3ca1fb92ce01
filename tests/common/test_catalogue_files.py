"""The reference files hold together: ids resolve, sources stand, nothing is dropped."""

from collections import Counter

import pytest

from careplan.common.catalogue import (
    helplines,
    lifestyle,
    medicine_rules,
    medicines,
    side_effects,
    therapies,
)
from careplan.common.catalogue.rows import CatalogueError, Meta, build

MEDICINES = {row.id for row in medicines.all_medicines()}
CONDITIONS = {row.id for row in medicines.load().conditions}
EFFECTS = {row.id for row in side_effects.all_side_effects()}
RULES = medicine_rules.load()
TAGS = {row.id for row in RULES.tags}
FILES = [medicines, medicine_rules, side_effects, therapies, lifestyle, helplines]


@pytest.mark.parametrize("module", FILES, ids=lambda module: module.__name__)
def test_every_file_says_its_version_licences_and_sources(module):
    meta = module.load().meta

    assert meta.version
    assert meta.licences
    assert meta.sources


def test_an_unknown_key_is_refused_and_not_dropped():
    row = {"title": "t", "version": "1", "status": "draft", "licences": {}}
    row |= {"notes": [], "sources": [], "surprise": 1}

    with pytest.raises(CatalogueError, match="unknown surprise"):
        build(Meta, row, where="meta")


@pytest.mark.parametrize(
    ("row", "says"),
    [({"title": "t"}, "missing"), ([], "an object"), ({"title": None}, "empty|None")],
)
def test_a_row_of_the_wrong_shape_is_refused(row, says):
    with pytest.raises(CatalogueError, match=says):
        build(Meta, row, where="meta")


@pytest.mark.parametrize("row", medicines.all_medicines(), ids=lambda row: row.id)
def test_everything_a_medicine_points_to_exists_and_it_names_its_sources(row):
    uses = {use.condition for use in (*row.uses.labelled, *row.uses.other)}

    assert uses <= CONDITIONS
    assert set(row.tags) <= TAGS
    assert set(row.side_effects) <= EFFECTS
    assert set(row.monitoring) <= {rule.id for rule in RULES.monitoring}
    assert set(row.interactions) <= {rule.id for rule in RULES.interactions}
    assert set(row.boxed_warnings) <= {rule.id for rule in RULES.boxed_warnings}
    assert row.sources
    assert row.discontinuation_risk in {"low", "medium", "high"}


@pytest.mark.parametrize("row", side_effects.all_side_effects(), ids=lambda r: r.id)
def test_everything_a_side_effect_points_to_exists(row):
    assert all(row.typical_with)
    assert row.level in {"routine", "urgent", "emergency"}
    assert row.sources
    for step in row.escalate_when:
        assert set(step.medicines) <= MEDICINES
        assert set(step.tags) <= TAGS
        assert set(step.with_items) <= EFFECTS


@pytest.mark.parametrize("row", side_effects.clusters(), ids=lambda row: row.id)
def test_everything_a_cluster_points_to_exists(row):
    grouped = {item for group in row.all_groups for item in group}
    raised = set(row.escalate_to.with_items) if row.escalate_to else set()

    assert set(row.any_of) | grouped | set(row.count_of) | raised <= EFFECTS
    assert set(row.requires_medicine_tags) <= TAGS
    assert row.sources


def test_there_are_as_many_rows_as_the_clinical_design_says():
    levels = Counter(row.level for row in side_effects.all_side_effects())

    assert levels == {"emergency": 17, "urgent": 18, "routine": 52}
    assert len(side_effects.clusters()) == 9
    assert len(therapies.all_therapies()) == 20
    assert len(therapies.homework_forms()) == 35
    assert len(lifestyle.practices()) == 6


@pytest.mark.parametrize(
    "row",
    [
        *RULES.monitoring,
        *RULES.interactions,
        *RULES.washout,
        *RULES.restart_alerts,
        *RULES.titration_facts,
        *RULES.taper_principles,
        *RULES.boxed_warnings,
    ],
    ids=lambda row: row.id,
)
def test_every_medicine_rule_names_its_source(row):
    assert row.source


def test_medicine_rules_name_known_medicines_and_tags():
    for rule in RULES.interactions:
        assert set(rule.a_medicines) <= MEDICINES
        assert {*rule.a_tags, *rule.b_tags} <= TAGS
        assert rule.severity in {"contraindicated", "major", "moderate", "info"}
    for gap in RULES.washout:
        assert set(gap.stopped_medicines) <= MEDICINES
        assert set(gap.stopped_tags) <= TAGS
    assert {row.medicine for row in RULES.restart_alerts} <= MEDICINES
    for facts in RULES.titration_facts:
        assert set(facts.medicines) <= MEDICINES


@pytest.mark.parametrize("row", therapies.all_therapies(), ids=lambda row: row.id)
def test_everything_a_therapy_points_to_exists(row):
    forms = {form.id for form in therapies.homework_forms()}

    assert set(row.homework) <= forms
    assert {line.condition for line in row.conditions} <= CONDITIONS
    assert set(row.trackers) <= {practice.id for practice in lifestyle.practices()}
    assert row.sources


@pytest.mark.parametrize(
    "rows",
    [
        medicines.all_medicines(),
        side_effects.all_side_effects(),
        therapies.all_therapies(),
        therapies.homework_forms(),
        helplines.load().countries,
    ],
)
def test_ids_are_used_once(rows):
    assert len({row.id for row in rows}) == len(rows)


def test_search_words_belong_to_known_side_effects():
    words = side_effects.words()

    assert set(words.also_called) <= EFFECTS
    assert set(words.general_list) <= EFFECTS
    assert words.licence
    assert words.source
