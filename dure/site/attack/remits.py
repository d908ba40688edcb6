"""What may become of payouts on their way to the bank: filed, signed by another steward, taken, come back."""

from collections.abc import Callable

from .expect import OK, no
from .model import File, Key, Model, Move, Outcome, Unit, Value

OURS, PARTNERS, KIND = "bank:platform", "bank:partners", "payout_sent"
LIVE = ("listed", "sent", "paid")  # a payout has one such line at most
RELEASED = ("released", "confirmed")


def prepare(model: Model, boxes: tuple[str, ...], by: str) -> list[Unit]:
    """Payouts that wait are put into a file; one that stands in another one under way is not."""
    if any(file.lines.get(box) in LIVE for file in model.files for box in boxes):
        return [Unit(_keys(boxes), [no("PayoutInFile")])]
    new = File(by, dict.fromkeys(boxes, "listed"))
    return [Unit(_keys(boxes), [_outcome(new, [*model.files, new], lambda: model.files.append(new))])]


def release(model: Model, file: File, by: str) -> list[Unit]:
    """Another steward signs it."""
    if file.state != "prepared":
        return _refused(file, "WrongFileState")
    return _refused(file, "SameSteward") if by == file.by else [_moved(model, file, "released", ("listed", "sent"))]


def drop(model: Model, file: File) -> list[Unit]:
    """It is given up before anybody signed it."""
    return (
        _refused(file, "WrongFileState")
        if file.state != "prepared"
        else [_moved(model, file, "dropped", ("listed", "dropped"))]
    )


def confirm(model: Model, file: File, arrived: int, reference: str) -> list[Unit]:
    """The bank took it, to the won, under a number of its own: now it is booked."""
    if file.state != "released":
        return _refused(file, "WrongFileState")
    sent = [box for box, state in file.lines.items() if state == "sent"]
    noes = ["PayoutSumDiffers"] if arrived != sum(model.boxes[box].paid for box in sent) else []
    noes += ["BankReferenceKnown"] if reference in model.references else []
    if noes:
        return _refused(file, *noes)
    moves = tuple(Move(PARTNERS, OURS, model.boxes[box].paid, KIND) for box in sent)
    return [_moved(model, file, "confirmed", ("sent", "paid"), moves, lambda: model.references.add(reference))]


def come_back(model: Model, file: File, box: str) -> list[Unit]:
    """A line came back from the bank: its payout waits again, and what was booked of it is taken back."""
    line = file.lines[box]
    if file.state not in RELEASED or line not in ("sent", "paid"):
        return _refused(file, "WrongFileState")
    lives = any(state in LIVE for other, state in file.lines.items() if other != box)
    moves = (Move(OURS, PARTNERS, model.boxes[box].paid, back=True),) if line == "paid" else ()
    after = File(file.by, file.lines | {box: "returned"}, file.state if lives else "returned")
    return [Unit(_keys(tuple(file.lines)), [_become(model, file, after, moves)])]


def _moved(
    model: Model,
    file: File,
    state: str,
    lines: tuple[str, str],
    moves: tuple[Move, ...] = (),
    more: Callable[[], None] = lambda: None,
) -> Unit:
    before, then = lines
    after = File(file.by, {box: then if line == before else line for box, line in file.lines.items()}, state)
    return Unit(_keys(tuple(file.lines)), [_become(model, file, after, moves, more)])


def _become(
    model: Model, file: File, after: File, moves: tuple[Move, ...], more: Callable[[], None] = lambda: None
) -> Outcome:
    def became() -> None:
        file.lines, file.state = after.lines, after.state
        more()

    return _outcome(after, [after if one is file else one for one in model.files], became, moves)


def _outcome(about: File, files: list[File], apply: Callable[[], None], moves: tuple[Move, ...] = ()) -> Outcome:
    facts: dict[Key, Value] = {("payout", box): _seen(files, box) for box in about.lines}
    return Outcome(OK, facts, moves, apply)


def _seen(files: list[File], box: str) -> Value:
    """In which files a box's payout stood, and how."""
    return tuple(sorted((file.lines[box], file.state) for file in files if box in file.lines))


def _keys(boxes: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple(("payout", box) for box in boxes)


def _refused(file: File, *why: str) -> list[Unit]:
    return [Unit(_keys(tuple(file.lines)), [no(*why)])]
