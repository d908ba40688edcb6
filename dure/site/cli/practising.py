"""The twins a demo brings along: providers and a dealer to practise with, on this machine only, while the demo runs.

Their ports and books are kept under var/twins, so that a demo that is started again goes on where it was.
"""

import json
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from dure.base import clock
from dure.kit.twins import LoopbackTwin, Server, line_at, origin_of
from dure.kit.twins.asking import TwinAsked
from dure.site import supervision
from dure.site.cli.twin import PORT, SECRET, make
from dure.site.config import Config

PORTS_TRIED_MAX = 20
LOOPBACK = ("127.0.0.1", "localhost", "::1")
WORDS = {
    "toss": "Toss Payments",
    "kakaopay": "KakaoPay",
    "solapi": "SOLAPI",
    "telephone": "a telephone",
    "weather": "the weather authority",
}
PAID = ("toss", "kakaopay")  # where one can pay
HOOKS = {  # KakaoPay has none
    "toss": "/pay/hooks/toss/",
    "solapi": "/channels/hooks/solapi/",
    "telephone": "/broadcast/calls/",
}
FIELDS = (
    "1:health,2:livestock,3:aquaculture,4:farming,5:industry,6:transport"  # all but the first made up, for its twin
)
CALLED = "031-000-0100"  # of no telephone: calls are made at the twin
SENDER = "0212345678"  # a number that the twin of SOLAPI knows as registered


@dataclass(frozen=True, slots=True)
class Practice:
    """One twin that has a line and does not answer yet."""

    name: str
    line: socket.socket
    books: Path
    hooks: str

    @property
    def origin(self) -> str:
        return origin_of(self.line)

    def part(self) -> supervision.Part:
        return supervision.Part(f"twin of {WORDS[self.name]}", partial(_serve, self))


def bring(settings: Config, host: str, port: int, say: Callable[[str], None]) -> tuple[Practice, ...]:
    """Give every twin a port and the settings of this process their addresses, unless a provider is set up already.

    Who looks on from another machine could not reach them: there the sandbox has to do.
    """
    if host not in LOOPBACK:
        return ()
    directory = settings.var / "twins"
    directory.mkdir(parents=True, exist_ok=True)
    here = f"http://{'[::1]' if ':' in host else '127.0.0.1'}:{port}"
    found: list[Practice] = []
    for name, (key, address, own) in _settings(settings).items():
        if own:
            continue
        line = _line(_remembered(directory).get(name, PORT))
        if line is None:
            say(f"No port is free for the twin of {WORDS[name]}: {_left_out(name)} is left out.")
            continue
        hooks = f"{here}{HOOKS[name]}" if name in HOOKS else ""
        found.append(Practice(name, line, directory / f"{name}.json", hooks))
        os.environ |= {key: SECRET, address: found[-1].origin}
    for toss in (one for one in found if one.name == "toss"):
        os.environ |= {"DURE_TOSS_ACCOUNTS": "1", "DURE_TOSS_BILLING_PAGE": f"{toss.origin}/billing"}
    if any(one.name == "solapi" for one in found):
        os.environ |= {"DURE_SOLAPI_KEY": "demo", "DURE_SOLAPI_SENDER": SENDER, "DURE_SOLAPI_HOOK_SECRET": SECRET}
    if any(one.name == "telephone" for one in found):
        os.environ["DURE_TELEPHONE_NUMBER"] = CALLED
    for weather in (one for one in found if one.name == "weather"):
        os.environ["DURE_WEATHER_FIELDS"] = FIELDS
        if not (settings.disaster_key or settings.disaster_url):  # the same twin stands in for the ministry
            os.environ |= {"DURE_DISASTER_KEY": SECRET, "DURE_DISASTER_URL": weather.origin}
    ports = {one.name: one.line.getsockname()[1] for one in found}
    (directory / "ports.json").write_text(json.dumps(_remembered(directory) | ports), encoding="utf-8")
    return tuple(found)


def parts(brought: Sequence[Practice]) -> tuple[supervision.Part, ...]:
    """What the supervisor of the demo looks after."""
    return tuple(one.part() for one in brought)


def _settings(config: Config) -> dict[str, tuple[str, str, bool]]:
    """For each twin: the settings of its key and address, and whether whoever runs the demo has set it up otherwise."""
    return {
        "toss": ("DURE_TOSS_SECRET_KEY", "DURE_TOSS_URL", bool(config.toss_secret_key or config.toss_url)),
        "kakaopay": (
            "DURE_KAKAOPAY_SECRET_KEY",
            "DURE_KAKAOPAY_URL",
            bool(config.kakaopay_secret_key or config.kakaopay_url),
        ),
        "solapi": ("DURE_SOLAPI_SECRET", "DURE_SOLAPI_URL", bool(config.solapi_key or config.solapi_url)),
        "telephone": (
            "DURE_TELEPHONE_SECRET",
            "DURE_TELEPHONE_URL",
            bool(config.telephone_secret or config.telephone_url),
        ),
        "weather": ("DURE_WEATHER_KEY", "DURE_WEATHER_URL", bool(config.weather_key or config.weather_url)),
    }


def _left_out(name: str) -> str:
    if name == "weather":
        return "asking for forecasts"
    if name == "telephone":
        return "calling the village broadcast"
    return f"paying by {WORDS[name]}" if name in PAID else "sending text messages"


def _line(wanted: int) -> socket.socket | None:
    for port in (wanted, *range(PORT, PORT + PORTS_TRIED_MAX), 0):
        try:
            return line_at(port)
        except (OSError, OverflowError):
            continue
    return None


def _remembered(directory: Path) -> dict[str, int]:
    """The ports of the last time: who was sent to a provider then still comes back from it."""
    try:
        said = json.loads((directory / "ports.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): port for name, port in said.items() if isinstance(port, int)} if isinstance(said, dict) else {}


def opened(one: Practice) -> LoopbackTwin:
    """The twin with its books of the last time; what cannot be read of them is put aside, not thrown away."""
    asked = TwinAsked(secret=SECRET, file=one.books, hooks=one.hooks)
    try:
        return make(one.name, asked)
    except msgspec.MsgspecError:
        one.books.rename(one.books.with_suffix(f".{clock.now():%Y%m%d%H%M%S}.aside"))
        return make(one.name, asked)


def _serve(one: Practice) -> None:
    """Be the twin until SIGTERM."""
    server = Server(opened(one), one.line)
    signal.signal(signal.SIGTERM, lambda *heard: server.end())
    server.serve()
