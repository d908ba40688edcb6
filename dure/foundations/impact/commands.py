"""What impact offers to the command line: its check for `dure verify`."""

from dure.foundations.impact import queries
from dure.kit.verify import Check, Finding, Progress

NAME = "impact.totals"


def verify_checks() -> tuple[Check, ...]:
    """The promises of the counts."""
    return (Check(NAME, "what is published adds up from the log of counts", _totals),)


def _totals(progress: Progress) -> list[Finding]:
    progress(0, 0)
    return [Finding(NAME, f"a kept total differs from the log: {line}") for line in queries.differences()]
