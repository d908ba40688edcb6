"""A share leaves for a query that stands in a real log, by a proof that the party asked checks itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import Refusal
from dure.foundations.vault import queries as vault
from dure.foundations.vault import rules
from dure.foundations.vault.types import (
    Checkpoint,
    NotCosigned,
    NoteUnfit,
    NotSigned,
    ProofUnfit,
    ToldProof,
    Trust,
)
from dure.services.checkin.rules import statements, tracing
from dure.services.checkin.types import Hour, NotLogged, Party, Query, Role

from .making import BAKERY, CLINIC, NOON, TODAY
from .test_tracing import LOGGED, SCOPE

ORIGIN, KEY, WITNESS, STRANGER = "authority.example/log/authority", b"\x21" * 32, b"\x22" * 32, b"\x23" * 32
WATCHED = rules.verifier_of("witness.example", WITNESS, rules.COSIGNATURE)
TRUST = Trust(rules.verifier_of(ORIGIN, KEY), (WATCHED,), needed=1)
NINE = Hour(TODAY, BAKERY, 9)


def shown(at: int, *bodies: bytes, key: bytes = KEY, watched: bool = True) -> ToldProof:
    """What the authority hands over: an entry of its log, the proof, its signed and witnessed head."""
    grown = rules.grown(0, {}, rules.leaf_hashes(bodies))
    tiles = {(level, index): hashes for level, index, hashes in grown.tiles}
    proof = rules.inclusion(lambda level, n: rules.node_in(lambda *where: tiles[where], level, n), at, grown.size)
    note = rules.signed(rules.text_of(Checkpoint(ORIGIN, grown.size, grown.root)), ORIGIN, key)
    return ToldProof(bodies[at], proof, rules.cosigned(note, "witness.example", WITNESS, 1) if watched else note)


def release(query: Query, told: ToldProof, role: Role = Role.VISITS) -> Party:
    """What a party does that is asked for its share."""
    return tracing.check_release(role, query, NINE, vault.told_entry(told, TRUST), NOON)


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=9), st.lists(st.binary(min_size=1, max_size=9), max_size=9))
def test_a_query_in_a_log_with_others_is_released_at_its_place_only(before: list[bytes], after: list[bytes]) -> None:
    bodies = (*before, statements.query_statement(LOGGED), *after)
    told = shown(len(before), *bodies)
    there = replace(LOGGED, log_entry=len(before))
    assert release(there, told) is Party.VISITS
    with pytest.raises(NotLogged):
        release(replace(there, log_entry=len(before) + 1), told)


SAID = statements.query_statement(LOGGED)
SEVEN = (*[b"another"] * 7, SAID)
ANOTHER = replace(LOGGED, scope=replace(SCOPE, venue=CLINIC))


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        (shown(7, *SEVEN, key=STRANGER), NotSigned),
        (shown(7, *SEVEN, watched=False), NotCosigned),
        (replace(shown(6, *SEVEN), body=SAID), ProofUnfit),
        (replace(shown(7, *SEVEN), body=statements.query_statement(ANOTHER)), ProofUnfit),
        (replace(shown(7, *SEVEN), proof=shown(6, *SEVEN).proof), ProofUnfit),
        (replace(shown(7, *SEVEN), note=shown(7, *SEVEN, b"more").note), ProofUnfit),
        (replace(shown(7, *SEVEN), note="no note"), NoteUnfit),
        (shown(7, *[b"another"] * 7, statements.query_statement(ANOTHER)), NotLogged),
        (shown(6, *SEVEN), NotLogged),
    ],
)
@pytest.mark.parametrize("role", [Role.VISITS, Role.IDENTITY, Role.AUTHORITY])
def test_what_the_log_does_not_prove_releases_nothing(told: ToldProof, refused: type[Refusal], role: Role) -> None:
    with pytest.raises(refused):
        release(LOGGED, told, role)
    assert release(LOGGED, shown(7, *SEVEN), role)
