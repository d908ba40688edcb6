"""Proofs that a log holds an entry, as they travel between parties and to telephones, and back."""

from dure.foundations.vault.types import Proof, ProofUnfit, ToldProof
from dure.services.checkin.types.messages import ToldEntry


def sent(told: ToldProof) -> ToldEntry:
    """A proof as a message. An entry about a key is text."""
    hashes = tuple(each.hex() for each in told.proof.hashes)
    return ToldEntry(told.body.decode(), told.proof.index, told.proof.size, hashes, told.note)


def came(said: ToldEntry) -> ToldProof:
    """A message as a proof, which says nothing until it is checked. Raises ProofUnfit when it can be none."""
    try:
        hashes = tuple(bytes.fromhex(each) for each in said.hashes)
    except ValueError:
        raise ProofUnfit(index=said.index, size=said.size) from None
    return ToldProof(said.body.encode(), Proof(said.index, said.size, hashes), said.note)
