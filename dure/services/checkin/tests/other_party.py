"""Another party of check-in, in memory: its keys of a day, its log, and what it answers to our messages, signed."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.base import clock
from dure.foundations.vault import rules as logs
from dure.foundations.vault.tests.test_told_keys import note_of, told_in
from dure.foundations.vault.types import KeyNote, Moment, ToldProof, Trust
from dure.kit import seals, signed
from dure.services.checkin.rules import days, told
from dure.services.checkin.types import Epoch, Party
from dure.services.checkin.types.messages import HalvesOfDay, ToldHalf

LOG_KEY = bytes([9]) * 32
DOOR = "/checkin/party/"


@dataclass(frozen=True)
class Peer:
    """Where a party answers, and the key with which it signs."""

    url: str
    key: str


@dataclass
class OtherParty:
    """A stand-in at the other end of the line."""

    party: Party
    url: str
    secrets: dict[str, bytes]  # by purpose: the private half of its pair of every day
    log_key: bytes = LOG_KEY
    away: bool = False
    exchanges: dict[str, bytes] = field(default_factory=dict)  # public halves that it gives instead of those in its log
    refuses: dict[str, str] = field(default_factory=dict)  # by message: the code of its no
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def signs(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.party.value.encode().ljust(32, b"."))

    @property
    def peer(self) -> tuple[str, Peer]:
        return self.party.value, Peer(self.url, self.signs.public_key().public_bytes_raw().hex())

    def note(self, purpose: str, epoch: Epoch) -> KeyNote:
        """What its log says of one of its keys."""
        [key] = [each for each in days.KEYS[self.party] if each.purpose == purpose]
        secret = self.secrets[purpose]
        public = seals.public_half(secret)
        return note_of(days.key_name(self.party, purpose, epoch), secret, Moment(days.ends_on(key, epoch)), public)

    def told(self, *bodies: bytes, at: int = 0) -> tuple[ToldProof, Trust]:
        return told_in(f"{self.party.value}.example.org/log/{self.party.value}", self.log_key, *bodies, at=at)

    def halves(self, epoch: Epoch) -> HalvesOfDay:
        """Its public halves, as it tells them."""
        notes = [self.note(purpose, epoch) for purpose in self.secrets]
        bodies = [logs.made_statement(note) for note in notes]
        line, found = "", dict[str, ToldHalf]()
        for at, note in enumerate(notes):
            proof, trust = self.told(*bodies, at=at)
            purpose = note.name.purpose
            found[purpose] = ToldHalf(self.exchanges.get(purpose, note.public).hex(), told.sent(proof))
            line = logs.verifier_line(trust.log)
        return HalvesOfDay(self.party.value, epoch, line, found)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        name, said = request.url.path.removeprefix(DOOR), msgspec.json.decode(request.content)
        self.heard.append((name, said))
        code = self.refuses.get(name)
        body = msgspec.json.encode({"code": code} if code else self._said(name, said))
        nonce = request.headers["signature-input"].split('nonce="')[1][:32]
        answered = signed.Answered(409 if code else 200, body)
        headers = signed.headers(answered, self.signs, self.party.value, clock.now(), nonce)
        return httpx.Response(answered.status, headers=headers, content=body)

    def _said(self, name: str, said: dict[str, Any]) -> object:
        return self.halves(Epoch(said["epoch"])) if name == "halves" else {}


def carried(*others: OtherParty) -> httpx.MockTransport:
    """A line on which these parties answer."""

    def answer(request: httpx.Request) -> httpx.Response:
        [other] = [one for one in others if str(request.url).startswith(one.url)]
        return other.answer(request)

    return httpx.MockTransport(answer)
