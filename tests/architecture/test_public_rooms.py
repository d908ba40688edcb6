"""What other houses see: types, queries, actions; frozen values only; an actor first."""

import ast
import collections.abc
import dataclasses
import enum
import importlib
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from dure.base.refusals import Refusal
from dure.foundations.people.types import Actor
from tests.architecture import town
from tests.architecture.town import Finding

PLAIN = (int, str, bool, bytes, float, UUID, date, datetime, time, timedelta, Path, type(None))
HOLDERS = (tuple, frozenset)
READ_ONLY = (
    collections.abc.Sequence,
    collections.abc.Iterable,
    collections.abc.Iterator,
    collections.abc.Generator,
    collections.abc.Collection,
    collections.abc.Mapping,
    collections.abc.Set,
    collections.abc.Awaitable,
    collections.abc.Coroutine,
)


def public_functions(room: str) -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public function that a house's room offers, as (`file:name`, function)."""
    for house in town.houses():
        package = ".".join(house.relative_to(town.ROOT).parts)
        if not ((house / f"{room}.py").exists() or (house / room / "__init__.py").exists()):
            continue
        module = importlib.import_module(f"{package}.{room}")
        for name, thing in sorted(vars(module).items()):
            function = inspect.unwrap(thing) if callable(thing) else thing
            if (
                inspect.isfunction(function)
                and not name.startswith("_")
                and function.__module__.startswith(module.__name__)
            ):
                yield f"{function.__module__.replace('.', '/')}.py:{name}", function


def unfrozen(kind: object) -> Iterator[str]:
    """What in the type `kind` must not cross between houses, in words; nothing when all of it is frozen."""
    if isinstance(kind, typing.TypeAliasType):
        yield from unfrozen(kind.__value__)
        return
    if isinstance(kind, typing.NewType):
        yield from unfrozen(kind.__supertype__)
        return
    if isinstance(kind, typing.TypeVar | typing.ParamSpec) or kind in (..., typing.Any, object):
        if kind is typing.Any:
            yield "Any"
        return
    origin = typing.get_origin(kind)
    if origin in (typing.Literal, typing.Annotated):
        if origin is typing.Annotated:
            yield from unfrozen(typing.get_args(kind)[0])
        return
    if origin in (typing.Union, types.UnionType) or origin in HOLDERS or origin in READ_ONLY:
        for inner in typing.get_args(kind):
            yield from unfrozen(inner)
        return
    if origin in (collections.abc.Callable, type):
        return
    yield from _unfrozen_class(origin or kind)


def _unfrozen_class(kind: object) -> Iterator[str]:
    if not isinstance(kind, type):
        yield f"{kind}"
    elif issubclass(kind, Model | QuerySet):
        yield f"{kind.__name__}: a table stays in its house"
    elif issubclass(kind, HttpRequest | HttpResponse):
        yield f"{kind.__name__}: requests stay in the face"
    elif issubclass(kind, dict | list | set | bytearray):
        yield f"{kind.__name__} can be changed by whoever gets it; give a frozen value, a tuple or a frozenset"
    elif dataclasses.is_dataclass(kind):
        if not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # undocumented but stable
            yield f"{kind.__name__} is a dataclass that is not frozen"
    elif issubclass(kind, msgspec.Struct):
        if not kind.__struct_config__.frozen:
            yield f"{kind.__name__} is a struct that is not frozen"
    elif not issubclass(kind, (*PLAIN, *HOLDERS, *READ_ONLY, enum.Enum, Refusal)):
        yield f"{kind.__module__}.{kind.__qualname__} is not known as frozen"


def test_only_frozen_values_leave_a_house() -> None:
    def findings() -> Iterator[Finding]:
        for room in ("queries", "actions"):
            for where, function in public_functions(room):
                hints = typing.get_type_hints(function, include_extras=True)
                for problem in unfrozen(hints.get("return", type(None))):
                    yield Finding(where, f"answers {problem}")

    town.settle("frozen-answer", findings())


def test_only_frozen_values_enter_a_house() -> None:
    def findings() -> Iterator[Finding]:
        for room in ("queries", "actions"):
            for where, function in public_functions(room):
                for name, kind in typing.get_type_hints(function, include_extras=True).items():
                    if name != "return":
                        yield from (Finding(where, f"takes {name}: {problem}") for problem in unfrozen(kind))

    town.settle("frozen-parameter", findings())


def test_the_first_argument_of_an_action_is_who_acts() -> None:
    def findings() -> Iterator[Finding]:
        for where, function in public_functions("actions"):
            first = next(iter(inspect.signature(function).parameters), "")
            if first != "by" or typing.get_type_hints(function).get("by") is not Actor:
                yield Finding(where, "takes `by: Actor` first, so that no face can forget who acts")

    town.settle("actor-first", findings())


def test_every_public_function_says_what_it_does() -> None:
    def findings() -> Iterator[Finding]:
        for room in ("queries", "actions"):
            yield from (
                Finding(where, "no docstring") for where, function in public_functions(room) if not function.__doc__
            )

    town.settle("docstring", findings())


def test_other_houses_see_only_the_public_rooms() -> None:
    """A house above imports `types`, `queries`, `actions` of a foundation (its hot room: also `hot`), and nothing else."""

    def findings() -> Iterator[Finding]:
        for source in town.code():
            if source.room in ("", "apps"):
                continue  # site mounts faces, reads cards and runs checks; kit and base cannot see houses
            own = ".".join(source.parts[:3])
            # A hot room meets hot rooms; the sample town of a house is built on that of the houses below.
            allowed = {*town.PUBLIC, source.room} if source.room in ("hot", "demo") else set(town.PUBLIC)
            for imported in _imported_rooms(source):
                if not imported.startswith(own) and imported.split(".")[3:4] and imported.split(".")[3] not in allowed:
                    yield Finding(source.name, f"imports {imported}; public are {', '.join(sorted(allowed))}")

    town.settle("public-rooms", findings())


def _imported_rooms(source: town.Source) -> Iterator[str]:
    """Dotted names of the houses' rooms that a file imports."""
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names if _is_house(node.module))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _is_house(alias.name))


def _is_house(module: str) -> bool:
    return module.startswith(("dure.foundations.", "dure.services."))


@dataclasses.dataclass
class _Loose:
    name: str


@dataclasses.dataclass(frozen=True)
class _Firm:
    name: str


def test_the_frozen_check_tells_frozen_from_loose() -> None:
    for good in (int, _Firm, tuple[_Firm, ...], _Firm | None, collections.abc.Sequence[UUID], enum.StrEnum, Actor):
        assert not list(unfrozen(good)), good
    for bad in (
        _Loose,
        dict[str, int],
        list[_Firm],
        tuple[_Loose, ...],
        Model,
        QuerySet[Model],
        HttpRequest,
        typing.Any,
    ):
        assert list(unfrozen(bad)), bad
