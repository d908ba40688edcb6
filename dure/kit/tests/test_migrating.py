"""What a migration renders anew: what it changed, and whatever points to it; the classes then know each other."""

import pytest
from django.db import models
from django.db.migrations.operations import AddField, CreateModel
from django.db.migrations.state import ProjectState

from dure.kit import migrating


def model(name: str, **fields: models.Field) -> CreateModel:  # type: ignore[type-arg]  # whatever fields a test names
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def key(to: str) -> models.Field:  # type: ignore[type-arg]  # the same
    return models.ForeignKey(to, models.CASCADE, related_name="+")


@pytest.fixture
def town() -> ProjectState:
    """Two houses lean on a person, a room on one of the houses; rendered."""
    state = ProjectState()
    for operation in (
        model("Person"),
        model("House", owner=key("t.Person")),
        model("Shed", owner=key("t.Person")),
        model("Room", house=key("t.House"), beside=models.ForeignKey("self", models.CASCADE, null=True)),
        CreateModel("Hall", [], bases=("t.room",)),
    ):
        operation.state_forwards("t", state)
    assert state.apps
    return state


def rendered(town: ProjectState) -> dict[str, type[models.Model]]:
    return {one.__name__: one for one in town.apps.get_models()}


def test_what_points_to_a_changed_model_is_rendered_with_it_and_nothing_else(town: ProjectState) -> None:
    before = rendered(town)
    AddField("house", "name", models.CharField(max_length=10, default="")).state_forwards("t", town)
    after = rendered(town)
    assert {name for name, one in after.items() if one is not before[name]} == {"House", "Room", "Hall"}
    assert after["Room"]._meta.get_field("house").related_model is after["House"]
    assert after["House"]._meta.get_field("owner").related_model is after["Person"]
    assert issubclass(after["Hall"], after["Room"])
    assert after["Room"]._meta.get_field("beside").related_model is after["Room"]


def test_a_new_model_and_a_new_relation_render_themselves_alone(town: ProjectState) -> None:
    before = rendered(town)
    model("Guest", of=key("t.House")).state_forwards("t", town)
    AddField("shed", "near", key("t.House")).state_forwards("t", town)
    after = rendered(town)
    assert {name for name, one in after.items() if one is not before.get(name)} == {"Guest", "Shed"}
    assert after["Guest"]._meta.get_field("of").related_model is after["House"]


def test_the_model_that_all_lean_on_takes_all_along(town: ProjectState) -> None:
    assert migrating._to_reload(town, "t", "person") == {
        ("t", name) for name in ("person", "house", "shed", "room", "hall")
    }


def test_it_is_how_this_process_migrates() -> None:
    assert ProjectState._find_reload_model is migrating._to_reload  # type: ignore[attr-defined]  # stubs leave it out
