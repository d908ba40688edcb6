"""The web server: django-bolt's own, in this process, without its access log and banner."""

import errno
import gc
import os
import socket
from typing import Any

from dure.base.refusals import Refusal

BACKLOG_MAX = 1024  # connections that may wait for a free server
KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS_MAX = 10  # requests in flight may take so long after SIGTERM
PORTS_TRIED_MAX = 20
GARBAGE_THRESHOLDS = (50_000, 20, 100)  # new objects, young rounds, old rounds: fewer and shorter pauses


class PortTaken(Refusal):
    """Something else listens on the port. Stop it, or choose another port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"Port {self.port} is taken by another program: stop that one, or choose another with --port."


class CannotListen(Refusal):
    """The address is not one of this machine, or the port is not for this user. Choose another with --host or --port."""

    host: str
    port: int
    why: str

    def __str__(self) -> str:
        return f"Cannot listen on {self.host} port {self.port}: {self.why}. Choose another with --host and --port."


def run(host: str, port: int, slot: int) -> None:
    """Serve until SIGTERM. Several slots share one port."""
    os.environ["PGAPPNAME"] = "dure serve"
    os.environ["DJANGO_BOLT_REUSE_PORT"] = "1"
    os.environ["DJANGO_BOLT_PROCESS_ID"] = str(slot)
    os.environ.setdefault("DJANGO_BOLT_SHUTDOWN_TIMEOUT", str(DRAIN_SECONDS_MAX))
    from django_bolt.management.commands.runbolt import Command

    _settle_memory()
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "processes": 1,
        "workers": 1,
        "backlog": BACKLOG_MAX,
        "keep_alive": KEEP_ALIVE_SECONDS,
        "no_admin": True,  # the admin comes over the bridge like every page
        "dev": False,
    }
    Command().start_single_process(options, process_id=slot)


def _settle_memory() -> None:
    """What is loaded now stays: the collector need not look through it again and again while people wait."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens on the port. Asked before, because servers that share a port would share it with strangers.

    Raises CannotListen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise CannotListen(host=host, port=port, why=error.strerror or str(error)) from error
    return True


def demand_free(host: str, port: int) -> int:
    """The port, or PortTaken."""
    if not is_free(host, port):
        raise PortTaken(host=host, port=port)
    return port


def first_free(host: str, port: int) -> int:
    """`port`, else the next free one after it. Raises PortTaken when PORTS_TRIED_MAX in a row are taken."""
    for tried in range(port, min(port + PORTS_TRIED_MAX, 65_536)):
        if is_free(host, tried):
            return tried
    raise PortTaken(host=host, port=port)


def answers(host: str, port: int) -> bool:
    """Whether a server answers on the port now."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((host.strip("[]"), port), timeout=1) as line:
            line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in line.recv(64)
    except OSError:
        return False
