"""Stewards send payouts to the bank: one puts them into a file, another one signs it, the bank takes it, a line comes back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import BankLine, PayoutFileId
from dure.foundations.people.types import Actor

from . import expect, remits
from .acts import Stage, attempt, keeping
from .auditor import Auditor
from .judge import Operation
from .model import File, Unit

WHY = "계좌가 없습니다"


def prepare(stage: Stage, auditor: Auditor, by: Actor, boxes: tuple[str, ...], key: str) -> Operation:
    """Payouts are put into a file."""
    return _signed(
        stage,
        (by, "prepare payouts", key, boxes),
        lambda: ledger.prepare_payouts(by, [UUID(auditor.payout(box)) for box in boxes], key=key),
        lambda: remits.prepare(stage.model, boxes, str(by.person)),
    )


def release(stage: Stage, auditor: Auditor, by: Actor, file: File, key: str) -> Operation:
    """A steward signs a file, or the one who prepared it tries to."""
    name = auditor.file(next(iter(file.lines)), _later(stage, file))
    return _signed(
        stage,
        (by, "release payouts", key, name),
        lambda: ledger.release_payouts(by, PayoutFileId(UUID(name)), key=key),
        lambda: remits.release(stage.model, file, str(by.person)),
    )


def drop(stage: Stage, auditor: Auditor, by: Actor, file: File, key: str) -> Operation:
    """A file is given up."""
    name = auditor.file(next(iter(file.lines)), _later(stage, file))
    return _signed(
        stage,
        (by, "drop payouts", key, name),
        lambda: ledger.drop_payouts(by, PayoutFileId(UUID(name)), key=key),
        lambda: remits.drop(stage.model, file),
    )


def confirm(stage: Stage, auditor: Auditor, by: Actor, about: tuple[File, int, str], key: str) -> Operation:
    """The bank took a file: a sum, under a number."""
    file, arrived, reference = about
    name = auditor.file(next(iter(file.lines)), _later(stage, file))
    return _signed(
        stage,
        (by, "confirm payouts", key, (name, arrived, reference)),
        lambda: ledger.confirm_payouts(by, PayoutFileId(UUID(name)), BankLine(arrived, reference), key=key),
        lambda: remits.confirm(stage.model, file, arrived, reference),
    )


def come_back(stage: Stage, auditor: Auditor, by: Actor, about: tuple[File, str], key: str) -> Operation:
    """A line came back."""
    file, box = about
    line = auditor.file_line(auditor.file(box, _later(stage, file, box)), box)
    return _signed(
        stage,
        (by, "return payout", key, line),
        lambda: ledger.return_payout(by, UUID(line), WHY, key=key),
        lambda: remits.come_back(stage.model, file, box),
    )


def _signed(
    stage: Stage, asked: tuple[Actor, str, str, Any], act: Callable[[], Any], units: Callable[[], list[Unit]]
) -> Operation:
    by, verb, key, body = asked
    name = (str(by.person), verb, key)
    return Operation(
        verb,
        lambda: attempt(act),
        lambda: expect.repeated(stage.model, *name, body) or units(),
        after=keeping(stage, name, body),
    )


def _later(stage: Stage, file: File, box: str = "") -> int:
    """How many files with the same payout came after it."""
    box = box or next(iter(file.lines))
    with_it = [one for one in stage.model.files if box in one.lines]
    return len(with_it) - 1 - next(number for number, one in enumerate(with_it) if one is file)
