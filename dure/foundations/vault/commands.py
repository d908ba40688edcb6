"""What vault offers to the command line: its checks for `dure verify`, what `dure doctor` should say."""

from django.conf import settings

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.vault import queries, rules
from dure.foundations.vault.types import LogHead
from dure.kit.diagnosis import Diagnosis, Level, ok, warning, wrong
from dure.kit.verify import Check


def verify_checks() -> tuple[Check, ...]:
    """The promises of keys and logs."""
    return queries.checks()


def diagnoses() -> tuple[Diagnosis, ...]:
    """Whether keys can be opened and made, what lies in their folder, and the heads of the logs, to write down."""
    found = _keys()
    if found.level is not Level.OK:
        return (found,)
    return (found, *_strange(), *(_log(head, mark) for head, mark in queries.marked_heads()))


def _keys() -> Diagnosis:
    try:
        seen = queries.day_seen()
    except Refusal as refusal:
        return wrong(
            "keys", f"cannot be opened: {refusal!r}", "look at DURE_VAULT_KEYS and at the root key: are both mounted?"
        )
    today = clock.today()
    if seen is not None and today < seen:
        todo = f"put the clock right; if it is right, the one before was wrong: dure keys trust-clock {today}"
        return wrong("keys", f"the clock shows a day before {seen}, which was seen already", todo)
    if not rules.is_believed(today, seen):
        todo = f"if the clock is right: dure keys trust-clock {today}"
        return wrong(
            "keys", f"the clock is further on than {seen} than a machine sleeps: nothing is made or destroyed", todo
        )
    return ok("keys", f"the folder is there; the latest day it has seen is {seen}")


def _strange() -> tuple[Diagnosis, ...]:
    found = queries.strange_files()
    todo = "if it is a copy of keys, destroy it; else put it elsewhere"
    return (warning("keys", f"vault did not put this into the folder: {', '.join(found)}", todo),) if found else ()


def _log(head: LogHead, mark: int | None) -> Diagnosis:
    """A log; `mark` is how many entries the folder remembers to have been signed for."""
    lines, name, size = head.note.split("\n"), f"log {head.name}", head.checkpoint.size
    if mark is None and size:
        todo = f"give a head that was written down elsewhere: dure keys accept-head {head.name} ENTRIES ROOT"
        return wrong(name, "the folder of keys is new and remembers nothing of it; nothing is added", todo)
    if mark is not None and mark > size:
        todo = f"get a newer copy of the log from whoever has one, then: dure keys restore-log {head.name} FOLDER"
        return wrong(name, f"{mark} entries were signed for and {size} are here: an old copy; nothing is added", todo)
    said = f"{lines[1]} entries, root {lines[2]}: write it down, and compare it later"
    if mark is not None and mark < size:
        todo = "look whether DURE_VAULT_KEYS can be written; the next entry mends it"
        return warning(name, f"{said}. The folder of keys remembers {mark} only: it could not be written", todo)
    own = settings.DURE.origin.partition("://")[2]
    if not head.checkpoint.origin.startswith(f"{own}/"):
        todo = "a log keeps the name it began with: set DURE_ORIGIN before the first key is made"
        return warning(name, f"{said}. It is called {head.checkpoint.origin}, and this place is {own}", todo)
    return ok(name, said)
