"""What channels offer to the command line: checks for `dure verify`."""

from dure.foundations.channels import queries
from dure.kit.verify import Check, Finding, Progress

PROMISES = {
    "channels.consents": ("verify_consents", "the log of consents and a friend's columns say the same"),
}


def verify_checks() -> tuple[Check, ...]:
    """The promises of friends and messages."""
    return tuple(_check(name, statement, promise) for name, (statement, promise) in PROMISES.items())


def _check(name: str, statement: str, promise: str) -> Check:
    def run(progress: Progress) -> list[Finding]:
        found = list(queries.findings(name, statement))
        progress(1, 1)
        return found

    return Check(name, promise, run)
