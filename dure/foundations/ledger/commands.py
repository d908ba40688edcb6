"""What the ledger offers to the command line: checks for `dure verify`, what `dure doctor` should say, twins for `dure twin`."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from dure.base import clock
from dure.foundations.ledger import queries
from dure.foundations.ledger.twins import KakaoPayTwin, TossTwin
from dure.foundations.ledger.twins.base import Setting
from dure.foundations.ledger.types import SETTLED_WITHIN, Head
from dure.kit.diagnosis import Diagnosis, ok, warning
from dure.kit.settings import BadSetting
from dure.kit.twins import LoopbackTwin
from dure.kit.twins.asking import TwinAsked
from dure.kit.twins.webhooks import post_to
from dure.kit.verify import Check

PAID_OUT_WITHIN = timedelta(days=7)
UNSEALED_MAX = 100_000  # more than a busy quarter of a minute: the sealer does not run


def verify_checks() -> tuple[Check, ...]:
    """The promises of the book, and of payments and receipts."""
    return (*queries.checks(_anchor()), *queries.money_checks())


def diagnoses() -> tuple[Diagnosis, ...]:
    """The head of the chain, to write down; whether the sealer keeps up; whether money lies where it does not belong,
    whether the books differ from the providers', and whether payouts wait for long."""
    return (_chain(), _payments(), _reconciliation(), _payouts())


def twins() -> dict[str, Callable[[TwinAsked], LoopbackTwin]]:
    """The loopback twins of payment providers, by name."""
    return {
        "toss": lambda asked: TossTwin(_setting(asked), post_to(asked.hooks) if asked.hooks else None),
        "kakaopay": lambda asked: KakaoPayTwin(_setting(asked)),
    }


def _setting(asked: TwinAsked) -> Setting:
    return Setting(secret=asked.secret, pace=asked.pace, faults=asked.faults, file=asked.file)


def _anchor() -> Head | None:
    written = settings.DURE.chain_anchor
    try:
        return Head.parse(written) if written else None
    except ValueError as error:
        raise BadSetting(f"DURE_CHAIN_ANCHOR: {error}") from error


def _chain() -> Diagnosis:
    head, waiting = queries.head(), queries.unsealed()
    found = f"the head is {head}; {waiting} transfers wait to be sealed"
    if waiting > UNSEALED_MAX:
        return warning("hash chain", found, "look whether the worker runs: dure worker")
    return ok("hash chain", found)


def _payments() -> Diagnosis:
    stuck = queries.unsettled(clock.now() - SETTLED_WITHIN)
    found = (
        f"{stuck.waiting} payments were taken and wait for an hour or longer, {stuck.refunds} refunds have had no answer"
        f" for as long, {stuck.owed} won were refused by a provider"
    )
    if stuck.waiting or stuck.refunds or stuck.owed:
        todo = "look at payments, refunds and dead letters in the admin, and pay under Refunds owed what a provider refused"
        return warning("payments", found, todo)
    return ok("payments", "all money that was taken or asked back is where it belongs")


def _reconciliation() -> Diagnosis:
    """Open differences, and providers that did not answer when the books were last compared."""
    waiting, silent = queries.differences_open(), queries.providers_silent()
    found = [f"{waiting} {'difference waits' if waiting == 1 else 'differences wait'}"] if waiting else []
    if unpaid := queries.settlements_waiting():
        found.append(f"{unpaid} {'settlement waits' if unpaid == 1 else 'settlements wait'} for the bank")
    found += [f"{provider} did not answer" for provider in silent]
    if found:
        todo = "look at Reconciliation on the desk, or run dure reconcile"
        return warning("reconciliation", "; ".join(found), todo)
    return ok("reconciliation", "our books and the providers' agree where they were compared")


def _payouts() -> Diagnosis:
    """Payouts that were approved long ago and have not arrived."""
    late = queries.payouts_late(clock.now() - PAID_OUT_WITHIN)
    if late:
        found = (
            f"{late} {'payout was' if late == 1 else 'payouts were'} approved a week ago and not confirmed by the bank"
        )
        return warning("payouts", found, "look at Payout files on the desk")
    return ok("payouts", "what was paid out in the book went to the bank within a week")
