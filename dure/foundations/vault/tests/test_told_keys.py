"""What the log says of a key is the key: anybody holds a public half against the log, and an exchanged one is found."""

import hashlib
import hmac
from dataclasses import replace

import pytest

from dure.base.actors import system
from dure.base.refusals import Refusal
from dure.foundations.vault import actions, queries, rules
from dure.foundations.vault.tests.test_keys import DAY, END, NAME, later, on
from dure.foundations.vault.types import (
    Checkpoint,
    Entry,
    KeyEnded,
    KeyExchanged,
    KeyName,
    KeyNote,
    KeyOtherwise,
    KeyUse,
    Moment,
    NoPublicHalf,
    NotSigned,
    Proof,
    ProofUnfit,
    StatementUnfit,
    ToldProof,
    Trust,
)
from dure.kit import seals

BY = system("test")
SECRET = bytes(range(32))
P = 2**255 - 19
ALICE = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
ALICE_PUBLIC = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
KNOWN_PUBLIC = "15bf939716a4d9d06f832e1c950c37f9a7315c8d7ffea990601ebd41376d3b3f"
KNOWN_COMMITMENT = "160898236877ec555eaf0b09f42d0f297e017df25fc821920a97c3c489a28d32"


@pytest.fixture(autouse=True)
def on_the_day():
    with on(DAY):
        yield


def hkdf(secret: bytes, info: bytes) -> bytes:
    """RFC 5869 in two lines, for 32 bytes and no salt."""
    return hmac.digest(hmac.digest(bytes(32), secret, "sha256"), info + b"\x01", "sha256")


def x25519_public(private: bytes) -> bytes:
    """RFC 7748, the ladder of section 5 at the point 9: written for this test, to need no library's word."""
    scalar = int.from_bytes(private, "little") & ~7 & ~(1 << 255) | 1 << 254
    x, (x2, z2), (x3, z3), swap = 9, (1, 0), (9, 1), 0
    for bit in range(254, -1, -1):
        now = scalar >> bit & 1
        if swap ^ now:
            (x2, z2), (x3, z3) = (x3, z3), (x2, z2)
        swap = now
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121_665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def note_of(name: KeyName, secret: bytes, ends: Moment, public: bytes) -> KeyNote:
    return KeyNote(name, ends, rules.commitment_of(name, ends, public, secret), public)


def told_in(log: str, private: bytes, *bodies: bytes, at: int = 0) -> tuple[ToldProof, Trust]:
    """A log of somebody else, in memory: the proof of one of its entries, and the key that it is signed with."""
    grown = rules.grown(0, {}, rules.leaf_hashes(bodies))
    tiles = {(level, index): hashes for level, index, hashes in grown.tiles}
    proof = rules.inclusion(lambda level, n: rules.node_in(lambda *where: tiles[where], level, n), at, grown.size)
    note = rules.signed(rules.text_of(Checkpoint(log, grown.size, grown.root)), log, private)
    return ToldProof(bodies[at], proof, note), Trust(rules.verifier_of(log, private))


def test_the_known_answer() -> None:
    """The same bytes from standards alone: HKDF (RFC 5869), X25519 (RFC 7748), SHA-256, JSON."""
    # RFC 7748, section 6.1: Alice's pair, which shows that the ladder of this test is one
    alice = bytes.fromhex(ALICE)
    assert x25519_public(alice).hex() == ALICE_PUBLIC
    public = x25519_public(hkdf(SECRET, b"dure.vault.letter.v1"))
    plain = b"dure.vault.key.v2|visits|rows|2026-11-01|2026-11-29|" + public + b"|" + SECRET
    note = note_of(NAME, SECRET, Moment(END), queries.keys.public_of(SECRET))
    assert note.public == public
    assert note.public.hex() == KNOWN_PUBLIC
    assert note.commitment == hashlib.sha256(plain).digest()
    assert note.commitment.hex() == KNOWN_COMMITMENT
    half = KeyName("visits", "journal", DAY, 18)
    plain = b"dure.vault.key.v2|visits|journal|2026-11-01|18|2026-11-01T0931||" + SECRET
    assert note_of(half, SECRET, Moment(DAY, 571), b"").commitment == hashlib.sha256(plain).digest()


@pytest.mark.django_db
def test_anybody_checks_a_public_half_by_proof_and_signed_head_alone() -> None:
    for purpose in ("passes", "more", "other"):
        actions.make_key(BY, KeyName("visits", purpose, DAY), END)
    note = actions.make_key(BY, NAME, END)
    actions.append(BY, "visits", [Entry("x", b"y")])
    told, trust = queries.told_key(NAME), Trust(queries.verifier("visits"))
    public = queries.public_half(NAME)
    assert rules.check_public(NAME, public, told, trust) == note
    assert queries.check_public(NAME, public, told, trust) == note
    letter = queries.seal_letter(note.public, b"context", b"plain")
    assert queries.unseal_letter(NAME, b"context", letter) == b"plain"


@pytest.mark.django_db
def test_an_exchanged_half_is_found_however_it_is_dressed_up() -> None:
    actions.make_key(BY, NAME, END)
    actions.make_key(BY, KeyName("visits", "passes", DAY), END)
    told, trust = queries.told_key(NAME), Trust(queries.verifier("visits"))
    public, theirs = queries.public_half(NAME), seals.public_half(bytes(range(1, 33)))

    def refused(with_: type[Refusal], half: bytes, told: ToldProof, name: KeyName = NAME) -> None:
        with pytest.raises(with_):
            rules.check_public(name, half, told, trust)

    refused(KeyExchanged, theirs, told)  # another half, and the true proof
    refused(KeyExchanged, public[:-1], told)
    refused(KeyExchanged, b"", told)
    refused(KeyExchanged, queries.public_half(KeyName("visits", "passes", DAY)), told)  # of another purpose
    refused(KeyExchanged, public, told, KeyName("visits", "rows", DAY, 3))
    forged = rules.made_statement(note_of(NAME, bytes(32), Moment(END), theirs))
    refused(ProofUnfit, theirs, replace(told, body=forged))  # an entry that is in no log
    other, _ = told_in(trust.log.name, bytes(range(32)), forged)
    refused(NotSigned, theirs, other)  # a log of their own, called like ours
    older = replace(told, proof=Proof(told.proof.index, told.proof.size - 1, told.proof.hashes))
    refused(ProofUnfit, public, older)
    gone = rules.destroyed_statement(queries.key(NAME), DAY)
    actions.append(BY, "visits", [Entry("x", gone), Entry("z", b"no statement")])
    for key in ("x", "z"):
        refused(StatementUnfit, public, queries.told("visits", key))


@pytest.mark.django_db
def test_nobody_seals_to_a_key_that_ended() -> None:
    actions.make_key(BY, NAME, END)
    told, trust, public = queries.told_key(NAME), Trust(queries.verifier("visits")), queries.public_half(NAME)
    with later(END), pytest.raises(KeyEnded):
        queries.check_public(NAME, public, told, trust)


@pytest.mark.django_db
def test_a_key_for_its_holder_only_has_no_half_and_the_log_says_so() -> None:
    own = KeyName("visits", "spent", DAY)
    note = actions.make_key(BY, own, END, KeyUse.OWN)
    assert note.public == b""
    assert b'"use":"own"' in queries.entry("visits", rules.made_key(str(own))).body
    assert queries.unseal(own, b"c", queries.seal(own, b"c", b"plain")) == b"plain"
    for call in (lambda: queries.public_half(own), lambda: queries.unseal_letter(own, b"c", bytes(60))):
        with pytest.raises(NoPublicHalf):
            call()
    half = queries.keys.public_of(queries.opened(own).secret)
    with pytest.raises(KeyExchanged):
        rules.check_public(own, half, queries.told_key(own), Trust(queries.verifier("visits")))
    with pytest.raises(KeyOtherwise):
        actions.make_key(BY, own, END)
