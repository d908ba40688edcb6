"""What giving says to `dure doctor`."""

from dure.kit.diagnosis import Diagnosis, ok, warning
from dure.services.giving import queries

SUBJECT = "stopped boxes"


def diagnoses() -> tuple[Diagnosis, ...]:
    """Whether the money of stopped boxes goes back."""
    stuck = queries.stuck_refunds()
    if not stuck:
        return (ok(SUBJECT, "nothing waits to go back for long"),)
    found = "; ".join(f"box {one.code}: {one.gifts} gifts and {one.matches} matches" for one in stuck)
    todo = "look for gift_not_given_back and match_not_given_back in the worker's log: the reason stands there"
    return (warning(SUBJECT, f"not given back yet, though stopped an hour ago or longer: {found}", todo),)
