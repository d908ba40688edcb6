"""Whom what was sent has reached, and whom not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from dure.base import clock
from dure.foundations.channels.types import SendingId
from dure.foundations.people.types import PersonId
from dure.kit import sqlfiles

__all__ = ["unreached"]

HOUSE = "dure.foundations.channels"


def unreached(sendings: Sequence[UUID]) -> Mapping[SendingId, frozenset[PersonId]]:
    """Who has nothing of these sendings but a line in the inbox that was not opened: they wait still, or were stopped, or their
    time was over before their telephone might ring. Who could be reached by nothing else is not among them.
    """
    found = defaultdict[SendingId, set[PersonId]](set)
    asked: dict[str, Any] = {"sendings": list(sendings), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "unreached").text, asked)
        for sending, person in cursor.fetchall():
            found[SendingId(sending)].add(PersonId(person))
    return {sending: frozenset(persons) for sending, persons in found.items()}
