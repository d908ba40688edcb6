"""What adapters share: outcomes from meanings, in the order in which they were asked, and a limit on the time they take.

Whoever carries has about half a minute before the outbox takes it for gone and lets somebody else ask the same again. So an
adapter looks for earlier tries at the beginning only, begins nothing after `BEGIN_SECONDS_MAX`, and what it then still does
ends by the timeouts of its line.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from dure.foundations.channels.rules.dealer_codes import UNKNOWN, Meaning, no
from dure.foundations.channels.rules.dealing import KEY_LENGTH_MAX
from dure.foundations.channels.types import AttemptState, Carriage, Outcome, Reason, Route

CODE_LENGTH_MAX = 20
LOOK_SECONDS_MAX = 5  # for earlier tries
BEGIN_SECONDS_MAX = 12
NOT_BEGUN = Meaning(AttemptState.FAILED, Reason.BUSY, 1)
type Found = dict[str, Outcome]


class Watch:
    """How long a call has been going on."""

    def __init__(self, began: float | None = None) -> None:
        self._began = time.monotonic() if began is None else began

    def passed(self, seconds: float) -> bool:
        return time.monotonic() - self._began > seconds


def outcome(key: str, meaning: Meaning, code: str = "", gone: Sequence[UUID] = ()) -> Outcome:
    return Outcome(
        key=key,
        state=meaning.state,
        code=code[:CODE_LENGTH_MAX],
        reason=meaning.reason,
        retry_after=meaning.retry_after,
        gone=tuple(gone),
        paused=meaning.paused,
    )


def all_alike(batch: Iterable[Carriage], meaning: Meaning, code: str = "") -> Found:
    return {one.key: outcome(one.key, meaning, code) for one in batch}


def unfit(batch: Iterable[Carriage], routes: frozenset[Route]) -> Found:
    """Those that no dealer could carry, whatever it is."""
    found: Found = {}
    for one in batch:
        if len(one.key) > KEY_LENGTH_MAX:
            found[one.key] = outcome(one.key, no(Reason.BAD_CONTENT), "key")
        elif one.again and not one.to:  # it may have been taken for an address that nobody knows any more
            found[one.key] = outcome(one.key, UNKNOWN, "address")
        elif one.route not in routes:
            found[one.key] = outcome(one.key, no(Reason.NOT_ALLOWED), "route")
    return found


def in_order(batch: Sequence[Carriage], found: Mapping[str, Outcome]) -> tuple[Outcome, ...]:
    """An outcome for each; the dealer's silence about one of them is no success."""
    return tuple(found.get(one.key) or outcome(one.key, UNKNOWN, "missing") for one in batch)
