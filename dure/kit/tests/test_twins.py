"""The server of twins: who is killed in the middle of asking has asked nothing, and nobody hears of it."""

import socket
import struct
import threading
import time

import httpx
import pytest

from dure.kit.twins.clock import TwinClock
from dure.kit.twins.faults import FaultPlan
from dure.kit.twins.server import HOST, Answer, Asked, Server, json_answer
from dure.kit.twins.webhooks import WebhookSender

NO_LINGER = struct.pack("ii", 1, 0)  # closing resets the line at once, as the end of a killed process does
SECONDS_MAX = 5.0


class Counting:
    """A twin that counts what it was asked."""

    name = "counting"
    body_bytes_max = 100_000

    def __init__(self) -> None:
        self.clock, self.faults, self.lock = TwinClock(), FaultPlan(), threading.RLock()
        self.webhooks = WebhookSender(self.clock, self.faults, ())
        self.asked: list[bytes] = []

    def route(self, asked: Asked) -> str:
        return "ask"

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked.body)
        return json_answer(200, {})

    def error(self) -> Answer:
        return json_answer(500, {})

    def books(self) -> object:
        return len(self.asked)


@pytest.mark.parametrize(
    "half", [b"POST /a HTTP/1.1\r\nContent-Le", b"POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n1234"]
)
def test_half_a_request_of_a_killed_caller_is_none(half: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    twin = Counting()
    with Server(twin) as server:
        threads = threading.active_count()
        killed = socket.create_connection((HOST, int(server.origin.rpartition(":")[2])))
        killed.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        killed.sendall(half)
        deadline = time.monotonic() + SECONDS_MAX
        while threading.active_count() <= threads and time.monotonic() < deadline:
            time.sleep(0.01)
        killed.close()
        while threading.active_count() > threads and time.monotonic() < deadline:
            time.sleep(0.01)
        assert httpx.post(f"{server.origin}/a", content=b"whole", trust_env=False).status_code == 200
    assert twin.asked == [b"whole"]
    assert capfd.readouterr().err == ""
