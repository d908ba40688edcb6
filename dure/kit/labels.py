"""What a table and its columns are called in the admin. The names are given in the `admin` rooms, where people read them."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django_stubs_ext import StrOrPromise


def label(model: type[Model], one: StrOrPromise, many: StrOrPromise, columns: Mapping[str, StrOrPromise]) -> None:
    """Call `model` and its columns so. Shown only: neither the table nor its migrations know of it."""
    model._meta.verbose_name = one  # noqa: SLF001 - the public name of what Django keeps there
    model._meta.verbose_name_plural = many  # noqa: SLF001 - the public name of what Django keeps there
    for name, words in columns.items():
        model._meta.get_field(name).verbose_name = words  # type: ignore[union-attr]  # noqa: SLF001 - the public name of what Django keeps there


def label_codes(model: type[Model], columns: Mapping[str, Mapping[Any, str | Promise]]) -> None:
    """Show words instead of the codes in these columns, in lists, filters and single rows. Shown only: the table and its
    migrations go on with the codes.
    """
    for name, words in columns.items():
        field = model._meta.get_field(name)  # noqa: SLF001 - the public name of what Django keeps there
        kind = type(field)
        shown = {
            "__module__": kind.__module__,
            "__qualname__": kind.__qualname__,  # a migration finds the class by its own name
            "flatchoices": [(str(code), said) for code, said in words.items()],
        }
        field.__class__ = type(kind.__name__, (kind,), shown)


def label_house(name: str, words: StrOrPromise) -> None:
    """Call the tables of this house together so."""
    apps.get_app_config(name).verbose_name = words
