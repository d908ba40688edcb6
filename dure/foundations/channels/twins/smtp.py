"""A twin of a mail server (RFC 5321): takes letters into its books, and refuses by the name of the mailbox.

`gone@` 550 5.1.1, `full@` 452 4.2.2, `toobig@` 552 5.3.4, `blocked@` 554 5.7.1, `grey@` 451 4.7.1 at the first try and taken
at the next. Faults: `error` 451 to a letter, `silent` the line breaks before the letter is taken, `lost` it is taken and the line
breaks before the answer, `late` it is taken and answered after a while.

It answers mail on a port of its own; what it holds and faults are asked over HTTP like those of every twin.
"""

import contextlib
import re
import socket
import socketserver
import threading
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.policy import default

import msgspec

from dure.kit.twins import Answer, Asked, Fault, Setting, Twin, json_answer, line_at

LINE_BYTES_MAX, LETTER_BYTES_MAX = 1_000, 1_000_000
LATE_SECONDS = 3.0
FATES = {
    "gone": "550 5.1.1 no such mailbox",
    "full": "452 4.2.2 the mailbox is full",
    "toobig": "552 5.3.4 too large",
    "blocked": "554 5.7.1 not from you",
}
PATH = re.compile(r"(?:FROM|TO):\s*<([^<>]*)>.*", re.I)


class Letter(msgspec.Struct):
    id: str
    to: str
    subject: str
    headers: dict[str, str]
    text: str
    page: str
    at: datetime


class Book(msgspec.Struct):
    letters: list[Letter] = []
    greeted: list[str] = []  # mailboxes that were put off once

    def delivered(self, id: str) -> int:  # noqa: A002 - it is the Message-ID
        return sum(one.id == id for one in self.letters)


class SmtpTwin(Twin[Book]):
    name = "smtp"

    def __init__(self, setting: Setting, *, late_seconds: float = LATE_SECONDS) -> None:
        super().__init__(setting, Book())
        self.late_seconds = late_seconds
        self.ended = threading.Event()
        self._server: socketserver.ThreadingTCPServer | None = None

    def listen(self, port: int = 0) -> "SmtpTwin":
        """Answer mail on this machine, 0: at any free port."""
        line = line_at(port)
        server = socketserver.ThreadingTCPServer(
            line.getsockname(), type("Talk", (_Talk,), {"twin": self}), bind_and_activate=False
        )
        server.socket.close()
        server.socket, server.daemon_threads = line, True
        server.server_address = line.getsockname()
        self._server = server
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    @property
    def url(self) -> str:
        assert self._server is not None  # noqa: S101 - asked after `listen`
        return f"smtp://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def close(self) -> None:
        self.ended.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def route(self, asked: Asked) -> str:
        return ""

    def error(self) -> Answer:
        return json_answer(503, {})

    def answer(self, asked: Asked) -> Answer:
        return json_answer(200, {"mail": self.url, "letters": len(self.book.letters)})

    def receiver(self, to: str) -> str:
        """What is said to RCPT."""
        name = to.partition("@")[0].partition("+")[0]
        if name == "grey":
            with self.lock:
                if to not in self.book.greeted:
                    self.book.greeted = [*self.book.greeted, to]
                    return "451 4.7.1 come back later"
        return FATES.get(name, "250 2.1.5 ok")

    def take(self, to: str, raw: bytes) -> None:
        letter = message_from_bytes(raw, policy=default)
        text, page = letter.get_body(("plain",)), letter.get_body(("html",))
        taken = Letter(
            id=str(letter["Message-ID"] or ""),
            to=to,
            subject=str(letter["Subject"] or ""),
            headers={name: str(value) for name, value in letter.items()},
            text=text.get_content() if text else "",
            page=page.get_content() if page else "",
            at=self.clock.now(),
        )
        with self.lock:
            self.book.letters = [*self.book.letters, taken]
            self.kept(Answer(200))


class _Talk(socketserver.StreamRequestHandler):
    """One connection: each word of the protocol has a method, which says whether the line still stands."""

    twin: SmtpTwin
    timeout = 30
    sender = receiver = ""

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # whoever called has hung up
            self.say("220 twin ready")
            while said := self.rfile.readline(LINE_BYTES_MAX).decode("latin-1").strip():
                word, _, rest = said.partition(" ")
                if not WORDS.get(word.upper(), _Talk.unknown)(self, rest):
                    return

    def say(self, said: str) -> bool:
        self.wfile.write(f"{said}\r\n".encode())
        return True

    def hello(self, rest: str) -> bool:
        return self.say("250 twin")

    def fine(self, rest: str) -> bool:
        return self.say("250 2.0.0 ok")

    def unknown(self, rest: str) -> bool:
        return self.say("503 5.5.1 not now")

    def mail(self, rest: str) -> bool:
        path = PATH.fullmatch(rest)
        self.sender, self.receiver = path[1] if path else "", ""
        return self.say("250 2.1.0 ok" if path else "501 5.1.7 from whom?")

    def rcpt(self, rest: str) -> bool:
        path = PATH.fullmatch(rest)
        if path is None or not self.sender:
            return self.unknown(rest)
        answer = self.twin.receiver(path[1])
        self.receiver = path[1] if answer.startswith("250") else ""
        return self.say(answer)

    def quit(self, rest: str) -> bool:
        self.say("221 bye")
        return False

    def letter(self, rest: str) -> bool:
        if not self.receiver:
            return self.unknown(rest)
        self.say("354 go ahead")
        lines: list[bytes] = []
        while (line := self.rfile.readline(LETTER_BYTES_MAX)) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            return False
        fault = self.twin.faults.take("letter")
        if fault is Fault.ERROR:
            return self.say("451 4.3.0 try again")
        if fault is not Fault.SILENT:
            self.twin.take(self.receiver, b"".join(lines))
        if fault is Fault.LATE:
            self.twin.ended.wait(self.twin.late_seconds)
        if fault in (Fault.SILENT, Fault.LOST):
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.sender = self.receiver = ""
        return self.say("250 2.0.0 taken")


WORDS: dict[str, Callable[[_Talk, str], bool]] = {
    "EHLO": _Talk.hello,
    "HELO": _Talk.hello,
    "MAIL": _Talk.mail,
    "RCPT": _Talk.rcpt,
    "DATA": _Talk.letter,
    "RSET": _Talk.fine,
    "NOOP": _Talk.fine,
    "QUIT": _Talk.quit,
}
