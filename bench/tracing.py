"""How long does a query take, from the second officer's yes to the last person told? `python -m bench.tracing --guests 500`.

The three parties run as `dure demo` brings them: three processes with three databases and their workers, speaking over HTTP.
One place, two hours of yesterday, so many guests among twice as many who agreed. Measured is what officers wait for: log, rows,
shares, opening, handles made anew, warnings queued, counts back.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from dure.kit import database
from dure.site import boot, parties, serving

GUESTS: Final = 500
SECONDS_MAX: Final = 60
START_SECONDS_MAX: Final = 300
ROOT: Final = Path(__file__).resolve().parents[1]
VENUE: Final = UUID(int=4_711)
FIRST_HOUR: Final = 9
DURE: Final = [sys.executable, "-c", "from dure.site.cli import main; main()"]


def main() -> None:
    """Bring the parties, write the guests, ask, and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--guests", type=int, default=GUESTS)
    asked.add_argument("--seed", choices=parties.ROLES, help=argparse.SUPPRESS)
    asked.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    said = asked.parse_args()
    if said.seed:
        boot.prepare(any_party=True)
        SEEDS[said.seed](said.folder, said.guests)
        return
    with tempfile.TemporaryDirectory(prefix="dure-tracing.") as there:
        _measure(Path(there), said.guests)


def _measure(there: Path, guests: int) -> None:
    var = there / "var"
    town = _town(var)
    try:
        for role, part in ((parties.AUTHORITY, "keys"), (parties.IDENTITY, "people"), (parties.VISITS, "rows")):
            _say(f"{role}: {part}")
            _seed(role, var, there, guests)
        _say(f"asking for {guests} guests in two hours")
        found = json.loads(_seed("ask", var, there, guests))
    finally:
        town.send_signal(signal.SIGINT)
        town.wait(60)
        database.stop(var / "pg")
    print(
        f"{found['seconds']:.2f} s from the second officer's yes to {found['told']} people told (at most {SECONDS_MAX})"
    )
    if found["seconds"] > SECONDS_MAX or found["told"] != -(-guests // 5) * 5:
        raise SystemExit(1)


def _town(var: Path) -> "subprocess.Popen[bytes]":
    port = serving.first_free("127.0.0.1", 8_400)
    log = var.with_name("log")
    with log.open("w") as out:
        town = subprocess.Popen(
            [*DURE, "demo", "--no-twins", "--port", str(port)],
            env=_environment(var, parties.IDENTITY),
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + START_SECONDS_MAX
    while log.read_text().count("of QR check-in is ready") < 2:
        if town.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(log.read_text())
        time.sleep(0.5)
    return town


def _environment(var: Path, role: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DATABASE_", "PG"))}
    return clean | {"DURE_VAR": str(var), "DURE_ENV_FILE": "", "DURE_DEMO": "1", "DURE_ROLE": role}


def _seed(role: str, var: Path, there: Path, guests: int) -> str:
    command = [sys.executable, "-m", "bench.tracing", "--seed", parties.AUTHORITY if role == "ask" else role]
    folder = there / "ask" if role == "ask" else there
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [*command, "--folder", str(folder), "--guests", str(guests)],
        env=_environment(var, parties.AUTHORITY if role == "ask" else role),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.strip().rpartition("\n")[2]


def _yesterday() -> Any:
    from dure.base import clock
    from dure.services.checkin.rules import calendar
    from dure.services.checkin.types import Epoch

    return Epoch(calendar.epoch_of(clock.now()) - 1)


def _keys(role: str) -> dict[str, str]:
    """This party's keys of yesterday; their public halves."""
    from dure.base.actors import system
    from dure.foundations.vault import actions, queries
    from dure.foundations.vault.types import KeyUse
    from dure.kit import tx
    from dure.services.checkin.rules import days
    from dure.services.checkin.types import Party

    found: dict[str, str] = {}
    for key in days.KEYS[Party(role)]:
        if key.days < 28:
            continue
        name = days.key_name(Party(role), key.purpose, _yesterday())
        with tx.durable():
            actions.make_key(system("bench"), name, days.ends_on(key, _yesterday()), key.use)
        if key.use is KeyUse.LETTERS:
            found[key.purpose] = queries.public_half(name).hex()
    return found


def _seed_authority(folder: Path, guests: int) -> None:
    if folder.name == "ask":
        _ask(guests)
        return
    (folder / "authority.json").write_text(json.dumps(_keys(parties.AUTHORITY)))


def _seed_identity(folder: Path, guests: int) -> None:
    """Twice as many people agreed as were there; the handles of those who were, sealed."""
    from dure.foundations.people import actions, demo, queries
    from dure.foundations.people.types import Origin
    from dure.kit import seals, tx
    from dure.services.checkin.queries import days as keys
    from dure.services.checkin.rules import consent, days, issuing
    from dure.services.checkin.types import Party

    halves = _keys(parties.IDENTITY)
    persons = demo.crowd(2 * guests, lambda _count: None)
    for start in range(0, len(persons), 100):
        with tx.durable():
            for person in persons[start : start + 100]:
                text = consent.CONSENT
                actions.give_consent(queries.actor(person), text.purpose, text.version, Origin(face="demo"))
    secret = keys.secret(Party.IDENTITY, days.HANDLES, _yesterday())
    to = bytes.fromhex(json.loads((folder / "authority.json").read_text())["authority"])
    context = issuing.sealing_context(_yesterday())
    sealed = [
        seals.seal_to(to, context, issuing.handle_of(secret, _yesterday(), person.bytes)).hex()
        for person in persons[:guests]
    ]
    (folder / "identity.json").write_text(json.dumps({"halves": halves, "sealed": sealed}))


def _seed_visits(folder: Path, guests: int) -> None:
    """Four half hours at one place, as the visit party writes them."""
    from django.db import connection

    from dure.foundations.vault import queries as vault
    from dure.kit import seals
    from dure.services.checkin.rules import buckets, scopes, seeds
    from dure.services.checkin.types import Bucket, HalfHour, Hour, Party, VenueId, Visit

    epoch, venue = _yesterday(), VenueId(VENUE)
    given = json.loads((folder / "identity.json").read_text())
    halves = {
        Party.IDENTITY: bytes.fromhex(given["halves"]["shares"]),
        Party.VISITS: bytes.fromhex(_keys(parties.VISITS)["shares"]),
        Party.AUTHORITY: bytes.fromhex(json.loads((folder / "authority.json").read_text())["shares"]),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT checkin_lay_day(%s)", [epoch])
        for part in range(4):
            hour, half = Hour(epoch, venue, FIRST_HOUR + part // 2), HalfHour(epoch, 2 * FIRST_HOUR + part)
            visits = {
                os.urandom(16): Visit(Bucket(epoch, venue, half.number), bytes.fromhex(each))
                for each in given["sealed"][part::4]
            }
            seed = seeds.fresh(hour, part % 2, os.urandom)
            rows = buckets.written(visits, half, {hour: seed}, os.urandom(32))
            deal = vault.dealt(scopes.seed_context(hour, part % 2), seed.secret)
            kept = seeds.kept(
                seed,
                deal,
                lambda party, context, share: seals.seal_to(halves[party], context, vault.written_share(share)),
            )
            cursor.executemany(
                "INSERT INTO checkin_visit (epoch, id, venue, number, part, body) VALUES (%s, %s, %s, %s, %s, %s)",
                [(row.epoch, UUID(bytes=row.id), row.venue, row.number, row.part, row.body) for row in rows],
            )
            cursor.execute(
                "INSERT INTO checkin_seed VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [epoch, venue, hour.hour, kept.part, *kept.shares, kept.commitments],
            )


def _ask(guests: int) -> None:
    """As two officers do, and wait as they do."""
    from procrastinate.contrib.django import app

    from dure.base import ids
    from dure.foundations.people import queries as people
    from dure.services.checkin.types import LegalBasis, QueryState
    from dure.services.checkin.types.offices import AskedQuery

    actions = import_module("dure.services.checkin.actions.authority")
    queries = import_module("dure.services.checkin.queries.authority")
    demo = import_module("dure.services.checkin.demo.authority")
    one, other = (people.actor(sample.id) for sample in demo.OFFICERS)
    asked = AskedQuery("2026-감염-0001", LegalBasis.INVESTIGATION, VENUE, "측정", _yesterday(), FIRST_HOUR, 2)
    query = actions.file(one, asked, key=ids.new().hex)
    started = time.monotonic()
    actions.approve(other, query)
    app.configure_task("checkin.pursue_one").defer(query=str(query))
    while queries.query(query).state is not QueryState.TOLD and time.monotonic() - started < 2 * SECONDS_MAX:
        time.sleep(0.05)
    seconds, row = time.monotonic() - started, queries.row(query)
    print(json.dumps({"seconds": seconds, "told": row.told or 0, "trouble": row.trouble}))


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr)


SEEDS: Final[dict[str, Callable[[Path, int], None]]] = {
    parties.AUTHORITY: _seed_authority,
    parties.IDENTITY: _seed_identity,
    parties.VISITS: _seed_visits,
}

if __name__ == "__main__":
    main()
