"""Transactional outbox: `emit` tells news in the transaction that makes it true; the wiring says what follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dure.base import clock, ids
from dure.kit import tx

CHANNEL = "dure_news"
type Told = tuple[Any, UUID]  # news and its id
type Reaction = Callable[[Any, UUID], None]
type JointReaction = Callable[[Sequence[Told]], None]


def kind_of(news_type: type) -> str:
    """How a type of news is called in the outbox: house and name, `giving.GiftReceived`."""
    rooms = news_type.__module__.split(".")  # dure.<floor>.<house>.types, or a package of that name
    house = rooms[2] if rooms[1:2] in (["foundations"], ["services"]) else rooms[-2]
    return f"{house}.{news_type.__name__}"


def emit(news: object) -> UUID:
    """Tell `news` (a frozen value named by a past participle) when and only when this transaction commits."""
    tx.demand()
    news_id = ids.new()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_news (id, kind, body, at, fanned_out) VALUES (%s, %s, %s, %s, false)",
            [news_id, kind_of(type(news)), msgspec.json.encode(news).decode(), clock.now()],
        )
        cursor.execute(f"NOTIFY {CHANNEL}")
    return news_id


def emit_many(told: Sequence[object]) -> tuple[UUID, ...]:
    """Tell all of `told`, in this order, when and only when this transaction commits: what `emit` does, in one statement."""
    tx.demand()
    if not told:
        return ()
    news_ids = tuple(UUID(bytes=one) for one in ids.new_many(len(told)))
    bodies = [msgspec.json.encode(news).decode() for news in told]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_news (id, kind, body, at, fanned_out) SELECT one.id, one.kind, one.body::jsonb, %s, false"
            " FROM unnest(%s::uuid[], %s::text[], %s::text[]) WITH ORDINALITY AS one (id, kind, body, number)"
            " ORDER BY one.number",
            [clock.now(), list(news_ids), [kind_of(type(news)) for news in told], bodies],
        )
        cursor.execute(f"NOTIFY {CHANNEL}")
    return news_ids


@dataclass(frozen=True, slots=True)
class _Wired:
    """A reaction: how it takes a list of news, and whether the list may be longer than one."""

    run: JointReaction
    joint: bool


@dataclass(slots=True)
class Wiring:
    """Which actions follow which news. A reaction takes (news, news_id) and must be safe to run again."""

    _reactions: dict[str, dict[str, _Wired]] = field(default_factory=dict)
    _types: dict[str, type] = field(default_factory=dict)

    def on(self, news_type: type, *reactions: Reaction) -> None:
        """After `news_type`, run each of `reactions` in a transaction of its own."""
        for reaction in reactions:
            self._wire(news_type, reaction, _Wired(_one_by_one(reaction), joint=False))

    def on_many(self, news_type: type, reaction: JointReaction) -> None:
        """After `news_type`, run `reaction` with all such news that waits, each with its id, in one transaction.

        For news that comes by the thousand. If that fails, each is tried by itself.
        """
        self._wire(news_type, reaction, _Wired(reaction, joint=True))

    def names(self, kind: str) -> tuple[str, ...]:
        """Names of the reactions to `kind`, in the order they were wired."""
        return tuple(self._reactions.get(kind, ()))

    def kinds(self) -> tuple[str, ...]:
        """All kinds that something follows."""
        return tuple(self._reactions)

    def takes_many(self, kind: str, name: str) -> bool:
        """Whether the reaction takes several news at once. False for one that is wired no more."""
        wired = self._reactions.get(kind, {}).get(name)
        return wired is not None and wired.joint

    def run(self, kind: str, name: str, told: Sequence[tuple[str, UUID]]) -> None:
        """Run one reaction on news of one kind, given as JSON and id."""
        news_type = self._types[kind]
        self._reactions[kind][name].run([(msgspec.json.decode(body, type=news_type), news) for body, news in told])

    def _wire(self, news_type: type, reaction: Any, wired: _Wired) -> None:
        kind = kind_of(news_type)
        self._types[kind] = news_type
        named = self._reactions.setdefault(kind, {})
        name = f"{reaction.__module__}.{getattr(reaction, '__qualname__', reaction)}"
        if name in named:
            raise ValueError(f"{name} is wired twice to {kind}")
        named[name] = wired


def _one_by_one(reaction: Reaction) -> JointReaction:
    def each(told: Sequence[Told]) -> None:
        for news, news_id in told:
            reaction(news, news_id)

    return each
