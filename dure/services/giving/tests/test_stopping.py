"""A stopped box gives back all it can, whatever one piece of it does; an empty one ends by itself."""

from datetime import timedelta

import pytest
import time_machine

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import system
from dure.kit import models as kit_models
from dure.kit.diagnosis import Level
from dure.kit.verify import silent
from dure.services.giving import actions, commands, models, queries
from dure.services.giving.types import BoxId, CauseState, GiftState, MatchKind, WrongState

from . import by_hand, making
from .making import Town, key
from .strategies import lines_of
from .test_gifts import funded

BY = system("test")
WHY = "The partner cannot deliver."


def state(box: BoxId) -> CauseState:
    return queries.card(box).state


def stop(town: Town, box: BoxId) -> None:
    actions.stop(town.stewards[0], box, WHY, key=key())


def findings() -> list[str]:
    return [found.what for check in commands.verify_checks() for found in check.run(silent)]


def test_one_gift_that_cannot_go_back_holds_up_nobody_else(town: Town) -> None:
    boxes = [making.opened(town) for _ in range(2)]
    funded(town, 1_000)
    gifts = {box: [making.given(folk.person(), box, won).id for won in (1_000, 2_000, 3_000)] for box in boxes}
    for box in boxes:
        actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
        stop(town, box)
    stuck = gifts[boxes[0]][2]  # the first to be tried
    by_hand.reverse(stuck)
    assert actions.refund_all_stopped(BY) == 2 + 3 + 2
    assert actions.refund_all_stopped(BY) == 0
    assert [state(box) for box in boxes] == [CauseState.STOPPED, CauseState.REFUNDED]
    standing = models.Gift.objects.filter(state=GiftState.GIVEN).values_list("id", flat=True)
    assert list(standing) == [stuck]
    assert queries.funds()[0].available == 1_000
    (diagnosis,) = commands.diagnoses()
    assert diagnosis.level is Level.OK, "it may still be under way"
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        (diagnosis,) = commands.diagnoses()
    assert diagnosis.level is Level.WARNING
    assert f"{queries.card(boxes[0]).code}: 1 gifts and 0 matches" in diagnosis.found


def test_the_newest_goes_back_first(town: Town) -> None:
    box = making.opened(town)
    old, new = (making.given(folk.person(), box, won).id for won in (1_000, 2_000))
    stop(town, box)
    assert actions.refund_stopped(BY, box, most=1) == 1
    assert (queries.gift(old).state, queries.gift(new).state) == (GiftState.GIVEN, GiftState.REFUNDED)


def test_a_returned_match_is_told_and_was_not_given(town: Town) -> None:
    box = making.opened(town)
    funded(town, 1_000)
    actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
    assert [(fund.available, fund.given) for fund in queries.funds()] == [(900, 100)]
    stop(town, box)
    actions.refund_all_stopped(BY)
    assert [(fund.available, fund.given) for fund in queries.funds()] == [(1_000, 0)]
    told = kit_models.News.objects.filter(kind="giving.MatchReturned")
    assert [(news.body["box"], news.body["amount"]) for news in told] == [(str(box), 100)]


def test_a_box_that_raised_nothing_ends_by_itself(town: Town) -> None:
    box = making.opened(town)
    with time_machine.travel(queries.card(box).closes_at, tick=False):
        assert actions.close_due(BY) == 1
    assert state(box) is CauseState.ENDED
    assert models.Box.objects.get(cause_id=box).state == CauseState.ENDED
    steps = [entry.after for entry in queries.history(box, town.stewards[0])][-2:]
    assert steps == [CauseState.CLOSED, CauseState.ENDED]
    assert queries.partner_tasks(town.partner) == ()
    with pytest.raises(WrongState):
        actions.revise_plan(town.owner, box, lines_of(1_000), key=key())
    assert findings() == []


def test_a_closed_box_ends_with_its_last_refund(town: Town) -> None:
    box, gifts = making.closed(town, (60_000, 40_000))
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    actions.refund_gift(town.stewards[0], gifts[0], "asked", key=key())
    assert state(box) is CauseState.CLOSED
    actions.refund_gift(town.stewards[0], gifts[1], "asked", key=key())
    assert state(box) is CauseState.ENDED
    assert findings() == []
