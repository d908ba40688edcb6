"""Messages that did not come: what is still true of them is told anew.

A message about several subjects is stopped when one of them changes, and ends with the first of them. Whoever it had not reached
by then hears of that one in the next message, if there is anything to say; of the others they would never hear, for they
count as told. So what those heard before is put back, and they are asked about again.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import SendingId
from dure.foundations.people.types import PersonId
from dure.kit import sqlfiles, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import Change

from .fetching import HOUSE
from .warned import put_back_warned

LETTERS_AT_ONCE = 50


def retell(by: Actor, most: int = LETTERS_AT_ONCE) -> int:
    """Let what is still true of the next messages that were stopped or are over be told anew to those they did not reach. Answers
    how many messages. Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        over = Q(stopped_at__isnull=False) | Q(expires_at__lte=now)
        rows = models.Letter.objects.select_for_update(skip_locked=True).filter(over, retold_at__isnull=True)
        letters = list(rows.order_by("expires_at", "id")[:most])
        missed = channels.unreached([letter.sending for letter in letters]) if letters else {}
        for letter in letters:
            if persons := missed.get(SendingId(letter.sending)):
                _put_back(letter, persons, now)
        models.Letter.objects.filter(id__in=[letter.id for letter in letters]).update(retold_at=now)
    return len(letters)


def _put_back(letter: models.Letter, persons: Collection[PersonId], now: datetime) -> None:
    """What these heard before of whatever is still as the message said it."""
    notice = models.Notice.objects.filter(letter=letter).first()
    if notice is None:
        return
    if bytes(notice.warned) != queries.NOTHING:
        _put_back_warned(letter, notice, persons, now)
        return
    changes = msgspec.json.decode(bytes(notice.changes), type=tuple[Change, ...])
    board = queries.board(now, {(one.subject.zone, one.subject.field) for one in changes})
    true = [one for one in changes if one.subject in board and board[one.subject].level is one.level]
    if not true:
        return
    asked: dict[str, Any] = {
        "readers": list(persons),
        "now": now,
        "zones": [one.subject.zone for one in true],
        "hazards": [one.subject.hazard for one in true],
        "fields": [one.subject.field for one in true],
        "days": [one.subject.day for one in true],
        "levels": [one.level.value for one in true],
        "before": [one.before.value for one in true],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "ask_again").text, asked)
        cursor.execute(sqlfiles.load(HOUSE, "put_back").text, asked)


def _put_back_warned(
    letter: models.Letter, notice: models.Notice, persons: Collection[PersonId], now: datetime
) -> None:
    """The same of weather warnings, for a message that was stopped. One that nobody took for half a day is not written again."""
    if letter.stopped_at is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "ask_again").text, {"readers": list(persons), "now": now})
    put_back_warned(notice, persons)
