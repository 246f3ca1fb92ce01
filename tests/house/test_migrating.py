"""What migrations note in place leaves the models as Django's own way would."""

from django.db import models
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
)
from django.db.migrations.state import ProjectState

from careplan.common.postgresql.migrating import noted_in_place

INDEX = models.Index(fields=["size"], name="by_size")
RULE = models.CheckConstraint(condition=models.Q(size__gt=0), name="has_a_size")
TREE = models.ForeignKey("garden.Tree", models.CASCADE, related_name="leaves")
STEPS = (
    CreateModel("Tree", [("id", models.BigAutoField(primary_key=True))]),
    CreateModel("Leaf", [("id", models.BigAutoField(primary_key=True)),
                         ("size", models.IntegerField())]),
    AddIndex("leaf", INDEX),
    AddConstraint("leaf", RULE),
    AddField("leaf", "tree", TREE),
    AddField("tree", "height", models.IntegerField(default=1), preserve_default=False),
    CreateModel("Root", [("id", models.BigAutoField(primary_key=True)),
                         ("tree", models.OneToOneField("garden.Tree", models.CASCADE))]),
)  # fmt: skip


def test_the_state_is_the_one_of_djangos_own_way():
    with noted_in_place():
        ours = _walk()
    assert ours == _walk()


def test_the_rendered_models_have_what_djangos_own_way_gives_them():
    with noted_in_place():
        ours = _walk()
    assert _told(ours) == _told(_walk())


def test_a_model_and_what_points_at_it_find_each_other():
    with noted_in_place():
        apps = _walk().apps
    tree, leaf = apps.get_model("garden", "tree"), apps.get_model("garden", "leaf")
    assert leaf._meta.get_field("tree").related_model is tree
    assert {one.name for one in tree._meta.related_objects} == {"leaves", "root"}


def test_an_earlier_state_does_not_change():
    with noted_in_place():
        state = _walk()
        earlier = state.clone()
        more = models.Index(fields=["-size"], name="by_size_down")
        AddIndex("leaf", more).state_forwards("garden", state)
        AddField("leaf", "hue", models.TextField()).state_forwards("garden", state)
    assert earlier.models["garden", "leaf"].options["indexes"] == [INDEX]
    assert "hue" not in earlier.models["garden", "leaf"].fields


def test_pythons_part_of_a_migration_sees_the_state_before_it():
    with noted_in_place():
        state = _walk()
        earlier = state.clone()
        AddField("leaf", "hue", models.TextField()).state_forwards("garden", state)
        earlier.clear_delayed_apps_cache()  # Django does so before it runs any
        leaf = earlier.apps.get_model("garden", "leaf")
    assert {field.name for field in leaf._meta.get_fields()} == {"id", "size", "tree"}


def test_djangos_own_way_is_back_afterwards():
    names = ("add_model", "add_field", "_append_option")
    before = [getattr(ProjectState, name) for name in names]
    with noted_in_place():
        assert not {getattr(ProjectState, name) for name in names} & set(before)
    assert [getattr(ProjectState, name) for name in names] == before


def _walk():
    state = ProjectState()
    for step in STEPS:
        step.state_forwards("garden", state)
        state.apps  # noqa: B018 - rendering is what this is about
    return state


def _told(state):
    return {
        model._meta.model_name: (
            [(f.name, type(f), f.has_default()) for f in model._meta.local_fields],
            sorted(field.name for field in model._meta.get_fields()),
            model._meta.indexes,
            model._meta.constraints,
        )
        for model in state.apps.get_models()
    }
