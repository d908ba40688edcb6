"""KakaoPay, online payment (open-api.kakaopay.com/online/v1/payment): single payments.

`ready` gives a `tid` and the address for the payer, who comes back with a `pg_token` that is good for one `approve`;
the token is kept sealed until then, so that a crash in between loses nothing. There are no webhooks: how a payment
stands is asked. Cancels have no id and no idempotency key; ours stands in `payload`, and `cancel_available_amount`
makes a try conditional on the balance we saw, so that of two tries at most one acts.

Error codes are those of the provider's table as programs written for its older address quote it (-701 to -798); of the present
address only -780 with `extras` was seen in use. No source confirmed: which code a `cancel_available_amount` that no longer
holds is refused with (whichever: we look again); that `payload` of a cancel comes back in `payment_action_details` (the field
is documented there). The address is the one for desktops, on which a phone is asked for its number: the server is not told
the device.

There is no list of a day's payments. The documentation names single and regular payments, the state of a regular one, the
inquiry of one order, and cancels; `/v1/payment/manage/report` of the old address is in none of its present pages. So `listed`
asks about every order that this installation told the provider and that can have been paid in that time, whatever our book
says of it: what only we count and what only they count is found among these. A payment for an order that never came from
here is not.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from dure.base import clock
from dure.foundations.ledger.models.checkouts import Checkout
from dure.foundations.ledger.types.payments import DeclineCode, OrderId, ProviderRefused, ProviderSilent, WebhookForged
from dure.foundations.ledger.types.providers import (
    NotReturned,
    Order,
    ProviderAnswer,
    ProviderCancel,
    ProviderState,
    Returned,
)

from . import checkouts
from .line import SOON_SECONDS, Line, unknown

BASE = "https://open-api.kakaopay.com"
TEST_CID = "TC0ONETIME"
WINDOW_SECONDS = 15 * 60
LISTED_AT_ONCE = 500
OK = 200
MADE_BEFORE = timedelta(hours=1)  # how long before it was paid an order can have begun: four times the window
TID_UNKNOWN, LIMIT = -721, -797
LOOK = {
    -702,
    -708,
    -723,
    -780,
    -783,
}  # paid before, a token that is no good, too late, refused, in no state to be approved
NEVER = {-704, -705, -706, -707}  # another sum, another way, another order, another payer than was begun
NOT_NOW = {-710, -711, -785}  # more than is left, or twice: the balance is another one by now
WILL_NOT_CANCEL = {-784}  # in no state to be cancelled

STATES = {
    **dict.fromkeys(("READY", "SEND_TMS", "OPEN_PAYMENT", "SELECT_METHOD", "ARS_WAITING"), ProviderState.WAITING),
    "AUTH_PASSWORD": ProviderState.AUTHORISED,
    "SUCCESS_PAYMENT": ProviderState.CAPTURED,
    "PART_CANCEL_PAYMENT": ProviderState.PARTIALLY_CANCELLED,
    "CANCEL_PAYMENT": ProviderState.CANCELLED,
    **dict.fromkeys(("FAIL_AUTH_PASSWORD", "FAIL_PAYMENT", "QUIT_PAYMENT"), ProviderState.DECLINED),
}


class KakaoPay:
    """A `types.providers.Provider`."""

    name = "kakaopay"
    window_seconds = WINDOW_SECONDS

    def __init__(self, secret: str, cid: str, origin: str, base: str = BASE) -> None:
        self._cid, self._origin = cid, origin
        self._line = Line(self.name, f"{base or BASE}/online/v1/payment", {"Authorization": f"SECRET_KEY {secret}"})

    def checkout(self, order: Order) -> str:
        if before := checkouts.address(order.id):
            return before
        back = f"{self._origin}{order.return_to}?orderId={order.id}"
        ask = {
            "cid": self._cid,
            "partner_order_id": order.id,
            "partner_user_id": order.id,  # nobody there needs to know who it is
            "item_name": order.title,
            "quantity": 1,
            "total_amount": order.amount,
            "tax_free_amount": order.tax_free,
            **dict.fromkeys(("approval_url", "cancel_url", "fail_url"), back),
        }
        status, said = self._line.post("/ready", ask)
        tid, where = (said.get("tid"), said.get("next_redirect_pc_url")) if isinstance(said, dict) else (None, None)
        if status != OK or not tid or not where:
            raise unknown(self.name, status, _code(said))
        return checkouts.begin(order.id, self.name, tid, where)

    def returned(self, order: OrderId, amount: int, query: Mapping[str, str]) -> Returned | NotReturned:
        """The sum does not come back; `approve` says it to the provider, which compares."""
        token, tid = query.get("pg_token", ""), checkouts.payment_key(order)
        if not token or not tid:
            return NotReturned(order, DeclineCode.PAYER_CANCELLED)
        checkouts.keep(order, token=token)
        return Returned(order, tid, amount)

    def confirm(self, payment_key: str, order: OrderId, amount: int) -> ProviderAnswer:
        if payment_key != checkouts.payment_key(order):
            raise ProviderRefused(reason="does_not_match")
        token = checkouts.kept(order).token
        if not token:
            return self._taken_or_refused(payment_key, "no_token")
        ask = {
            "cid": self._cid,
            "tid": payment_key,
            "partner_order_id": order,
            "partner_user_id": order,
            "pg_token": token,
            "total_amount": amount,
        }
        status, said = self._line.post("/approve", ask)
        if status == OK:
            checkouts.keep(order, token="")
            return self._look(payment_key)
        code = _code(said)
        if code == LIMIT:
            return _declined(payment_key, order, amount)
        if code in LOOK:
            return self._taken_or_refused(payment_key, str(code))
        if code in NEVER:
            raise ProviderRefused(reason=str(code))
        raise unknown(self.name, status, code)

    def cancel(self, payment_key: str, cancel_id: str, amount: int, reason: str) -> ProviderAnswer:
        now = self._look(payment_key)
        if any(cancel.id == cancel_id for cancel in now.cancels):
            return now
        if amount > now.balance:
            raise ProviderRefused(reason="exceeds_balance")
        ask = {
            "cid": self._cid,
            "tid": payment_key,
            "cancel_amount": amount,
            "cancel_tax_free_amount": min(amount, now.tax_free),
            "cancel_available_amount": now.balance,
            "payload": cancel_id,
        }
        status, said = self._line.post("/cancel", ask)
        if status == OK:
            return self._look(payment_key)
        code = _code(said)
        if code in NOT_NOW:  # look again before trying again
            raise ProviderSilent(retry_seconds=SOON_SECONDS)
        if code in WILL_NOT_CANCEL:
            raise ProviderRefused(reason=str(code))
        raise unknown(self.name, status, code)

    def find(self, order: OrderId) -> tuple[ProviderAnswer, ...]:
        tid = checkouts.payment_key(order)
        if not tid:
            return ()
        try:
            return (self._look(tid),)
        except ProviderRefused:
            return ()

    def listed(self, since: datetime, until: datetime) -> Iterator[ProviderAnswer]:
        """By asking about each order that was begun so that it can have been paid in that time: there is no list."""
        begun = Checkout.objects.filter(provider=self.name, made_at__gte=since - MADE_BEFORE, made_at__lt=until)
        rows = begun.order_by("made_at", "order")
        for tid in rows.values_list("payment_key", flat=True).iterator(chunk_size=LISTED_AT_ONCE):
            try:
                answer = self._look(tid)
            except ProviderRefused:  # they know nothing of it, so they took nothing
                continue
            if answer.taken and since <= answer.at < until:
                yield answer

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> OrderId:
        """There are none."""
        raise WebhookForged()

    def _taken_or_refused(self, tid: str, reason: str) -> ProviderAnswer:
        found = self._look(tid)
        if found.taken or found.state is ProviderState.DECLINED:
            return found
        raise ProviderRefused(reason=reason)

    def _look(self, tid: str) -> ProviderAnswer:
        status, said = self._line.post("/order", {"cid": self._cid, "tid": tid})
        if status != OK:
            if _code(said) == TID_UNKNOWN:
                raise ProviderRefused(reason="not_found")
            raise unknown(self.name, status, _code(said))
        try:
            return _read(said)
        except (KeyError, TypeError, ValueError) as error:
            raise unknown(self.name, status, type(error).__name__) from None


def _read(said: dict[str, Any]) -> ProviderAnswer:
    state = STATES[said["status"]]
    quit_ = said["status"] == "QUIT_PAYMENT"
    deeds = said.get("payment_action_details") or ()
    return ProviderAnswer(
        order=OrderId(said["partner_order_id"]),
        payment_key=said["tid"],
        state=state,
        amount=said["amount"]["total"],
        tax_free=said["amount"]["tax_free"],
        at=_time(said.get("approved_at") or said["created_at"]),
        declined=(DeclineCode.PAYER_CANCELLED if quit_ else DeclineCode.OTHER)
        if state is ProviderState.DECLINED
        else None,
        cancels=tuple(
            ProviderCancel(deed.get("payload") or deed["aid"], deed["amount"], _time(deed["approved_at"]))
            for deed in deeds
            if deed.get("payment_action_type") == "CANCEL"
        ),
    )


def _declined(tid: str, order: OrderId, amount: int) -> ProviderAnswer:
    return ProviderAnswer(
        order=order,
        payment_key=tid,
        state=ProviderState.DECLINED,
        amount=amount,
        tax_free=amount,
        at=clock.now(),
        declined=DeclineCode.LIMIT_EXCEEDED,
    )


def _time(said: str) -> datetime:
    """2026-01-01T00:00:00 on Seoul's wall clock."""
    at = datetime.fromisoformat(said)
    return at if at.tzinfo else at.replace(tzinfo=clock.SEOUL)


def _code(said: Any) -> int:
    code = said.get("error_code") if isinstance(said, dict) else None
    return code if isinstance(code, int) else 0
