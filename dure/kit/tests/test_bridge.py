"""The bridge, with a small WSGI application behind it and the real server's core in front."""

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django_bolt import BoltAPI
from django_bolt.testing import TestClient

from dure.kit import bridge


class Streamed:
    """An answer that comes piece by piece, as Django's StreamingHttpResponse."""

    streaming = True

    def __init__(self, pieces: list[bytes], fails: bool = False):
        self.pieces, self.fails, self.closed = pieces, fails, threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.fails:
            raise ValueError("the file vanished")

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def serve():
    """serve(wsgi) -> a client whose every request reaches `wsgi` over the bridge."""
    clients = []

    def make(wsgi, **bounds):
        api = BoltAPI(enable_logging=False, compression=False)
        api.mount_asgi("/", bridge.Bridge(wsgi, **bounds))
        client = TestClient(api, base_url="http://localhost", read_django_settings=False).__enter__()
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.__exit__(None, None, None)


def test_a_request_arrives_whole(serve):
    seen: dict[str, Any] = {}

    def wsgi(environ, start):
        seen.update(environ, body=environ["wsgi.input"].read())
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    answer = serve(wsgi).post(
        "/길/%EA%B0%80%2525?q=%EB%82%98&x=1",
        content=b"a=1",
        headers=[
            ("X-Thing", "one"),
            ("X-Thing", "two"),
            ("X_Thing", "forged"),
            ("Content-Type", "text/x"),
            ("Cookie", "a=b"),
        ],
    )
    assert answer.text == "ok"
    assert seen["REQUEST_METHOD"] == "POST"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/길/가%25"
    assert seen["QUERY_STRING"] == "q=%EB%82%98&x=1"
    assert seen["HTTP_X_THING"] in ("one,two", "two")  # the server's core may keep the last one only
    assert "forged" not in seen["HTTP_X_THING"]
    assert seen["CONTENT_TYPE"] == "text/x"
    assert seen["CONTENT_LENGTH"] == "3"
    assert seen["HTTP_COOKIE"] == "a=b"
    assert seen["body"] == b"a=1"


def test_an_answer_leaves_whole(serve):
    def wsgi(environ, start):
        start("418 Teapot", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Word", "caf\xe9")])
        return [b"\x00\xff", b"end"]

    answer = serve(wsgi).get("/")
    assert answer.status_code == 418
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.content == b"\x00\xffend"


def test_a_large_body_arrives_and_a_too_large_one_is_refused(serve, settings):
    def wsgi(environ, start):
        start("200 OK", [])
        return [hashlib.sha256(environ["wsgi.input"].read()).hexdigest().encode()]

    settings.BOLT_MAX_UPLOAD_SIZE = 3 * 1024 * 1024
    client = serve(wsgi)
    body = b"x" * (2 * 1024 * 1024)
    assert client.post("/", content=body).text == hashlib.sha256(body).hexdigest()
    assert client.post("/", content=body * 2).status_code == 413


def test_a_stream_comes_in_order_and_is_closed(serve):
    made = Streamed([b"one ", b"", b"two ", b"three"])

    def wsgi(environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return made

    assert serve(wsgi).get("/").text == "one two three"
    assert made.closed.wait(5)


def test_a_slow_reader_keeps_no_page_from_anybody():
    def wsgi(environ, start):
        start("200 OK", [])
        return Streamed([b"one", b"two"]) if environ["PATH_INFO"] == "/slow" else [b"page"]

    async def ask(served, path, send):
        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"method": "GET", "path": path, "query_string": b"", "headers": []}
        await served(scope, receive, send)

    async def both():
        served, read_on, said = bridge.Bridge(wsgi, threads=1), asyncio.Event(), []

        async def slowly(message):
            said.append(message)
            await read_on.wait()

        async def at_once(message):
            said.append(message)

        slow = asyncio.create_task(ask(served, "/slow", slowly))
        while not said:
            await asyncio.sleep(0.01)
        await asyncio.wait_for(ask(served, "/page", at_once), 5)
        assert said[-1]["body"] == b"page"
        read_on.set()
        await slow

    asyncio.run(both())


def test_a_crash_is_a_500_and_the_next_page_works(serve):
    crashes = iter([True, False])

    def wsgi(environ, start):
        if next(crashes):
            raise ValueError("bug")
        start("200 OK", [])
        return [b"ok"]

    client = serve(wsgi)
    assert client.get("/").status_code == 500
    assert client.get("/").text == "ok"


def test_too_many_pages_at_once_are_refused_at_once(serve, monkeypatch):
    monkeypatch.setattr(bridge, "PAGES_WAITING_MAX", 2)
    go = threading.Event()
    inside = threading.Barrier(3)

    def wsgi(environ, start):
        inside.wait(10)
        go.wait(10)
        start("200 OK", [])
        return [b"ok"]

    client = serve(wsgi)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(client.get("/").status_code)) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    refused = client.get("/")
    go.set()
    for thread in threads:
        thread.join()
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert answers == [200, 200]


def test_the_pages_of_the_site_come_over_it(api_client):
    answer = api_client.get("/about/")
    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]
    assert "content-security-policy" in answer.headers
    head = api_client.head("/about/")
    assert head.status_code == 200
    assert head.content == b""
