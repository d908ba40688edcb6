"""What may become of receipts for the tax office: once for each gift that stands, taken back with it."""

from collections.abc import Iterable

from .expect import OK, no
from .model import Gift, Key, Model, Outcome, Unit, Value

LINES_MAX = 2_000  # donations on one receipt


def issue(model: Model, ask: tuple[str, int, bool], may: bool) -> list[Unit]:
    """A receipt for all of a donor's gifts of a year that are on none. `ask`: donor, year, whether they agree on the way."""
    donor, year, agrees = ask
    if not may:
        return [Unit((), [no("NotAllowed")])]
    if not agrees and donor not in model.agreed:
        return [Unit((), [no("ReceiptConsentMissing")])]
    on_it = sorted(_open(model, donor, year), key=lambda gift: (gift.on, gift.id))[:LINES_MAX]
    keys = tuple(("donation", gift.id) for gift in on_it)
    if not on_it:
        return [Unit(keys, [no("NothingToReceipt")])]

    def issued() -> None:
        model.agreed.add(donor)
        for gift in on_it:
            model.attest(gift, True)

    facts: dict[Key, Value] = {("donation", gift.id): (gift.amount, 0, gift.amount) for gift in on_it}
    return [Unit(keys, [Outcome(OK, facts, (), issued, sum(gift.amount for gift in on_it))])]


def take_back(model: Model, receipt: tuple[str, Iterable[str], bool], may: bool) -> list[Unit]:
    """A receipt no longer holds: its gifts can be receipted again. `receipt`: id, gifts, whether it was taken back before."""
    name, gifts, again = receipt
    again = again or name in model.taken_back
    on_it = [model.gifts[model.by_id[gift]] for gift in gifts]
    keys = tuple(("donation", gift.id) for gift in on_it)
    if not may or again:
        return [Unit(keys, [no("ReceiptAlreadyReversed" if may else "NotAllowed")])]

    def taken_back() -> None:
        model.taken_back.add(name)
        for gift in on_it:
            model.attest(gift, False)

    facts: dict[Key, Value] = {("donation", gift.id): (*_noted(gift), 0) for gift in on_it}
    return [Unit(keys, [Outcome(OK, facts, (), taken_back)])]


def statement(model: Model, donor: str, year: int) -> list[Unit]:
    """Invariant 10, as the donor sees it: what was given and stands, and how much of it is on receipts."""
    mine = [gift for gift in model.gifts.values() if gift.donor == donor and gift.noted and gift.on.year == year]
    given = sum(gift.noted[0] - gift.noted[1] for gift in mine if gift.noted)
    return [Unit((), [Outcome(OK, value=(given, sum(gift.receipted for gift in mine)))])]


def _open(model: Model, donor: str, year: int) -> list[Gift]:
    return [
        gift
        for gift in model.gifts.values()
        if gift.donor == donor and gift.noted == (gift.amount, 0) and not gift.attested and gift.on.year == year
    ]


def _noted(gift: Gift) -> tuple[int, int]:
    return gift.noted or (0, 0)
