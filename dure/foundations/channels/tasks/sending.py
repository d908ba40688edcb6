"""The senders: cut a batch, ask its dealers, write down what they said. Loops of the worker; workers share the work.

Nothing here is held in memory that is not in the database first: whoever is killed between two steps is taken over by others, who
ask the dealer again under the same key.
"""

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from datetime import timedelta

import psycopg
import structlog
from django.db import DatabaseError, InterfaceError, connection
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.actors import Actor, system
from dure.base.refusals import Busy, Interrupted
from dure.foundations.channels import actions
from dure.foundations.channels.types import AttemptState, Dealer, Lane, Outcome, Reason
from dure.foundations.channels.types.ladders import Carried, Cut, DealerCard, Load
from dure.kit import metrics, tx
from dure.kit.listening import listening

__all__ = ["SENDERS", "forget_sendings", "send_until"]

LOOK_SECONDS = 1.0  # how often to look when nobody calls: what is held falls due silently
RETRY_SECONDS = 2  # after the database went away
CLOSE_SECONDS = 5.0  # how often to look for sendings that have come to their end
KEEP = timedelta(days=400)  # complaints about an ad come within a year
FORGET_BATCHES_MAX = 1_000
URGENT = (Lane.URGENT, Lane.REPLY)
ALL = tuple(Lane)
BY = system("channels.sending")
log = structlog.get_logger(__name__)

type Dealers = Callable[[], Sequence[Dealer]]
type Step = Callable[[Sequence[Dealer]], bool]


def carry_urgent(dealers: Sequence[Dealer]) -> bool:
    """One batch of what is urgent or answers somebody; never waits behind a notice."""
    return carry(dealers, URGENT)


def carry_all(dealers: Sequence[Dealer]) -> bool:
    """One batch of anything, the most urgent first."""
    return carry(dealers, ALL)


def match(dealers: Sequence[Dealer]) -> bool:
    """Queue the next part of an audience."""
    with tx.durable():
        return actions.match_more(BY) > 0


def close(dealers: Sequence[Dealer]) -> bool:
    """Close what has come to its end; answers False, so that it is done now and then only."""
    with tx.durable():
        actions.close_sendings(BY)
    return False


SENDERS: tuple[tuple[Step, float], ...] = (
    (carry_urgent, LOOK_SECONDS),
    (carry_all, LOOK_SECONDS),
    (match, LOOK_SECONDS),
    (close, CLOSE_SECONDS),
)


def send_until(stopping: threading.Event, dealers: Dealers) -> None:
    """Run every sender in a thread of its own until `stopping` is set. `dealers` says who carries, each time anew.

    The threads go by the clock of whoever starts them.
    """
    threads = [
        threading.Thread(target=copy_context().run, args=(_work_until, stopping, dealers, *sender), daemon=True)
        for sender in SENDERS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def carry(dealers: Sequence[Dealer], lanes: Sequence[Lane]) -> bool:
    """Cut one batch, ask the dealers for it, note what they say; answers whether there was anything to do."""
    cards = {one.dealer: DealerCard(one.dealer, one.routes, one.many_max, one.a_second) for one in dealers}
    by_name = {one.dealer: one for one in dealers}
    with tx.durable():
        cut: Cut = actions.cut_batch(BY, tuple(cards.values()), lanes)
    for place, load in enumerate(cut.loads):
        ours = load if place == 0 else _still_ours(cut, load)
        if ours.carriages:
            carried = _asked(by_name[load.dealer], ours)
            with tx.durable():
                actions.note_carried(BY, cards[load.dealer], carried)
    metrics.DISPATCHES.inc(cut.count)
    return cut.count > 0


def _still_ours(cut: Cut, load: Load) -> Load:
    """What nobody took over while the dealers before this one were slow: asked by two at once, a dealer may send it twice."""
    assert cut.leased_until is not None  # noqa: S101 - narrows the type; a cut with loads has a lease
    with tx.durable():
        return actions.keep_load(BY, load, cut.leased_until)


def _asked(dealer: Dealer, load: Load) -> Carried:
    """What the dealer says. An adapter that raises, or answers too little, leaves everybody in doubt."""
    tx.demand_none()
    try:
        outcomes = tuple(dealer.carry(load.carriages))
    except Exception as error:
        log.warning("dealer_broke", dealer=load.dealer, exc_info=error)
        outcomes = ()
    told = {outcome.key for outcome in outcomes}
    missing = tuple(
        Outcome(key=one.key, state=AttemptState.UNSURE, reason=Reason.UNKNOWN, retry_after=1)
        for one in load.carriages
        if one.key not in told
    )
    return Carried(load.dealer, outcomes + missing)


def _work_until(stopping: threading.Event, dealers: Dealers, step: Step, look_seconds: float) -> None:
    """Repeat `step` while it finds something; then sleep until somebody calls. Outlives a restart of the database, and a bug:
    it is logged each time, and the other senders, the news and the jobs go on.
    """
    while not stopping.is_set():
        try:
            with listening(actions.WAKE) as line:
                while not stopping.is_set():
                    if not _done(step, dealers):
                        for _ in line.notifies(timeout=look_seconds, stop_after=1):
                            pass
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            log.warning("sender_waits_for_database", error=type(error).__name__)
            connection.close()
            stopping.wait(RETRY_SECONDS)
        except Exception as error:
            log.exception("sender_broke", step=getattr(step, "__name__", ""), error=type(error).__name__)
            connection.close()
            stopping.wait(RETRY_SECONDS)
    connection.close()


def _done(step: Step, dealers: Dealers) -> bool:
    """Run the step; somebody else's lock, or a database that goes, is a reason to look again later."""
    try:
        return step(dealers())
    except Busy:
        return False
    except Interrupted as gone:
        raise InterfaceError from gone


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="channels.forget_sendings", pass_context=False)
def forget_sendings(timestamp: int) -> None:
    """Every night: delete what became of sendings long over, in small transactions."""
    by: Actor = system("channels.forget_sendings")
    before, gone = clock.now() - KEEP, 0
    for _ in range(FORGET_BATCHES_MAX):
        with tx.durable():
            count = actions.forget_sendings(by, before)
        gone += count
        if not count:
            break
    log.info("forgotten", what="dispatches", count=gone)
