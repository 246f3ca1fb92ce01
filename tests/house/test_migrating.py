"""Indexes noted in place leave the models as Django's own way would."""

from django.db import models
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.state import ProjectState

from careplan.common.postgresql.migrating import indexes_added_in_place

INDEX = models.Index(fields=["size"], name="by_size")
RULE = models.CheckConstraint(condition=models.Q(size__gt=0), name="has_a_size")
STEPS = (
    CreateModel("Leaf", [("id", models.BigAutoField(primary_key=True)),
                         ("size", models.IntegerField())]),
    AddIndex("leaf", INDEX),
    AddConstraint("leaf", RULE),
)  # fmt: skip


def test_indexes_and_constraints_are_on_the_state_and_on_the_rendered_model():
    with indexes_added_in_place():
        ours = _walk()
    assert ours.models["garden", "leaf"] == _walk().models["garden", "leaf"]
    meta = ours.apps.get_model("garden", "leaf")._meta
    assert meta.indexes == [INDEX]
    assert meta.constraints == [RULE]


def test_an_earlier_state_does_not_change():
    with indexes_added_in_place():
        state = _walk()
        earlier = state.clone()
        AddIndex(
            "leaf", models.Index(fields=["-size"], name="by_size_down")
        ).state_forwards("garden", state)
    assert earlier.models["garden", "leaf"].options["indexes"] == [INDEX]


def test_djangos_own_way_is_back_afterwards():
    before = ProjectState._append_option
    with indexes_added_in_place():
        assert ProjectState._append_option is not before
    assert ProjectState._append_option is before


def _walk():
    state = ProjectState()
    for step in STEPS:
        step.state_forwards("garden", state)
        state.apps  # noqa: B018 - rendering is what this is about
    return state
