"""The peer django-hordak posting the same transfers, as its documentation says: `account.transfer_to` in a transaction.

A program of its own, since a Django process has one set of installed apps:
`python -m bench.hordak prepare|count SECONDS PROCESSES`, the database in DATABASE_URL. `count` prints transfers a second.
"""

import multiprocessing
import os
import random
import sys
import time
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

import django
import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

DATABASE = "hordak"
BOXES = 110
READY_SECONDS_MAX = 120
PROVIDER = "provider"


def main(arguments: list[str]) -> None:
    """Do what the command line says."""
    if arguments[0] == "prepare":
        _create_database()
        _start()
        _prepare()
        return
    seconds, processes = float(arguments[1]), int(arguments[2])
    print(_count(seconds, processes) / seconds)


def _count(seconds: float, processes: int) -> int:
    """Post with so many processes that begin together; answers how many transfers all posted."""
    spawn = multiprocessing.get_context("spawn")
    together, counts = spawn.Barrier(processes), spawn.SimpleQueue()
    posting = [spawn.Process(target=_post, args=(seconds, seed, together, counts)) for seed in range(processes)]
    for each in posting:
        each.start()
    for each in posting:
        each.join()
    if any(each.exitcode for each in posting):
        raise RuntimeError("a process that posts failed")
    return sum(counts.get() for _ in posting)


def _create_database() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def _start() -> None:
    found = conninfo_to_dict(os.environ["DATABASE_URL"])
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": DATABASE,
                "USER": found["user"],
                "PASSWORD": found.get("password", ""),
                "HOST": found["host"],
                "PORT": found["port"],
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DEFAULT_CURRENCY="KRW",
        HORDAK_INTERNAL_CURRENCY="KRW",
        HORDAK_CURRENCIES=["KRW"],
        HORDAK_DECIMAL_PLACES=0,
        USE_TZ=True,
    )
    django.setup()


def _prepare() -> None:
    from django.core.management import call_command
    from hordak.models import Account

    call_command("migrate", verbosity=0)
    kind = Account.TYPES
    Account.objects.create(name=PROVIDER, code="0", type=kind.asset, currencies=["KRW"])
    for number in range(1, BOXES + 1):
        Account.objects.create(name=f"box {number}", code=str(number), type=kind.liability, currencies=["KRW"])


def _post(seconds: float, seed: int, together: Barrier, counts: "SimpleQueue[int]") -> None:
    """Once all are ready, post transfers from the provider's account to boxes for so long, and say how many."""
    _start()
    from django.db import transaction
    from hordak.models import Account
    from moneyed import Money

    provider = Account.objects.get(name=PROVIDER)
    boxes = list(Account.objects.exclude(name=PROVIDER))
    chance, done = random.Random(seed), 0
    together.wait(READY_SECONDS_MAX)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction.atomic():
            chance.choice(boxes).transfer_to(provider, Money(chance.randrange(100, 10_000), "KRW"))
        done += 1
    counts.put(done)


if __name__ == "__main__":
    main(sys.argv[1:])
