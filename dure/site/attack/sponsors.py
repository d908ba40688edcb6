"""What may become of sponsors' deposits: entered once, large ones by two, taken back while they lie there."""

from .expect import OK, no
from .model import Deposit, Key, Model, Move, Outcome, Unit

TWO_PERSONS_FROM = 10_000_000
SPONSORS = "outside:sponsors"


def top_up(model: Model, new: Deposit) -> list[Unit]:
    """A deposit comes in. From TWO_PERSONS_FROM on it is no money before a second steward has seen it at the bank."""
    key: Key = ("deposit", new.reference)
    before = model.deposits.get(new.reference)
    if before is not None and before.lives:
        return [Unit((key,), [no("DepositKnown")])]
    new.state = "waiting" if new.amount >= TWO_PERSONS_FROM else "booked"
    moves = (_came(new),) if new.state == "booked" else ()

    def entered() -> None:
        model.deposits[new.reference] = new
        if new.state == "booked":
            model.booked.append(new)

    return [Unit((key,), [Outcome(OK, {key: (new.state, new.amount, model.over[new.reference])}, moves, entered)])]


def confirm(model: Model, one: Deposit, by: str) -> list[Unit]:
    """A second steward has seen it, too."""
    key: Key = ("deposit", one.reference)
    if one.state != "waiting":
        return [Unit((key,), [no("DepositOver")])]
    if by == one.by:
        return [Unit((key,), [no("SamePerson")])]
    return [Unit((key,), [_to(model, one, "booked", (_came(one),))])]


def take_back(model: Model, one: Deposit) -> list[Unit]:
    """A mistake: dropped, or taken out again as long as the very money still lies in the fund: first in, first out."""
    key: Key = ("deposit", one.reference)
    if one.state == "waiting":
        return [Unit((key,), [_to(model, one, "dropped", ())])]
    if one.state != "booked":
        return [Unit((key,), [no("DepositOver")])]
    if _drawn(model, one):
        return [Unit((key,), [no("DepositSpent")])]
    move = Move(f"match:{one.fund}", SPONSORS, one.amount, back=True)
    return [Unit((key,), [_to(model, one, "reversed", (move,))])]


def _came(one: Deposit) -> Move:
    return Move(SPONSORS, f"match:{one.fund}", one.amount, "top_up", one.fund)


def _to(model: Model, one: Deposit, state: str, moves: tuple[Move, ...]) -> Outcome:
    lives = state == "booked"
    over = model.over[one.reference] + (not lives)

    def moved() -> None:
        one.state, model.over[one.reference] = state, over
        if state == "booked":
            model.booked.append(one)

    return Outcome(
        OK, {("deposit", one.reference): (state, one.amount, over) if lives else (None, None, over)}, moves, moved
    )


def _drawn(model: Model, one: Deposit) -> bool:
    """Whether any of it was given to a box: what came in later is spent later, and is what is left first."""
    later = model.booked[model.booked.index(one) + 1 :]
    after = sum(other.amount for other in later if (other.fund, other.state) == (one.fund, "booked"))
    return model.balance(f"match:{one.fund}") - after < one.amount
