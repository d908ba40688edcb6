"""Mail (RFC 5321), with a way out of one click (RFC 8058).

SMTP has no idempotency. When the line breaks after the letter was handed over and before the server answers, nobody can
learn whether it was taken (RFC 1047). The choice is made by purpose: a warning (safety, care) is handed over again under
the same Message-ID, by which many mailboxes fold the two; anything else stays unsure and is not sent again.
"""

import hashlib
import html
import re
import smtplib
from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

import msgspec
import structlog

from dure.base import clock
from dure.foundations.channels.rules import dealer_codes, dealing
from dure.foundations.channels.rules.dealer_codes import ASK_AGAIN_SECONDS, NOT_HEARD, UNKNOWN, Meaning, no
from dure.foundations.channels.types import AttemptState, Carriage, Outcome, Purpose, Reason, Route

from .carrying import BEGIN_SECONDS_MAX, NOT_BEGUN, Found, Watch, all_alike, in_order, outcome, unfit
from .line import LOOPBACK, trusted

MANY_MAX = 20  # one after the other over one connection
A_SECOND = 20
ANSWER_SECONDS_MAX = 12
SUBJECT_LENGTH_MAX = 120
PORTS = {"smtp": 587, "smtps": 465}
GO_AHEAD = 354
ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~]+(\.[!#-'*+/-9=?A-Z^-~]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
LINK = re.compile(r"https?://[^\s<>\"']+")
log = structlog.get_logger(__name__)


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """The mail server that takes letters from us."""

    url: str  # smtp://user:password@host:587 or smtps://
    sender: str  # the address in From


class Unanswered(Exception):
    """The letter was handed over, and no answer came."""


class Mail:
    dealer = "mail"
    many_max = MANY_MAX
    a_second = A_SECOND
    routes = frozenset({Route.MAIL})

    def __init__(self, post: Post, answer_seconds: float = ANSWER_SECONDS_MAX) -> None:
        self._post, self._answer_seconds = post, answer_seconds

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        watch, found = Watch(), unfit(batch, self.routes)
        for one in batch:
            if one.key not in found and not (
                isinstance(one.to, str) and ADDRESS.fullmatch(one.to) and len(one.to) < 255
            ):
                found[one.key] = outcome(one.key, no(Reason.NO_SUCH_ADDRESS), "address")
            elif one.again and not dealing.may_come_twice(one.purpose):
                found[one.key] = outcome(one.key, UNKNOWN, "not-again")
        waiting = [one for one in batch if one.key not in found]
        while waiting:
            found |= self._session(waiting, watch)
            waiting = [one for one in waiting if one.key not in found]
        return in_order(batch, found)

    def _session(self, waiting: Sequence[Carriage], watch: Watch) -> Found:
        """One connection: as many as it takes before it breaks, at least one."""
        if watch.passed(BEGIN_SECONDS_MAX):
            return all_alike(waiting, NOT_BEGUN, "later")
        try:
            server = self._connected()
        except smtplib.SMTPAuthenticationError as error:
            return all_alike(waiting, dealer_codes.BROKEN, str(error.smtp_code))
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail_server_not_reached", why=type(error).__name__)
            return all_alike(waiting, NOT_HEARD)
        found: Found = {}
        try:
            for one in waiting:
                if watch.passed(BEGIN_SECONDS_MAX):
                    found |= all_alike([each for each in waiting if each.key not in found], NOT_BEGUN, "later")
                    break
                try:
                    meaning, code = self._hand_over(server, one)
                except Unanswered:
                    again = ASK_AGAIN_SECONDS if dealing.may_come_twice(one.purpose) else None
                    found[one.key] = outcome(one.key, Meaning(AttemptState.UNSURE, Reason.UNKNOWN, again))
                    break
                except (OSError, smtplib.SMTPException):
                    found[one.key] = outcome(one.key, NOT_HEARD)
                    break
                found[one.key] = outcome(one.key, meaning, code)
        finally:
            server.close()
        return found

    def _connected(self) -> smtplib.SMTP:
        where = urlsplit(self._post.url)
        host, port = where.hostname or "", where.port or PORTS[where.scheme]
        server: smtplib.SMTP
        if where.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=self._answer_seconds, context=trusted())
        else:
            server = smtplib.SMTP(host, port, timeout=self._answer_seconds)
        try:
            server.ehlo_or_helo_if_needed()
            if where.scheme == "smtp" and (server.has_extn("starttls") or host not in LOOPBACK):
                server.starttls(
                    context=trusted()
                )  # raises where the server offers none: a password is never said openly
            if where.username:
                server.login(unquote(where.username), unquote(where.password or ""))
        except Exception:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, one: Carriage) -> tuple[Meaning, str]:
        """One letter. Raises Unanswered from the moment at which it may have been taken."""
        for code, said in _steps(server, self._post.sender, str(one.to)):
            if code not in (250, 251, GO_AHEAD):
                server.rset()
                return dealer_codes.smtp(code, said), str(code)
        try:
            server.send(_quoted(self._letter(one)) + b".\r\n")
            code, reply = server.getreply()
        except (OSError, smtplib.SMTPException):
            raise Unanswered from None
        return dealer_codes.smtp(code, reply.decode("latin-1")), str(code)

    def _letter(self, one: Carriage) -> bytes:
        name, _, domain = self._post.sender.rpartition("@")
        letter = EmailMessage(policy=SMTP)
        letter["From"] = Address(_line(one.sender), name, domain)
        letter["To"] = str(one.to)
        letter["Subject"] = (_line(dealing.heading(one.content)) or _line(one.sender))[:SUBJECT_LENGTH_MAX]
        letter["Date"] = clock.now()
        letter["Message-ID"] = f"<{hashlib.sha256(one.key.encode()).hexdigest()[:40]}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        if one.leave_link:
            letter["List-Unsubscribe"] = f"<{one.leave_link}>"
            if one.purpose is Purpose.AD:  # who leaves the whole channel is told so by the page behind the link
                letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text = "\n\n".join(filter(None, (dealing.plain(one.content), one.link))) + "\n"
        letter.set_content(text)
        letter.add_alternative(_page(text), subtype="html")
        return letter.as_bytes()


def _steps(server: smtplib.SMTP, sender: str, to: str) -> Iterator[tuple[int, str]]:
    """MAIL, RCPT, DATA: each is asked when the one before was granted."""
    for said in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{to}>", "DATA"):
        code, reply = server.docmd(said)
        yield code, reply.decode("latin-1")


def _line(said: str) -> str:
    return " ".join(said.split())


def _quoted(letter: bytes) -> bytes:
    """Lines end in CRLF, and one that begins with a dot has another one before it (RFC 5321 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", letter)
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _page(text: str) -> str:
    """The same text for readers that show HTML: paragraphs and links, nothing else."""
    blocks = [_linked(block).replace("\n", "<br>") for block in text.strip().split("\n\n")]
    return "<!doctype html><html><body>" + "".join(f"<p>{block}</p>" for block in blocks) + "</body></html>\n"


def _linked(block: str) -> str:
    pieces, at = [], 0
    for link in LINK.finditer(block):
        address = html.escape(link[0])
        pieces += [html.escape(block[at : link.start()]), f'<a href="{address}">{address}</a>']
        at = link.end()
    return "".join([*pieces, html.escape(block[at:])])
