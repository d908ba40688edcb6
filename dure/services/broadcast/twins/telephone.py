"""A twin of a gateway that takes calls: a telephone that a test, or a person, picks up.

What happens on it is posted to its hook, signed, in the order in which it happens; what is answered is what is heard. What
somebody says is kept at /recordings/ID.wav for whoever signs the address. Nothing is spoken aloud: a call shows the words and the
addresses of sounds.

POST /twin/calls `{"from": "+821012340001"}` calls, and answers `{"call": "c1"}`. GET /twin/calls/c1 is where it stands: `heard`
what was said so far, turn by turn, `then` what it waits for (`waiting`: for an answer). POST /twin/calls/c1/keys `{"keys": "1",
"played": 12.5}` presses keys (none: nothing was pressed in time), `played` being how much of the last sound was heard;
/twin/calls/c1/speech a WAV file as its body, /twin/calls/c1/hang-up. A call that is made to somebody (POST /calls, signed) rings
until /twin/calls/NAME/answer or /ignore. A text (POST /texts, signed) stands at GET
/twin/texts. GET / is a page with all of this, for a person.

Its faults are those of every twin: `twice` posts a thing twice, `withheld` never, and so on.
"""

import hashlib
import hmac
import io
import math
import struct
import wave
from collections.abc import Mapping
from html import escape
from typing import Any

import httpx
import msgspec
import structlog

from dure.kit.twins import Answer, Asked, Letter, Setting, Twin, json_answer, page_answer, redirect

HEADER, REFERENCE = "X-Dure-Signature", "Idempotency-Key"
CALLS, RECORDINGS, PLACED, PAGE = "/twin/calls", "/recordings/", "/calls", "/"
SENT, TEXTS = "/texts", "/twin/texts"
OK = 200
ANSWER_SECONDS_MAX = 20
RATE, TONE_SECONDS, TONE_HERTZ = 8_000, 3, 440
SKEW_SECONDS = 300
NUMBER = "+821000000001"
log = structlog.get_logger(__name__)


class Heard(msgspec.Struct):
    """What was answered to one thing that happened."""

    turn: int
    says: list[dict[str, str]]


class Line(msgspec.Struct):
    """One call."""

    caller: str
    turn: int = 0
    then: str = "waiting"
    seconds: int = 0
    keys_max: int = 0
    heard: list[Heard] = []
    posts: list[int] = []  # what each post was answered: statuses, 0 nothing


class Text(msgspec.Struct):
    """One text message."""

    to: str
    words: str


class Book(msgspec.Struct):
    calls: dict[str, Line] = {}
    texts: dict[str, Text] = {}
    recordings: dict[str, bytes] = {}


class TelephoneTwin(Twin[Book]):
    name = "telephone"
    body_bytes_max = 6_000_000

    def __init__(self, setting: Setting, hook: str = "") -> None:
        super().__init__(setting, Book(), self._post if hook else None)
        self._hook = hook

    def route(self, asked: Asked) -> str:
        routes = {PLACED: "calls", SENT: "texts"}
        return "recordings" if asked.path.startswith(RECORDINGS) else routes.get(asked.path, "")

    def error(self) -> Answer:
        return Answer(503, b"", {"Retry-After": "1"})

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith(RECORDINGS):
            return self._recording(asked)
        if (asked.method, asked.path) == ("POST", PLACED):
            return self._placed(asked)
        if (asked.method, asked.path) == ("POST", SENT):
            return self._sent(asked)
        if (asked.method, asked.path) == ("GET", TEXTS):
            return json_answer(200, self.book.texts)
        if asked.path == PAGE:
            return page_answer(200, self._page())
        if not asked.path.startswith(CALLS):
            return json_answer(404, {"message": "there is no such address"})
        said = asked.form if "form" in asked.headers.get("content-type", "") else asked.json() or {}
        answer = self._do(asked, said)
        return redirect(PAGE) if asked.query.get("page") and answer.status < 400 else answer

    def _do(self, asked: Asked, said: Mapping[str, Any]) -> Answer:
        rest = [part for part in asked.path.removeprefix(CALLS).split("/") if part]
        if asked.method == "POST" and not rest:
            return self._call(str(said.get("from", "")))
        line = self.book.calls.get(rest[0]) if rest else None
        if line is None or len(rest) > 2:
            return json_answer(404, {"message": "there is no such call"})
        match asked.method, rest[1:]:
            case "GET", []:
                return json_answer(200, line)
            case "POST", ["keys"]:
                played = float(said.get("played") or 0)
                return self._happens(rest[0], "keyed", keys=str(said.get("keys", "")), played=played)
            case "POST", ["answer"]:
                return self._picked_up(rest[0], "answered")
            case "POST", ["ignore"]:
                return self._picked_up(rest[0], "unanswered")
            case "POST", ["speech"]:
                return self._speaks(rest[0], asked)
            case "POST", ["hang-up"]:
                return self._happens(rest[0], "ended", played=float(said.get("played") or 0))
        return json_answer(404, {"message": "there is no such thing to do"})

    def _call(self, caller: str) -> Answer:
        name = f"c{len(self.book.calls) + 1}"
        self.book.calls[name] = Line(caller)
        self._tell(name, {"call": name, "event": "rang", "turn": 0, "from": caller})
        return self.kept(json_answer(201, {"call": name}))

    def _placed(self, asked: Asked) -> Answer:
        """A call that we are to make: it rings until somebody answers or ignores it. The same name again is the same call."""
        if not self._is_signed(asked, asked.body):
            return Answer(403)
        said = asked.json() or {}
        if not (said.get("call") and said.get("to")) or asked.headers.get(REFERENCE.lower()) != said["call"]:
            return json_answer(422, {"message": "call, to and the reference are needed"})
        self.book.calls.setdefault(str(said["call"]), Line(str(said["to"]), then="ringing"))
        return self.kept(json_answer(202, {"call": said["call"]}))

    def _sent(self, asked: Asked) -> Answer:
        """A text that we are to send. The same name again is the same text."""
        if not self._is_signed(asked, asked.body):
            return Answer(403)
        said = asked.json() or {}
        given = said.get("text") and said.get("to") and said.get("words")
        if not given or asked.headers.get(REFERENCE.lower()) != said["text"]:
            return json_answer(422, {"message": "text, to, words and the reference are needed"})
        self.book.texts.setdefault(str(said["text"]), Text(str(said["to"]), str(said["words"])))
        return self.kept(json_answer(202, {"text": said["text"]}))

    def _is_signed(self, asked: Asked, what: bytes) -> bool:
        """Whether whoever has the secret says this."""
        header = asked.headers.get(HEADER.lower(), "")
        return hmac.compare_digest(signed(self.setting.secret, _said_at(header), what), header)

    def _picked_up(self, name: str, event: str) -> Answer:
        line = self.book.calls[name]
        if line.then != "ringing":
            return json_answer(409, {"message": f"the call waits for: {line.then}"})
        line.then = "waiting" if event == "answered" else "over"
        self._tell(name, {"call": name, "event": event, "turn": 0})
        return self.kept(json_answer(202, {"call": name}))

    def _speaks(self, name: str, asked: Asked) -> Answer:
        """What was said is a file; a person at the page says a tone."""
        content = asked.body if asked.body.startswith(b"RIFF") else tone()
        recording = f"r{len(self.book.recordings) + 1}"
        self.book.recordings[recording] = content
        return self._happens(name, "recorded", recording=f"{asked.origin}{RECORDINGS}{recording}.wav")

    def _happens(self, name: str, event: str, **more: object) -> Answer:
        line = self.book.calls[name]
        wanted = {"keyed": "keys", "recorded": "record"}.get(event)
        if line.then == "over" or (wanted and line.then != wanted):
            return json_answer(409, {"message": f"the call waits for: {line.then}"})
        turn, line.then = line.turn, "over" if event == "ended" else "waiting"
        self._tell(name, {"call": name, "event": event, "turn": turn, **more})
        return self.kept(json_answer(202, {"call": name}))

    def _tell(self, name: str, said: Mapping[str, object]) -> None:
        self.webhooks.send(msgspec.json.encode(said), {"X-Twin-Call": name})

    def _post(self, letter: Letter) -> int:
        """Signed when it leaves. What is answered is heard, once: of what is posted twice the second answer changes nothing."""
        name, at = letter.headers["X-Twin-Call"], int(self.clock.now().timestamp())
        headers = {HEADER: signed(self.setting.secret, at, letter.body), "content-type": "application/json"}
        try:
            got = httpx.post(self._hook, content=letter.body, headers=headers, timeout=ANSWER_SECONDS_MAX)
        except httpx.HTTPError as error:
            log.info("call_not_answered", why=type(error).__name__)
            got = None
        with self.lock:
            line = self.book.calls[name]
            line.posts.append(got.status_code if got is not None else 0)
            if got is not None and got.status_code == OK:
                self._hears(line, got.json())
            elif line.then == "waiting":
                line.then = "over"  # the line breaks: nobody knows what to say
        return line.posts[-1]

    def _hears(self, line: Line, said: dict[str, Any]) -> None:
        if said["turn"] <= line.turn and line.heard:
            return
        line.turn, line.seconds, line.keys_max = said["turn"], said["seconds"], said["keys_max"]
        line.heard.append(Heard(said["turn"], said["say"]))
        if line.then == "waiting":
            line.then = "over" if said["then"] == "hang_up" else said["then"]

    def _recording(self, asked: Asked) -> Answer:
        content = self.book.recordings.get(asked.path.removeprefix(RECORDINGS).removesuffix(".wav"))
        if content is None:
            return Answer(404)
        at = _said_at(asked.headers.get(HEADER.lower(), ""))
        fresh = abs(at - self.clock.now().timestamp()) <= SKEW_SECONDS
        if not fresh or not self._is_signed(asked, f"{asked.origin}{asked.path}".encode()):
            return Answer(403)
        return Answer(200, content, {"Content-Type": "audio/wav"})

    def _page(self) -> str:
        calls = "".join(_call_on_page(name, line) for name, line in reversed(self.book.calls.items()))
        texts = "".join(
            f"<section><h2>{escape(one.to)}: text</h2><p>{escape(one.words)}</p></section>"
            for one in reversed(self.book.texts.values())
        )
        return (
            '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            "<title>Telephone (twin)</title><h1>Telephone (twin)</h1>"
            f'<form method="post" action="{CALLS}?page=1"><label>Call from <input name="from" value="{NUMBER}"></label>'
            f"<button>Call</button></form>{calls}{texts}"
        )


def _said_at(header: str) -> int:
    """The seconds in a header; 0: there are none."""
    said = header.partition(",")[0].removeprefix("t=")
    return int(said) if said.isascii() and said.isdigit() else 0


def signed(secret: str, at: int, body: bytes) -> str:
    """As the README of the house says: HMAC-SHA256 over the seconds, a dot and what is said."""
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


def tone(seconds: float = TONE_SECONDS) -> bytes:
    """Somebody who says only "ah": a WAV file as telephones record it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        turn = math.tau * TONE_HERTZ / RATE
        file.writeframes(
            b"".join(struct.pack("<h", round(8_000 * math.sin(turn * at))) for at in range(round(RATE * seconds)))
        )
    return made.getvalue()


def _call_on_page(name: str, line: Line) -> str:
    said = "".join(_said_on_page(one) for heard in line.heard for one in heard.says)
    to = f"{CALLS}/{name}"
    keys = "".join(f'<button name="keys" value="{key}">{key}</button>' for key in "123456789*0#")
    does = {
        "keys": f'<form method="post" action="{to}/keys?page=1">{keys}<button name="keys" value="">(nothing)</button></form>'
        f'<form method="post" action="{to}/keys?page=1"><input name="keys" inputmode="numeric"><button>Keys</button></form>',
        "record": f'<form method="post" action="{to}/speech?page=1"><button>Speak for three seconds</button></form>',
        "ringing": f'<form method="post" action="{to}/answer?page=1"><button>Answer</button></form>'
        f'<form method="post" action="{to}/ignore?page=1"><button>Let it ring</button></form>',
        "waiting": '<p><a href="/">Listen again</a></p>',
    }.get(line.then, "")
    ends = (
        ""
        if line.then == "over"
        else f'<form method="post" action="{to}/hang-up?page=1"><button>Hang up</button></form>'
    )
    head = f"<h2>{escape(name)}: {escape(line.caller)}</h2>"
    return f"<section>{head}<ul>{said}</ul><p>{escape(line.then)}</p>{does}{ends}</section>"


def _said_on_page(one: Mapping[str, str]) -> str:
    if address := one.get("play"):
        return f'<li><audio controls preload="none" src="{escape(address)}"></audio></li>'
    return f"<li>{escape(one.get('text', ''))}</li>"
