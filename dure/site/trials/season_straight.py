"""The same days straight into the table of proofs: for measuring the settlement alone. Nothing of HTTP is tried by it."""

import random
from collections.abc import Callable
from uuid import UUID

import psycopg

from dure.base import ids
from dure.site import boot

from .season_days import EVENING, Told, kept_on
from .season_town import Ground, moment

_PROOFS = (
    """COPY pledges_proof (id, pledge_id, day, state, text, number, picture, print, sent_at, why, appeal) FROM STDIN"""
)


def fill(ground: Ground, days: int, chance: random.Random, passed: Callable[[], None]) -> Told:
    """Write who kept which of `days` days."""
    told = Told()
    with psycopg.connect(boot.keeper_url()) as connection, connection.cursor() as cursor:
        for day in range(1, days + 1):
            kept, now = list(kept_on(ground, day, chance)), moment(day, EVENING)
            with cursor.copy(_PROOFS.encode()) as copy:
                for proof, who in zip(ids.new_many(len(kept)), kept, strict=True):
                    told.proved[who] = told.proved.get(who, 0) | 1 << day
                    pledge = ground.joined[who].pledge
                    copy.write_row((UUID(bytes=proof), pledge, day, "counts", "모의", None, "", "", now, "", ""))
            passed()
    return told
