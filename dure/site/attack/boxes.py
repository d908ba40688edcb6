"""What may become of a box at the desks of partner and stewards: close, plan, approve, pay out, report."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .expect import OK, no
from .model import Box, Key, Model, Move, Outcome, Unit

APPROVALS = 2


def desk(model: Model, box: Box, want: str, now: datetime, given: Any = None) -> list[Unit]:
    """What the partner and the stewards do with a box. `given`: who approves, or the sum of a plan, or of a line."""
    steps: dict[str, Callable[[Model, Box, datetime, Any], Outcome]] = {
        "close": _close,
        "stop": _stop,
        "extend": _extend,
        "revise_plan": _revise_plan,
        "approve_plan": _approve_plan,
        "reject_plan": _reject_plan,
        "pay_out": _pay_out,
        "add_line": _add_line,
        "file_report": _file_report,
    }
    keys: tuple[Key, ...] = (("cause", box.id), ("plan", box.id), ("lines", box.id))
    return [Unit(keys, [steps[want](model, box, now, given)])]


def _to(model: Model, box: Box, state: str, **more: Any) -> dict[Key, Any]:
    """The facts of a box that goes to `state`."""
    return {("cause", box.id): (state, more.get("closes", box.closes)), ("plan", box.id): model.fact(("plan", box.id))}


def _close(model: Model, box: Box, now: datetime, _: Any) -> Outcome:
    if box.state != "open":
        return no("WrongState")
    if now < box.closes and model.in_box(box.id) < box.goal:
        return no("NotOverYet")
    after = "closed" if model.in_box(box.id) else "ended"

    def closed() -> None:
        box.state = after

    return Outcome(OK, _to(model, box, after), (), closed)


def _stop(model: Model, box: Box, now: datetime, _: Any) -> Outcome:
    if box.state not in ("open", "closed", "planned"):
        return no("WrongState")

    def stopped() -> None:
        box.state = "stopped"

    return Outcome(OK, _to(model, box, "stopped"), (), stopped)


def _extend(model: Model, box: Box, now: datetime, until: datetime) -> Outcome:
    if box.state != "open":
        return no("WrongState")
    if now >= box.closes or not box.closes < until:
        return no("BadValue")

    def extended() -> None:
        box.closes = until

    return Outcome(OK, _to(model, box, "open", closes=until), (), extended)


def _revise_plan(model: Model, box: Box, now: datetime, total: int) -> Outcome:
    if box.state not in ("closed", "planned"):
        return no("WrongState")
    if total != model.in_box(box.id):
        return no("SumDiffers")

    def revised() -> None:
        box.state, box.plan, box.versions = "planned", (total, frozenset()), box.versions + 1

    return Outcome(OK, {("cause", box.id): ("planned", box.closes), ("plan", box.id): (total, 0)}, (), revised)


def _approve_plan(model: Model, box: Box, now: datetime, given: tuple[str, int]) -> Outcome:
    """`given`: who approves, and the version of the plan that they read."""
    steward, version = given
    if box.state != "planned" or box.plan is None:
        return no("WrongState", "NotFound")
    total, approvals = box.plan
    noes = ["SamePerson"] if steward in approvals else []
    noes += ["PlanChanged"] if version != box.versions else []
    if noes:
        return no(*noes)

    def approved() -> None:
        box.plan = (total, approvals | {steward})

    enough = len(approvals) + 1 >= APPROVALS
    return Outcome(OK, {("plan", box.id): (total, len(approvals) + 1)}, (), approved, enough)


def _reject_plan(model: Model, box: Box, now: datetime, _: Any) -> Outcome:
    if box.state != "planned":
        return no("WrongState", "NotFound")

    def rejected() -> None:
        box.state, box.plan = "closed", None

    return Outcome(OK, {("cause", box.id): ("closed", box.closes), ("plan", box.id): None}, (), rejected)


def _pay_out(model: Model, box: Box, now: datetime, _: Any) -> Outcome:
    if box.state != "planned" or box.plan is None:
        return no("WrongState", "NotFound")
    if len(box.plan[1]) < APPROVALS:
        return no("TooFew")
    total = model.in_box(box.id)
    if box.plan[0] != total:
        return no("SumDiffers")
    parts = [(name, model.balance(name)) for name in (f"box:{box.id}", f"matched:{box.id}")]
    moves = tuple(Move(name, f"project:{box.id}", amount, "payout") for name, amount in parts if amount)

    def paid() -> None:
        box.state, box.paid = "paid_out", total

    return Outcome(OK, _to(model, box, "paid_out"), moves, paid, total)


def _add_line(model: Model, box: Box, now: datetime, amount: int) -> Outcome:
    if box.state != "paid_out":
        return no("WrongState")

    def added() -> None:
        box.lines.append(amount)

    return Outcome(OK, {("lines", box.id): (len(box.lines) + 1, sum(box.lines) + amount)}, (), added)


def _file_report(model: Model, box: Box, now: datetime, _: Any) -> Outcome:
    if box.state != "paid_out":
        return no("WrongState")
    if not box.lines:
        return no("BadValue")
    if sum(box.lines) != box.paid:
        return no("SumDiffers")
    moves = tuple(Move(f"project:{box.id}", f"spent:{box.id}", amount, "spend") for amount in box.lines)

    def filed() -> None:
        box.state = "reported"

    return Outcome(OK, _to(model, box, "reported"), moves, filed, len(box.lines))


def close_due(model: Model, now: datetime) -> list[Unit]:
    """Time closes every box that is due."""
    due = [box for box in model.boxes.values() if box.state == "open" and box.closes <= now]
    return [Unit((("cause", box.id),), [_close(model, box, now, None)]) for box in due]
