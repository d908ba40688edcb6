"""What people offers to the command line: whether somebody may decide here, for `dure doctor`."""

from dure.foundations.people import queries
from dure.kit.diagnosis import Diagnosis, ok, warning


def diagnoses() -> tuple[Diagnosis, ...]:
    """Whether there are stewards, and enough of them."""
    count = len(queries.stewards())
    if not count:
        return (warning("stewards", "nobody may decide anything", "join, then run dure appoint YOUR@ADDRESS"),)
    if count == 1:
        return (warning("stewards", "there is one", "appoint a second one: large decisions need two"),)
    return (ok("stewards", f"{count}"),)
