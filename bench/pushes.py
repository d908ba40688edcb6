"""How many pushes a second are sealed and sent? `python bench/pushes.py --rounds 3 --seconds 4`

Both sides seal for the same browsers and send to the same sink on this machine, from two processes each: Dure by its adapter,
in batches as its outbox cuts them, and pywebpush as its manual shows it, one call a message. For information pywebpush
is also given a session that keeps its connections. Client and sink share the machine's cores, so on a busy machine the
ratio and the time of the processor count, not the rate. Before it begins, the code of http-ece opens what ours has sealed.
"""

import argparse
import asyncio
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.measuring import Comparison, Side, Step, compare  # noqa: E402 - found beside this file also when run by itself

PROCESSES = 2
BROWSERS, BATCH = 500, 500
RATIO_MIN = 1.5
WANTED = 8_000
KEY = int.from_bytes(b"a key for benchmarks, 32 bytes..", "big")
TEXT = "오늘 저녁 일곱 시, 마을 회관에서 모입니다."
CONTACT = "mailto:bench@example.org"
SPAWN = multiprocessing.get_context("spawn")
_CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class Worked(NamedTuple):
    """What processes did together: messages taken, bytes that the memory of one grew at most, seconds of the processor."""

    taken: int
    grew: int
    processor: float


type Run = Callable[[int, float], Worked]  # (port, seconds)


def measure(rounds: int, seconds: float, step: Step) -> list[Comparison]:
    """Dure beside pywebpush, plainly used and with a session."""
    sides = {name: list[Worked]() for name in ("Dure", "pywebpush", "pywebpush with a session")}
    with sink() as port, workers(dure) as send, workers(pywebpush_plain) as peer, workers(pywebpush_session) as kept:
        runs = dict(zip(sides, (send, peer, kept), strict=True))
        for run in runs.values():
            run(port, 0.5)
        for number in range(1, rounds + 1):
            for name, run in runs.items():
                step(f"pushes by {name}, round {number}")
                sides[name].append(run(port, seconds))
    ours, plain, session = sides.values()
    side = Side(f"Dure, Web Push sealed and sent, {PROCESSES} processes", "/s", [one.taken / seconds for one in ours])
    theirs = Side("pywebpush, one call a message", "/s", [one.taken / seconds for one in plain])
    others = Side("pywebpush, a kept session", "/s", [one.taken / seconds for one in session])
    notes = {
        "reached_8_000_a_second": side.median >= WANTED,
        "processor_microseconds_a_push": [_microseconds(one) for one in (ours, plain, session)],
        "memory_grew_kilobytes_a_process": max(one.grew for one in ours) // 1024,
    }
    return [
        compare("pushes beside pywebpush", side, theirs, RATIO_MIN, notes),
        compare("pushes beside pywebpush with a session", side, others, None),
    ]


def _microseconds(worked: list[Worked]) -> int:
    return round(sum(one.processor for one in worked) / max(1, sum(one.taken for one in worked)) * 1e6)


@contextmanager
def sink() -> Iterator[int]:
    """A push service that takes everything; answers its port."""
    here, there = SPAWN.Pipe()
    child = SPAWN.Process(target=_serve, args=(there,), daemon=True)
    child.start()
    try:
        yield here.recv()
    finally:
        child.terminate()
        child.join()


class _Taker(asyncio.BufferedProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._read = bytearray()
        self._fresh = bytearray(16_384)

    def get_buffer(self, wanted: int) -> bytearray:
        return self._fresh

    def buffer_updated(self, count: int) -> None:
        self._read += memoryview(self._fresh)[:count]
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end]).lower()
            place = head.find(b"content-length: ")
            whole = end + 4 + int(head[place + 16 :].split(b"\r\n", 1)[0])
            if len(self._read) < whole:
                return
            if b"authorization: vapid" not in head or whole - end < 120:
                self._transport.abort()
                return
            del self._read[:whole]
            self._transport.write(_CREATED)


def _serve(line: Connection) -> None:
    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(_Taker, "127.0.0.1", 0, backlog=1024)
        line.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


@contextmanager
def workers(work: Callable[[Connection], None]) -> Iterator[Run]:
    """PROCESSES processes that do `work` when told, for as long as told."""
    lines = []
    for _ in range(PROCESSES):
        here, there = SPAWN.Pipe()
        child = SPAWN.Process(target=work, args=(there,), daemon=True)
        child.start()
        lines.append((here, child))

    def run(port: int, seconds: float) -> Worked:
        for here, _ in lines:
            here.send((port, seconds))
        told: list[Worked] = [here.recv() for here, _ in lines]
        return Worked(sum(one.taken for one in told), max(one.grew for one in told), sum(one.processor for one in told))

    try:
        yield run
    finally:
        for here, child in lines:
            here.send(None)
            child.join(10)
            if child.is_alive():
                child.terminate()


def _when_told(line: Connection, made: Callable[[int], Callable[[], int]]) -> None:
    """Repeat what `made` gives for a port until the time is over; say how many messages were taken and how memory grew."""
    ready: dict[int, Callable[[], int]] = {}
    own = psutil.Process()
    while (told := line.recv()) is not None:
        port, seconds = told
        once = ready.setdefault(port, made(port)) if port not in ready else ready[port]
        before, worked, ends, count = own.memory_info().rss, time.process_time(), time.perf_counter() + seconds, 0
        while time.perf_counter() < ends:
            count += once()
        line.send(Worked(count, max(0, own.memory_info().rss - before), time.process_time() - worked))


def dure(line: Connection) -> None:
    """Our adapter, as the outbox uses it."""
    os.environ.update(DURE_ENV_FILE="", DURE_VAR=str(ROOT / "var" / "bench"))
    from dure.site import boot

    boot.settle()
    from dure.base import clock, ids
    from dure.foundations.channels.providers import push, push_lines, push_sealing
    from dure.foundations.channels.types import AttemptState, Carriage, Purpose, PushSubscription, Route
    from dure.foundations.channels.types.content import text

    def made(port: int) -> Callable[[], int]:
        origin = f"http://127.0.0.1:{port}"
        dealer = push.WebPush(push_sealing.Voice(KEY, CONTACT, clock.now), (origin,), push_lines.Lines())
        crowd = [
            PushSubscription(ids.new(), ids.new(), f"{origin}/push/{number}", point, auth, "")  # type: ignore[arg-type]  # any person
            for number, (point, auth) in enumerate(_browsers())
        ]
        said = text(TEXT)
        numbers = iter(range(1_000_000_000))

        def once() -> int:
            until = clock.now() + timedelta(hours=1)
            batch = [
                Carriage(
                    key=f"bench-{os.getpid()}-{next(numbers)}",
                    route=Route.PUSH,
                    to=(one,),
                    content=said,
                    purpose=Purpose.INFO,
                    sender="예시 마을",
                    expires_at=until,
                )
                for one in crowd[:BATCH]
            ]
            return sum(outcome.state is AttemptState.ACCEPTED for outcome in dealer.carry(batch))

        _prove(push_sealing.seal)
        return once

    _when_told(line, made)


def _prove(seal: Callable[[bytes, bytes, bytes], bytes]) -> None:
    """What is measured is what a browser opens."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    own = ec.generate_private_key(ec.SECP256R1())
    point, auth = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), os.urandom(16)
    sealed = seal(b"opened by somebody else's code", point, auth)
    said = http_ece.decrypt(sealed, private_key=own, auth_secret=auth, version="aes128gcm")
    if said != b"opened by somebody else's code":
        raise RuntimeError("what was sealed cannot be opened")


def pywebpush_plain(line: Connection) -> None:
    """As its manual shows it."""
    _when_told(line, partial(_pywebpush, kept=False))


def pywebpush_session(line: Connection) -> None:
    """With a session of requests that keeps its connections."""
    _when_told(line, partial(_pywebpush, kept=True))


def _pywebpush(port: int, *, kept: bool) -> Callable[[], int]:
    import base64

    import msgspec
    import requests
    from py_vapid import Vapid
    from pywebpush import webpush

    def shown(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    crowd = [
        {"endpoint": f"http://127.0.0.1:{port}/push/{number}", "keys": {"p256dh": shown(point), "auth": shown(auth)}}
        for number, (point, auth) in enumerate(_browsers())
    ]
    vapid = Vapid.from_raw(base64.urlsafe_b64encode(KEY.to_bytes(32, "big")).rstrip(b"="))
    session = requests.Session() if kept else None
    said = {
        "title": "예시 마을",
        "body": "오늘 저녁 일곱 시, 마을 회관에서 모입니다.",
        "link": "",
        "tag": "x" * 32,
        "urgent": False,
    }
    plain = msgspec.json.encode(said)

    def once() -> int:
        good = 0
        for one in crowd[:50]:
            answer = webpush(
                one, plain, vapid_private_key=vapid, vapid_claims={"sub": CONTACT}, ttl=3600, requests_session=session
            )
            good += answer.status_code == 201
        return good

    return once


def _browsers() -> Sequence[tuple[bytes, bytes]]:
    """Keys of browsers, the same each time."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    keys = (ec.derive_private_key(KEY + number, ec.SECP256R1()).public_key() for number in range(1, BROWSERS + 1))
    return [
        (key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), bytes([n % 256] * 16))
        for n, key in enumerate(keys)
    ]


def main() -> int:
    """Run it and print the figures; answers 1 when the ratio is below its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    given = parser.parse_args()
    compared = measure(given.rounds, given.seconds, lambda what: print(what, file=sys.stderr))
    for each in compared:
        for side in (each.ours, each.theirs):
            print(f"{side.name}: {side.median:,.0f}/s  ({'  '.join(f'{one:,.0f}' for one in side.rounds)})")
        print(
            f"{each.name}: {each.ratio:.2f} x" + (f" (at least {each.least})" if each.least else ""), each.notes or ""
        )
    return 0 if all(each.holds for each in compared) else 1


if __name__ == "__main__":
    sys.exit(main())
