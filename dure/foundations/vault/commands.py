"""What vault offers to the command line: its checks for `dure verify`, what `dure doctor` should say."""

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.vault import queries
from dure.kit.diagnosis import Diagnosis, ok, wrong
from dure.kit.verify import Check


def verify_checks() -> tuple[Check, ...]:
    """The promises of keys and logs."""
    return queries.checks()


def diagnoses() -> tuple[Diagnosis, ...]:
    """Whether keys can be opened and made, and the heads of the logs, to write down."""
    return (_keys(), *(_log(head.name, head.note.split("\n")) for head in queries.heads()))


def _keys() -> Diagnosis:
    try:
        seen = queries.day_seen()
    except Refusal as refusal:
        return wrong("keys", f"cannot be opened: {refusal!r}", "look at DURE_VAULT_KEYS and at the root key")
    if seen is not None and clock.today() < seen:
        return wrong("keys", f"the clock shows a day before {seen}, which was seen already", "put the clock right")
    return ok("keys", f"the folder is there; the latest day it has seen is {seen}")


def _log(name: str, note: list[str]) -> Diagnosis:
    return ok(f"log {name}", f"{note[1]} entries, root {note[2]}: write it down, and compare it later")
