"""What an address that follows the usual shape (orderId, paymentKey, amount, code) brings back."""

from collections.abc import Mapping

from dure.base.refusals import BadValue
from dure.foundations.ledger.types.payments import DeclineCode, OrderId
from dure.foundations.ledger.types.providers import NotReturned, Returned, read_return


def came_back(order: OrderId, query: Mapping[str, str], declines: Mapping[str, DeclineCode]) -> Returned | NotReturned:
    """Raises BadValue for a payment with a sum that is none."""
    back = read_return({**query, "orderId": order})
    if isinstance(back, Returned):
        return back
    if query.get("paymentKey") and "code" not in query:
        raise BadValue(field="amount", reason="not_a_number")
    return NotReturned(order, declines.get(query.get("code", ""), DeclineCode.OTHER))
