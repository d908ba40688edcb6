"""The hot room posting gifts without a server around it, as django-hordak posts its transfers: a program of its own.

`python -m bench.room SECONDS LINES`, the town in DATABASE_URL and DURE_VAR, {"boxes": [...], "donors": [...]} on standard
input. Prints gifts a second. Each is asked for by `hot.give`, receipt and all, as the server does after it has read a request.
"""

import asyncio
import gc
import random
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from dure.site import boot, serving

if TYPE_CHECKING:
    from dure.services.giving.hot import NewGift

SEED = 20200302
READY_A_SECOND = 25_000  # made before the clock starts
AMOUNTS = (1_000, 2_000, 3_000, 5_000, 10_000)


class Town(msgspec.Struct, frozen=True):
    """Who gives, and where to."""

    boxes: list[UUID]
    donors: list[UUID]


type Wish = tuple[bytes, UUID, "NewGift", str]


def main(arguments: list[str]) -> None:
    """Do what the command line says."""
    seconds, lines = float(arguments[0]), int(arguments[1])
    town = msgspec.json.decode(sys.stdin.buffer.read(), type=Town)
    boot.prepare()
    boot.let_go()
    ready = list(islice(_wishes(town), int(READY_A_SECOND * (seconds + 1))))
    gc.collect()
    gc.freeze()
    gc.set_threshold(*serving.GARBAGE_THRESHOLDS)
    print(asyncio.run(_rate(iter(ready), seconds, lines)))


def _wishes(town: Town) -> Iterator[Wish]:
    from dure.base import ids
    from dure.base.actors import PersonId
    from dure.foundations.ledger import demo as wallet
    from dure.services.giving.hot import NewGift

    chance = random.Random(SEED)
    while True:
        donor, box, amount = chance.choice(town.donors), chance.choice(town.boxes), chance.choice(AMOUNTS)
        payment = ids.new()
        receipt = wallet.receipt(payment, box, PersonId(donor), amount)
        yield donor.bytes, box, NewGift(amount=amount, payment=receipt), payment.hex


async def _rate(wishes: Iterator[Wish], seconds: float, lines: int) -> float:
    """Gifts a second with so many givers, of whom each gives again as soon as the last gift is safe."""
    from dure.services.giving import hot

    async def give(until: float) -> int:
        count = 0
        while time.monotonic() < until:
            donor, box, new, key = next(wishes)
            await hot.give(donor, True, box, new, key)
            count += 1
        return count

    await asyncio.gather(*(give(time.monotonic() + 1) for _ in range(lines)))  # connections, plans
    began = time.monotonic()
    given = sum(await asyncio.gather(*(give(began + seconds) for _ in range(lines))))
    took = time.monotonic() - began
    await hot.close()
    return given / took


if __name__ == "__main__":
    main(sys.argv[1:])
