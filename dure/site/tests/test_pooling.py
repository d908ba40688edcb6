"""A season gives to a donation box: it gets one sum of what people agreed to, and what it cannot take goes where was said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from dure.base import clock, ids
from dure.base.actors import OrganisationId
from dure.foundations.ledger import queries as book
from dure.foundations.people.tests import making as folk
from dure.kit import delivery
from dure.kit.verify import silent
from dure.kit.visiting import browser, form
from dure.services.giving import actions as giving_actions
from dure.services.giving import commands as giving_commands
from dure.services.giving import models as giving_models
from dure.services.giving import queries as giving
from dure.services.giving.tests import making as boxes
from dure.services.giving.types import BoxId, CauseState
from dure.services.pledges import actions, models, queries
from dure.services.pledges import commands as pledges_commands
from dure.services.pledges.rules import disputes
from dure.services.pledges.tests import making
from dure.services.pledges.tests.making import BY, key
from dure.services.pledges.types import BoxClosesTooSoon, Consent, GiftsPooled, OpenBox, Project, ReceiverUnfit, Season
from dure.site import pooling
from dure.site.wiring import wiring

MISSED = 2_000  # of 10,000, of each person: eighty days kept


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> boxes.Town:
    boxes.gate_of(monkeypatch, 1)
    return boxes.town()


def hear() -> None:
    delivery.run_until_idle(wiring)


def opened(town: boxes.Town) -> BoxId:
    """A box that is open for most of a year, of which pledges has heard."""
    box = boxes.opened(town)
    for days in (110, 195, 280):
        giving_actions.extend(town.owner, box, clock.now() + timedelta(days=days), key=key())
    hear()
    return box


def season_of(town: boxes.Town, box: BoxId, people: int = 5, *, others: int = 0) -> tuple[Season, Project]:
    """A settled season of which so many people gave to the box, and others to its organisation."""
    steward, leader = town.stewards[0], folk.person("길잡이")
    new = making.new_season((town.partner,), boxes=(box,))
    season = actions.open_season(steward, new, key=key())
    project = making.open_project(season, leader, steward, capacity=20)
    by_box = {one.box: one.id for one in season.receivers}
    ground = making.Ground(season, project, town.stewards, leader, town.partner, ())
    for number in range(people + others):
        receiver = by_box[box if number < people else None]
        by = folk.person()
        pledge = making.joined(by, project, Consent(gives=True, receiver=receiver))
        making.proved(ground, by, pledge, 80)
    making.settled(ground)
    hear()
    return season, project


@contextmanager
def payday(season: Season) -> Iterator[None]:
    settled = queries.season(season.id).settled_at
    assert settled is not None
    with making.at(settled + timedelta(days=31)):
        yield


def broken() -> list[str]:
    checks = (*giving_commands.verify_checks(), *pledges_commands.verify_checks())
    return [found.what for check in checks for found in check.run(silent)]


def at_the_bank() -> list[int]:
    return [one.amount for one in book.payouts_waiting(folk.steward())]


def receiver_of(season: Season, box: BoxId) -> UUID:
    return next(one.id for one in season.receivers if one.box == box)


def test_what_a_season_gave_reaches_the_box_as_one_sum(town: boxes.Town) -> None:
    box = opened(town)
    season, _ = season_of(town, box)
    with payday(season):
        assert [actions.ask_payouts(BY) for _ in range(2)] == [1, 0]
        hear()
        assert actions.ask_payouts(BY) == 0
    assert giving.raised(box) == 5 * MISSED
    assert at_the_bank() == []
    told = {one.receiver.box: (one.won, one.paid) for one in queries.receiver_sums(season.id)}
    assert told == {None: (0, 0), box: (5 * MISSED, 5 * MISSED)}
    assert [one.name for one in giving.money_flow(box).sources if one.amount] == [season.name]
    assert broken() == []


def test_the_news_twice_hands_it_over_once(town: boxes.Town) -> None:
    box = opened(town)
    season, _ = season_of(town, box)
    with payday(season):
        actions.ask_payouts(BY)
        hear()
        row = models.Pool.objects.select_related("receiver__season").get()
        news = GiftsPooled(row.id, box, row.receiver.account, row.won, row.receiver.season.name, row.at)
        pooling.fill_box(news, ids.new())
    assert giving.raised(box) == 5 * MISSED
    assert models.Pool.objects.get().back_at is None
    assert broken() == []


def test_a_box_that_closed_leaves_it_to_its_organisation(town: boxes.Town) -> None:
    box = opened(town)
    season_of(town, box)
    with making.at(clock.now() + timedelta(days=361)):
        giving_actions.close_due(BY)
        hear()
        assert actions.ask_payouts(BY) == 1
        assert at_the_bank() == []
        hear()
        assert actions.ask_payouts(BY) == 1
    assert giving.raised(box) == 0
    assert at_the_bank() == [5 * MISSED]
    assert broken() == []


def test_a_box_without_room_leaves_it_to_its_organisation(town: boxes.Town) -> None:
    box = opened(town)
    season, _ = season_of(town, box)
    giving_models.Cause.objects.filter(id=box).update(collection_number="")
    boxes.given(folk.person(), box, 9_995_000)
    with payday(season):
        actions.ask_payouts(BY)
        hear()
        actions.ask_payouts(BY)
    assert giving.raised(box) == 9_995_000
    assert at_the_bank() == [5 * MISSED]


@pytest.mark.parametrize("before", [True, False])
def test_a_box_that_was_stopped_gives_it_to_nobody(town: boxes.Town, *, before: bool) -> None:
    box = opened(town)
    season, _ = season_of(town, box)
    with payday(season):
        if not before:
            actions.ask_payouts(BY)
            hear()
            assert giving.raised(box) == 5 * MISSED
        giving_actions.stop(town.stewards[0], box, "The partner cannot deliver.", key=key())
        giving_actions.refund_all_stopped(BY)
        giving_actions.refund_all_stopped(BY)
        actions.ask_payouts(BY)
        hear()
        assert actions.ask_payouts(BY) == 0
    assert giving.card(box).state is CauseState.REFUNDED
    assert at_the_bank() == []
    assert making.held(queries.receiver_code(receiver_of(season, box))) == 5 * MISSED
    assert broken() == []


def test_a_stopped_box_is_nobodys_even_where_its_public_book_would_tell_nothing(town: boxes.Town) -> None:
    box = opened(town)
    season, _ = season_of(town, box, people=4, others=6)
    giving_actions.stop(town.stewards[0], box, "The partner cannot deliver.", key=key())
    hear()
    with payday(season):
        assert actions.ask_payouts(BY) == 1
    assert at_the_bank() == [6 * MISSED]
    assert making.held(queries.receiver_code(receiver_of(season, box))) == 4 * MISSED


def test_a_box_that_is_stopped_after_it_closed_gives_it_to_nobody(town: boxes.Town) -> None:
    box = opened(town)
    season, _ = season_of(town, box)
    boxes.given(folk.person(), box, 10_000)  # a box without any ends by itself
    with making.at(clock.now() + timedelta(days=361)):
        giving_actions.close_due(BY)
        hear()
        actions.ask_payouts(BY)
        hear()
        giving_actions.stop(town.stewards[0], box, "The partner cannot deliver.", key=key())
        hear()
        assert actions.ask_payouts(BY) == 0
    assert at_the_bank() == []
    assert making.held(queries.receiver_code(receiver_of(season, box))) == 5 * MISSED


def test_where_fewer_than_five_gave_the_public_book_of_the_box_tells_nothing(town: boxes.Town) -> None:
    box = opened(town)
    season, _ = season_of(town, box, people=4, others=6)
    with payday(season):
        actions.ask_payouts(BY)
        hear()
    assert giving.raised(box) == 0
    assert sorted(at_the_bank()) == [4 * MISSED, 6 * MISSED]


def test_each_giver_is_receipted_once_by_the_organisation(town: boxes.Town) -> None:
    box = opened(town)
    season, project = season_of(town, box)
    with payday(season):
        actions.ask_payouts(BY)
        hear()
    noted = models.Settlement.objects.filter(pledge__project_id=project.id).values_list("pledge__person_id", flat=True)
    settled = queries.season(season.id).settled_at
    assert settled is not None
    for person in noted:
        found = book.donations_open(person, town.partner, clock.local(settled).year)
        assert [one.amount for one in found] == [MISSED]


def test_a_season_names_only_boxes_that_are_open_long_enough(town: boxes.Town) -> None:
    box = opened(town)
    assert [one.id for one in queries.open_boxes()] == [box]
    new = making.new_season((), boxes=(box,))
    short = disputes.pays_from(new.starts_on)
    actions.note_box(BY, OpenBox(box, OrganisationId(town.partner), "모금", making.noon(short)))
    with pytest.raises(BoxClosesTooSoon):
        actions.open_season(town.stewards[0], new, key=key())
    actions.note_box(BY, OpenBox(box, OrganisationId(town.partner), "모금", making.noon(short + timedelta(days=1))))
    season = actions.open_season(town.stewards[0], new, key=key())
    assert [one.box for one in season.receivers] == [box]
    giving_actions.stop(town.stewards[0], box, "The partner cannot deliver.", key=key())
    hear()
    assert queries.open_boxes() == ()
    with pytest.raises(ReceiverUnfit):
        actions.open_season(town.stewards[0], new, key=key())


def test_the_desk_offers_open_boxes_to_a_season(town: boxes.Town) -> None:
    box = opened(town)
    client, address = browser(town.stewards[0]), reverse("pledges-desk:stewards")
    assert f'value="{box}"' in client.get(address).content.decode()
    new = making.new_season(())
    typed = {
        "name": new.name,
        "propose_until": new.propose_until.isoformat(),
        "join_until": new.join_until.isoformat(),
        "starts_on": new.starts_on.isoformat(),
        "deposit": "10000",
        "grace_minutes": "60",
        "fee_percent": "0",
        "receivers": [str(town.partner), str(box)],
    }
    assert client.post(address, form(**typed)).status_code == 303
    [season] = queries.seasons()
    assert [(one.organisation, one.box) for one in season.receivers] == [(town.partner, None), (town.partner, box)]
    card = giving.card(box)
    assert season.receivers[1].name == f"{card.title} ({card.partner_name})"
    leader = folk.person("길잡이")
    project = making.open_project(season, leader, town.stewards[0])
    page = browser(folk.person()).get(reverse("pledges:join", args=[project.code])).content.decode()
    assert card.title in page
    assert "모금함" in page
