"""The race harness produces the race it is meant to show, and the lock ends it."""

import pytest
from django.db import connection

from dure.base import clock
from dure.base.refusals import Refusal
from dure.kit import models, tx
from dure.kit.testing import Meet, race


class SoldOut(Refusal):
    """Nothing left."""


def _take_last(meet: Meet) -> str:
    with tx.durable(), connection.cursor() as cursor:
        cursor.execute("SELECT count FROM kit_rate_window WHERE bucket = 'seat' FOR UPDATE")
        (left,) = cursor.fetchone()
        meet()
        if not left:
            raise SoldOut
        cursor.execute("UPDATE kit_rate_window SET count = 0 WHERE bucket = 'seat'")
    return "seated"


def _take_by_name(meet: Meet) -> str:
    with tx.durable(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7)")
        cursor.execute("SELECT count FROM kit_rate_window WHERE bucket = 'seat'")
        (left,) = cursor.fetchone()
        meet()
        if not left:
            raise SoldOut
        cursor.execute("UPDATE kit_rate_window SET count = 0 WHERE bucket = 'seat'")
    return "seated"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("take", [_take_last, _take_by_name])
def test_one_seat_is_taken_once_and_twice_without_the_lock(take) -> None:
    models.RateWindow.objects.create(bucket="seat", ends_at=clock.now(), count=1)
    assert race(take, take).names == ("SoldOut", "seated")
    models.RateWindow.objects.update(count=1)
    assert race(take, take, locked=False).names == ("seated", "seated")


@pytest.mark.django_db(transaction=True)
def test_a_bug_in_a_runner_is_no_outcome() -> None:
    def broken(meet: Meet) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        race(broken, broken)
