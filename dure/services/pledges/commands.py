"""The promises of pledges, each with the statement that finds the records which break it."""

from typing import Final

from dure.kit.verify import Check, Finding, Progress, of_statements
from dure.services.pledges import queries

PROMISES: Final = (
    (
        "pledges.deposits",
        "every deposit that is held lies whole in its account; what was settled left it as refund, donation and fee, to the won",
        "verify_deposits",
    ),
    (
        "pledges.days",
        "what was settled follows from the proofs that count, the project's days a week and the consent that stood",
        "verify_days",
    ),
    ("pledges.receivers", "a receiver has what deposits gave it, less what left for its bank", "verify_receivers"),
    (
        "pledges.disputes",
        "what was corrected after the settlement follows from the days that two stewards let count, to the won",
        "verify_corrections",
    ),
    (
        "pledges.votes",
        "a group's receiver is the one that most of its people chose, of several the first named",
        "verify_votes",
    ),
    (
        "pledges.cheers",
        "who cheers or comments was in the project or leads it, and nobody cheers what is their own",
        "verify_cheers",
    ),
    (
        "pledges.meetings",
        "no meeting has more people than places, and whoever answered was in its project or led it",
        "verify_meetings",
    ),
    ("pledges.places", "no project has more people in it than places", "verify_places"),
)

CORRECTIONS: Final = (
    "pledges.corrections",
    "each correction of a count follows from the published root, the entries before it and the counts that stood and stand",
)
COUNTS: Final = ("pledges.counts", "the root that a settled season publishes is that of everybody's count")


def verify_checks() -> tuple[Check, ...]:
    """The promises of pledges. Each is one statement over all records, whatever their number; the roots are hashed anew."""
    return (*of_statements(PROMISES, queries.findings), Check(*COUNTS, _roots), Check(*CORRECTIONS, _entries))


def _roots(progress: Progress) -> list[Finding]:
    found = list(queries.other_roots())
    progress(1, 1)
    return found


def _entries(progress: Progress) -> list[Finding]:
    found = list(queries.other_corrections())
    progress(1, 1)
    return found
