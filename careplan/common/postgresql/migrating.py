"""Making tables from nothing in seconds rather than in half a minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState


@contextmanager
def indexes_added_in_place() -> Iterator[None]:
    """Note a new index or constraint on its model alone, while migrations run.

    Django renders the model again for each, and with it all models related to it.
    Here every model is related to every other through the patient, so that its way
    takes three times as long. An index changes no field and no relation: to put it
    on the model's options is enough.
    """
    djangos = ProjectState._append_option
    ProjectState._append_option = _append  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState._append_option = djangos  # type: ignore[method-assign]


def _append(
    state: ProjectState, app_label: str, model_name: str, option_name: str, option: Any
) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], option]
    if "apps" in state.__dict__:  # else nothing has been rendered yet
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), option])
