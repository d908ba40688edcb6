"""The authority's promise for `dure verify`: no query went on before it stood in the public log, word for word."""

from dure.base.refusals import Refusal
from dure.foundations.vault import queries as vault
from dure.kit.verify import FINDINGS_MAX, Check, Finding, Progress
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import statements

LOGGED = "checkin.logged"
LOG = "authority"


def verify_checks() -> tuple[Check, ...]:
    """That every query that was answered stands in the log."""
    return (Check(LOGGED, "every query that was answered stands in the public log, word for word", _logged),)


def _logged(progress: Progress) -> list[Finding]:
    found: list[Finding] = []
    answered = queries.answered()
    for done, query in enumerate(answered, 1):
        progress(done, len(answered))
        try:
            entry = vault.entry(LOG, f"{statements.LOGGED}|{query.id}")
            holds = entry.body == statements.query_statement(query) and entry.index == query.log_entry
        except Refusal:
            holds = False
        if not holds:
            found.append(Finding(LOGGED, "was answered and does not stand in the public log", str(query.id)))
    return found[:FINDINGS_MAX]
