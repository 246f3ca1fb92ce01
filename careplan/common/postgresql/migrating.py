"""Making tables from nothing in seconds rather than in half a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.models import Field


@contextmanager
def noted_in_place() -> Iterator[None]:
    """Note what is new on its own model alone, while migrations run.

    Django renders the model again for each new field, index or constraint, and with it
    all models related to it. Here every model is related to every other through the
    patient, so that its way takes ten times as long.
    """
    ours = {"add_model": _model, "add_field": _field, "_append_option": _append}
    djangos = {name: getattr(ProjectState, name) for name in ours}
    _put(ours)
    try:
        yield
    finally:
        _put(djangos)


def _put(ways: dict[str, Any]) -> None:
    for name, way in ways.items():
        setattr(ProjectState, name, way)


_add_model, _add_field = ProjectState.add_model, ProjectState.add_field


def _model(state: ProjectState, model: ModelState) -> None:
    rendered = state.__dict__.pop("apps", None)  # so that Django's own way renders none
    _add_model(state, model)
    if rendered is not None:
        _lead_to(rendered, state)
        model.render(rendered)


def _field(
    state: ProjectState, app_label: str, model_name: str, name: str, *rest: Any
) -> None:
    rendered = state.__dict__.pop("apps", None)
    _add_field(state, app_label, model_name, name, *rest)
    if rendered is not None:
        _lead_to(rendered, state)
        field: Field[Any, Any] = state.models[app_label, model_name].fields[name]
        field.clone().contribute_to_class(
            rendered.get_model(app_label, model_name), name
        )
        rendered.clear_cache()


def _lead_to(rendered: StateApps, state: ProjectState) -> None:
    """Let the models find each other here, the new ones too.

    A state before this step shares them and so knows a little of what comes next.
    `is_delayed` says so: Django renders it anew before it runs any Python of ours.
    """
    for model in rendered.get_models(include_auto_created=True, include_swapped=True):
        model._meta.apps = rendered
    state.apps = rendered
    state.is_delayed = True


def _append(
    state: ProjectState, app_label: str, model_name: str, option_name: str, option: Any
) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], option]
    if "apps" in state.__dict__:  # else nothing has been rendered yet
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), option])
