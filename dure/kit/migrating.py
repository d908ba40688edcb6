"""Migrations on an empty database without rendering everything anew at every step.

Whenever a migration touches a model, Django renders it again as a class, and with it all models that are related to it in
either direction, directly or not. Nearly everything here is related to `people.Person`, so each of six hundred steps rendered
dozens of models: most of the time of a first start. What has to be rendered anew is the model itself and whatever points to
it, directly or not, for their fields hold the old class; what it points to itself stays as it is
(docs/decisions/199-migrations-render-what-changed.md).
"""

from collections.abc import Iterator

from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import resolve_relation

__all__ = ["render_less"]

type Key = tuple[str, str]  # label of the app, name of the model in small letters


def render_less() -> None:
    """From now on migrations of this process render what changed, and what points to it."""
    ProjectState._find_reload_model = _to_reload  # type: ignore[attr-defined]  # noqa: SLF001  # Django has no seam for it; stubs leave it out


def _to_reload(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
    """The model and every model that leads to it. `delay` is Django's way to save some of it; there is nothing left to save."""
    found: set[Key] = {(app_label, model_name)}
    rest = {key: set(_points_to(state)) for key, state in self.models.items() if key not in found}
    while more := {key for key, pointed in rest.items() if pointed & found}:
        found |= more
        rest = {key: pointed for key, pointed in rest.items() if key not in more}
    return found


def _points_to(state: ModelState) -> Iterator[Key]:
    """The models that a model's fields and bases name."""
    for field in state.fields.values():
        remote = getattr(field, "remote_field", None)
        for model in (getattr(remote, "model", None), getattr(remote, "through", None)):
            if model is not None:
                yield resolve_relation(model, state.app_label, state.name_lower)
    for base in state.bases:
        if isinstance(base, str):
            yield resolve_relation(base, state.app_label, state.name_lower)
