"""Stand-ins for the visit party and the identity party at the end of the authority's lines: they answer signed, with rows and
shares made as the visit party makes them. They know nothing of the authority but the public halves of its keys.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.base import clock
from dure.foundations.vault import rules as vault
from dure.kit import seals, signed
from dure.services.checkin.providers import parties
from dure.services.checkin.rules import buckets, days, issuing, scopes, seeds
from dure.services.checkin.tests.making import BAKERY
from dure.services.checkin.types import Bucket, Epoch, HalfHour, Hour, Party, Visit
from dure.services.checkin.types.query_messages import (
    ContactsTold,
    HourGiven,
    PartGiven,
    RowGiven,
    VenueListed,
    VenuesListed,
)

PLACE = "가람 예시 빵집"


@dataclass(frozen=True)
class Peer:
    """Where a party answers, and the key with which it signs."""

    url: str
    key: str


@dataclass
class Others:
    """The visit party and the identity party: what they would answer, and what they were asked."""

    half: Callable[[str, Epoch], bytes]  # the authority's public half for a purpose and a day
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    hours: dict[int, HourGiven] = field(default_factory=dict)
    identity_shares: dict[bytes, bytes] = field(default_factory=dict)  # sealed -> share
    told: ContactsTold = field(default_factory=lambda: ContactsTold(5, 0))
    away: frozenset[str] = frozenset()
    refuses: dict[str, str] = field(default_factory=dict)

    def peers(self) -> tuple[tuple[str, Peer], ...]:
        return tuple((name, Peer(f"http://{name}.example.org", _public(name))) for name in ("identity", "visits"))

    def write(self, epoch: Epoch, hour: int, guests: int, *, part: int = 0, own_share: bool = True) -> list[bytes]:
        """Guests in a part of an hour at the bakery, as the visit party writes them; their handles."""
        of = Hour(epoch, BAKERY, hour)
        handles = [os.urandom(issuing.HANDLE_BYTES) for _ in range(guests)]
        public = self.half(days.AUTHORITY, epoch)
        sealed = [seals.seal_to(public, issuing.sealing_context(epoch), handle) for handle in handles]
        number = 2 * hour + part % 2
        written_in = HalfHour(epoch, 2 * hour + part)
        visits = {os.urandom(16): Visit(Bucket(epoch, BAKERY, number), each) for each in sealed}
        seed = seeds.fresh(of, part, os.urandom)
        rows = buckets.written(visits, written_in, {of: seed}, os.urandom(32))
        deal = vault.dealt(scopes.seed_context(of, part), seed.secret, os.urandom(vault.chance_needed(seed.secret)))
        share = {holder.holder: vault.written_share(holder) for holder in deal.shares}
        ours = self.half(days.SHARES, epoch)
        to_us = seals.seal_to(ours, scopes.share_context(of, part, Party.AUTHORITY), share[3])
        to_identity = os.urandom(seeds.SHARE_BYTES)
        self.identity_shares[to_identity] = share[1]
        commitments = b"".join((*deal.commitments.shares, deal.commitments.secret))
        given = PartGiven(
            part,
            share[2] if own_share else b"",
            to_identity,
            to_us,
            commitments,
            tuple(RowGiven(row.id, row.number, row.body) for row in rows),
        )
        before = self.hours.get(hour, HourGiven(()))
        self.hours[hour] = HourGiven((*before.parts, given))
        return handles

    def line(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        party = str(request.url.host).partition(".")[0]
        name = request.url.path.rpartition("/")[2]
        said = msgspec.json.decode(request.content)
        self.heard.append((f"{party}.{name}", said))
        if party in self.away:
            raise httpx.ConnectError("away")
        code = self.refuses.get(f"{party}.{name}")
        body = msgspec.json.encode({"code": code} if code else self._said(party, name, said))
        nonce = request.headers["signature-input"].split('nonce="')[1][:32]
        answered = signed.Answered(409 if code else 200, body)
        headers = signed.headers(answered, _private(party), party, clock.now(), nonce)
        return httpx.Response(answered.status, headers=headers, content=body)

    def _said(self, party: str, name: str, said: dict[str, Any]) -> object:
        match party, name:
            case "visits", "venues":
                return VenuesListed(() if said["after"] else (VenueListed(BAKERY, PLACE, "가람 예시 상인회"),))
            case "visits", "release":
                plain = msgspec.msgpack.encode(self.hours.get(said["hour"], HourGiven(())))
                return self._sealed(Party.VISITS, said, plain)
            case "identity", "release":
                return self._sealed(Party.IDENTITY, said, self.identity_shares[_bytes(said["sealed"])])
            case "identity", "tell":
                return self.told
        raise AssertionError(name)

    @staticmethod
    def _sealed(party: Party, said: dict[str, Any], plain: bytes) -> object:
        hour = Hour(Epoch(said["query"]["epoch"]), BAKERY, said["hour"])
        return parties.sealed(party, hour, _bytes(said["reply"]), plain)

    def told_handles(self) -> list[bytes]:
        """The handles that the identity party was asked for, in all questions."""
        return [_bytes(one) for name, said in self.heard if name == "identity.tell" for one in said["handles"]]


def _bytes(said: str) -> bytes:
    return msgspec.convert(said, bytes)


def _private(party: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(party.encode().ljust(32, b"."))


def _public(party: str) -> str:
    return _private(party).public_key().public_bytes_raw().hex()
