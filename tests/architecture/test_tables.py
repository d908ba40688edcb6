"""Tables are private and foreign keys point down: also those that name their table in a string."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from tests.architecture import town
from tests.architecture.town import Finding

ORDER = ("services", "impact", "channels", "ledger", "people", "places", "vault", "kit")  # .importlinter says the same


def place(model: type[models.Model]) -> tuple[str, str]:
    """(house, its step in ORDER) of a table of ours; ("", "") for tables of others."""
    parts = model.__module__.split(".")
    if parts[0] != "dure":
        return "", ""
    if parts[1] in ("services", "foundations"):
        return parts[2], "services" if parts[1] == "services" else parts[2]
    return parts[1], parts[1]


def links() -> Iterator[tuple[str, type[models.Model], models.Field[object, object], type[models.Model]]]:
    """(`app.Model.field`, table, field, the table it points to) for every link between two houses."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            target = field.related_model
            if not isinstance(field, models.Field) or not isinstance(target, type) or not place(target)[0]:
                continue
            if place(model)[0] and place(model)[0] != place(target)[0]:
                yield f"{model._meta.label}.{field.name}", model, field, target


def test_foreign_keys_point_down_a_floor_and_never_sideways() -> None:
    def findings() -> Iterator[Finding]:
        for name, model, _field, target in links():
            if ORDER.index(place(model)[1]) >= ORDER.index(place(target)[1]):
                yield Finding(name, f"points to {target._meta.label}, which is not below")

    town.settle("link-down", findings())


def test_a_link_between_houses_protects_what_it_points_to_and_leaves_no_name_there() -> None:
    def findings() -> Iterator[Finding]:
        for name, _model, field, _target in links():
            relation = field.remote_field
            if getattr(relation, "related_name", None) != "+":
                yield Finding(name, 'needs related_name="+": the lower house does not know who points to it')
            if getattr(relation, "on_delete", None) is not models.PROTECT:
                yield Finding(name, "needs on_delete=PROTECT")

    town.settle("link-shape", findings())


def test_tables_have_no_behaviour() -> None:
    """Columns, constraints, indexes: no method but __str__ and what Django's log-in asks of an account."""
    allowed = {"__str__", "create_user", "create_superuser"}

    def findings() -> Iterator[Finding]:
        for source in town.code():
            if source.room == "models":
                for name, _function in source.functions:
                    if "." in name and name.rpartition(".")[2] not in allowed:
                        yield Finding(f"{source.name}:{name}", "behaviour belongs to rules, queries or actions")

    town.settle("plain-tables", findings())
