"""Transactional outbox: `emit` tells news in the transaction that makes it true; the wiring says what follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dure.base import clock, ids
from dure.kit import tx

CHANNEL = "dure_news"
type Reaction = Callable[[Any, UUID], None]


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


@dataclass(slots=True)
class Wiring:
    """Which actions follow which news. A reaction takes (news, news_id) and must be safe to run again."""

    _reactions: dict[str, dict[str, Reaction]] = field(default_factory=dict)
    _types: dict[str, type] = field(default_factory=dict)

    def on(self, news_type: type, *reactions: Reaction) -> None:
        """After `news_type`, run each of `reactions` in a transaction of its own."""
        kind = kind_of(news_type)
        self._types[kind] = news_type
        named = self._reactions.setdefault(kind, {})
        for reaction in reactions:
            name = f"{reaction.__module__}.{getattr(reaction, '__qualname__', reaction)}"
            if name in named:
                raise ValueError(f"{name} is wired twice to {kind}")
            named[name] = reaction

    def names(self, kind: str) -> tuple[str, ...]:
        """Names of the reactions to `kind`, in the order they were wired."""
        return tuple(self._reactions.get(kind, ()))

    def kinds(self) -> tuple[str, ...]:
        """All kinds that something follows."""
        return tuple(self._reactions)

    def run(self, kind: str, name: str, body: object, news_id: UUID) -> None:
        """Run one reaction on one piece of news."""
        self._reactions[kind][name](msgspec.convert(body, self._types[kind]), news_id)
