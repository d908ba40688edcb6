"""What may become of reservations: made, posted in whole or part, given up, run out. Once each, and never beyond the limit."""

from datetime import datetime
from functools import partial

from .expect import OK, no
from .model import Hold, Key, Model, Move, Outcome, Unit

KIND = "attack_hold"
SOURCE = "outside:attack"
OVER = {"post": "PendingAlreadyPosted", "void": "PendingAlreadyVoided", "expire": "PendingExpired"}
DIFFERENT = "PostingExistsWithDifferent"


def fill(model: Model, ask: tuple[str, str, int, str]) -> list[Unit]:
    """Money comes from outside into a purse. The same posting again changes nothing; another under its id is refused."""
    posting, purse, amount, funder = ask
    kept = model.keys.get(("till", "fill", posting))
    if kept is not None:
        return [Unit((), [Outcome(OK) if kept[0] == ask else no(DIFFERENT)])]

    def filled() -> None:
        model.keys["till", "fill", posting] = (ask, None)

    return [Unit((), [Outcome(OK, {}, (Move(SOURCE, purse, amount, KIND, funder),), filled)])]


def reserve(model: Model, hold: Hold) -> list[Unit]:
    """What is reserved counts against the limit at once, and moves nothing."""
    key: Key = ("hold", hold.id)
    before = model.holds.get(hold.id)
    if before is not None:
        return [Unit((key,), [Outcome(OK) if before.asked == hold.asked else no(DIFFERENT)])]
    if hold.amount > model.free(hold.debit):
        return [Unit((key,), [no("InsufficientFunds")])]
    move = Move(hold.debit, hold.credit, hold.amount, KIND, hold.funder, phase="pending")
    return [Unit((key,), [Outcome(OK, {key: ("open", 0)}, (move,), partial(_made, model, hold))])]


def resolve(model: Model, hold: Hold, ask: tuple[str, str, int | None], now: datetime) -> list[Unit]:
    """A reservation is posted, all of it or a part (the rest is free again), or given up: once. `ask`: id, how, amount."""
    resolution, to, wanted = ask
    key: Key = ("hold", hold.id)
    amount = hold.amount if wanted is None else wanted
    kept = model.keys.get(("till", "resolve", resolution))
    if kept is not None:
        return [Unit((key,), [Outcome(OK) if kept[0] == (hold.id, to, amount) else no(DIFFERENT)])]
    noes = [OVER[hold.state]] if hold.state != "open" else []
    if to == "post" and hold.state == "open" and hold.expires is not None and now >= hold.expires:
        noes.append("PendingExpired")
    if amount > hold.amount:
        noes.append("PendingAmountExceeded")
    if noes:
        return [Unit((key,), [no(*noes)])]
    outcome = _ended(hold, to, amount)

    def resolved() -> None:
        outcome.apply()
        model.keys["till", "resolve", resolution] = ((hold.id, to, amount), None)

    return [Unit((key,), [Outcome(OK, outcome.facts, outcome.moves, resolved)])]


def expire_due(model: Model, now: datetime) -> list[Unit]:
    """Time ends every open reservation whose time is up."""
    due = [one for one in model.holds.values() if one.state == "open" and one.expires and one.expires <= now]
    return [Unit((("hold", one.id),), [_ended(one, "expire", one.amount)]) for one in due]


def _ended(hold: Hold, to: str, amount: int) -> Outcome:
    posted = amount if to == "post" else 0
    move = Move(hold.debit, hold.credit, amount, KIND, hold.funder, phase=to, frees=hold.amount)

    def ended() -> None:
        hold.state, hold.posted = to, posted

    return Outcome(OK, {("hold", hold.id): (to, posted)}, (move,), ended)


def _made(model: Model, hold: Hold) -> None:
    model.holds[hold.id] = hold
