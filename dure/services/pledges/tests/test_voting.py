"""A group votes on who receives: when, who, what follows, and where the won go."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit.testing import Runner, race
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries
from dure.services.pledges.rules import permits, voting
from dure.services.pledges.types import (
    Consent,
    NotInSeason,
    Pledge,
    PledgeState,
    Receiver,
    ReceiverId,
    SeasonClosed,
    SeasonState,
    VoteNotOpen,
    WrongStep,
)

from . import disputing, making
from .making import BY, Ground, held_open, key
from .test_api import ask

__all__ = ["ask"]
STARTS = date(2020, 3, 23)
GROUP = Consent(gives=True, by_vote=True)
NAMED = [ReceiverId(UUID(int=number)) for number in range(1, 6)]
COUNTS = st.dictionaries(st.sampled_from(NAMED), st.integers(0, 9))


@given(COUNTS)
def test_most_votes_decide_and_of_several_the_first_named(votes: dict[ReceiverId, int]) -> None:
    chosen = voting.chosen(NAMED, votes)
    most = max(votes.get(one, 0) for one in NAMED)
    assert votes.get(chosen, 0) == most
    assert chosen == next(one for one in NAMED if votes.get(one, 0) == most)


@given(st.integers(-30, 130))
def test_a_group_votes_in_the_last_ten_days_and_until_the_settlement_begins(day: int) -> None:
    today = STARTS + timedelta(days=day - 1)
    assert voting.is_open(SeasonState.OPEN, STARTS, today) == (day >= 91)
    assert not voting.is_open(SeasonState.SETTLING, STARTS, today)


@given(st.sampled_from(PledgeState), st.sampled_from(SeasonState))
def test_whose_deposit_is_held_votes(state: PledgeState, season: SeasonState) -> None:
    may = season is SeasonState.OPEN and state in (PledgeState.JOINED, PledgeState.STOPPED)
    if may:
        voting.may_vote(season, state, STARTS, STARTS + timedelta(days=95))
    else:
        with pytest.raises((SeasonClosed, WrongStep)):
            voting.may_vote(season, state, STARTS, STARTS + timedelta(days=95))


def test_who_lets_the_group_decide_names_nobody() -> None:
    receivers = tuple(Receiver(one, OrganisationId(one), "곳") for one in NAMED)
    assert permits.check_consent(GROUP, receivers) == GROUP
    with pytest.raises(BadValue):  # two words at once: neither is dropped quietly
        permits.check_consent(Consent(gives=True, receiver=NAMED[1], by_vote=True), receivers)
    assert permits.check_consent(GROUP, receivers[:1]) == Consent(gives=True, receiver=NAMED[0])
    assert permits.check_consent(Consent(gives=False, by_vote=True), receivers) == Consent(gives=False)


@pytest.fixture
def two(db: None) -> tuple[Ground, list[Pledge]]:
    """A season with two receivers; three people in a project, of whom the first two let the group decide."""
    ground = making.ground(receivers=2)
    return ground, people_of(ground)


def people_of(ground: Ground) -> list[Pledge]:
    consents = (GROUP, GROUP, Consent(gives=True, receiver=ground.season.receivers[0].id))
    return [making.joined(by, ground.project, consent) for by, consent in zip(ground.people[:3], consents, strict=True)]


def voted(ground: Ground, by: Actor, pledge: Pledge, number: int) -> str:
    actions.vote(by, pledge.id, ground.season.receivers[number].id, key=key())
    return "voted"


def held(ground: Ground) -> list[int]:
    return [making.held(queries.receiver_code(one.id)) for one in ground.season.receivers]


def test_who_let_the_group_decide_gives_to_whom_it_chose(two: tuple[Ground, list[Pledge]]) -> None:
    ground, pledges = two
    assert queries.pledge(pledges[0].id).consent == GROUP
    with making.on_day(ground, 91):
        voted(ground, ground.people[0], pledges[0], 0)
        voted(ground, ground.people[1], pledges[1], 1)
        voted(ground, ground.people[2], pledges[2], 1)
        own = queries.ballot(ground.people[0], pledges[0].id)
        assert (own.is_open, own.mine, own.chosen, own.counts) == (True, ground.season.receivers[0].id, None, ())
    making.settled(ground)
    assert held(ground) == [10_000, 20_000]  # whoever named one gives to that one, also after the vote
    after = queries.ballot(ground.people[0], pledges[0].id)
    assert (after.is_open, after.chosen) == (False, ground.season.receivers[1].id)
    assert after.chosen == ground.season.receivers[1].id
    assert after.counts == ()  # of three each could work out the others'
    assert making.broken() == []


def test_the_last_word_counts(two: tuple[Ground, list[Pledge]]) -> None:
    ground, pledges = two
    with making.on_day(ground, 95):
        voted(ground, ground.people[0], pledges[0], 0)
        voted(ground, ground.people[0], pledges[0], 1)
    making.settled(ground)
    assert held(ground) == [10_000, 20_000]
    assert models.Vote.objects.count() == 1


@pytest.mark.parametrize("votes", [(), (1, 0)])
def test_a_tie_and_no_vote_at_all_go_to_the_first_named(
    two: tuple[Ground, list[Pledge]], votes: tuple[int, ...]
) -> None:
    ground, pledges = two
    with making.on_day(ground, 99):
        for by, pledge, number in zip(ground.people, pledges, votes, strict=False):
            voted(ground, by, pledge, number)
    making.settled(ground)
    assert held(ground) == [30_000, 0]
    assert making.broken() == []


def test_when_and_what_nobody_votes(two: tuple[Ground, list[Pledge]]) -> None:
    ground, pledges = two
    by = ground.people[0]
    with making.on_day(ground, 90), pytest.raises(VoteNotOpen) as early:
        voted(ground, by, pledges[0], 0)
    assert early.value.opens_on == ground.season.starts_on + timedelta(days=90)
    with making.on_day(ground, 91):
        with pytest.raises(NotInSeason):
            actions.vote(by, pledges[0].id, ReceiverId(UUID(int=1)), key=key())
        for who in (ground.people[1], ground.leader, ground.stewards[0], folk.auditor()):
            with pytest.raises(NotAllowed):
                voted(ground, who, pledges[0], 0)
            with pytest.raises(NotAllowed):
                queries.ballot(who, pledges[0].id)
    making.settled(ground)
    with making.after_review(ground), pytest.raises(SeasonClosed):
        voted(ground, by, pledges[0], 1)


def test_who_stopped_still_votes(two: tuple[Ground, list[Pledge]]) -> None:
    ground, pledges = two
    with making.on_day(ground, 50):
        actions.leave(ground.people[0], pledges[0].id, key=key())
    with making.on_day(ground, 92):
        voted(ground, ground.people[0], pledges[0], 1)
    making.settled(ground)
    assert held(ground) == [10_000, 20_000]


def test_each_group_chooses_its_own_in_as_many_statements_however_many(two: tuple[Ground, list[Pledge]]) -> None:
    ground, _ = two
    counts = []
    for many in (1, 4):
        while models.Project.objects.count() < many:
            other = making.open_project(ground.season, ground.leader, ground.stewards[0])
            making.joined(ground.people[0], other, GROUP)
        with making.after_review(ground), CaptureQueriesContext(connection) as asked:
            actions.begin_settlement(ground.stewards[0], ground.season.id, key=key())
        counts.append(len(asked))
        assert models.GroupChoice.objects.count() == many
        if many == 1:
            models.GroupChoice.objects.all().delete()
            models.Season.objects.update(state="open", settling_by=None, settling_at=None)
    assert counts[0] == counts[1] < 30


def test_what_a_group_gave_comes_back_from_whom_it_chose(two: tuple[Ground, list[Pledge]]) -> None:
    ground, pledges = two
    with making.on_day(ground, 91):
        voted(ground, ground.people[0], pledges[0], 1)
    making.settled(ground)
    while actions.return_deposits(BY, ground.season.id):
        pass
    disputing.corrected(ground, ground.people[0], pledges[0], *range(1, 31))
    assert held(ground) == [10_000, 17_000]
    assert making.broken() == []


@pytest.mark.parametrize("change", ["receiver", "votes", "a vote", "settled"])
def test_what_does_not_follow_from_the_votes_is_found(two: tuple[Ground, list[Pledge]], change: str) -> None:
    ground, pledges = two
    with making.on_day(ground, 91):
        voted(ground, ground.people[0], pledges[0], 1)
    making.settled(ground)
    assert making.broken() == []
    first = ground.season.receivers[0].id
    if change == "receiver":
        models.GroupChoice.objects.update(receiver_id=first)
    elif change == "votes":
        models.GroupChoice.objects.update(votes=2)
    elif change == "a vote":
        models.Vote.objects.update(receiver_id=first)
    else:
        models.Settlement.objects.filter(pledge_id=pledges[0].id).update(receiver_id=first)
    assert any("votes" in one or "another receiver" in one for one in making.broken())


@pytest.mark.parametrize("voters", [4, 5])
def test_how_many_chose_whom_is_told_where_five_voted(db: None, voters: int) -> None:
    ground = making.ground(people=5, receivers=2)
    pledges = [making.joined(by, ground.project, GROUP) for by in ground.people]
    with making.on_day(ground, 91):
        for by, pledge in list(zip(ground.people, pledges, strict=True))[:voters]:
            voted(ground, by, pledge, 1)
    making.settled(ground)
    told = queries.ballot(ground.people[0], pledges[0].id)
    assert told.chosen == ground.season.receivers[1].id
    assert [one.votes for one in told.counts] == ([0, 5] if voters == 5 else [])


def test_who_voted_for_whom_is_forgotten_half_a_year_after_the_settlement(two: tuple[Ground, list[Pledge]]) -> None:
    ground, pledges = two
    with making.on_day(ground, 91):
        voted(ground, ground.people[0], pledges[0], 1)
    making.settled(ground)
    with disputing.later(ground, 179):
        actions.forget_words(BY)
        assert models.Vote.objects.count() == 1
    with disputing.later(ground, 181):
        actions.forget_words(BY)
        assert not models.Vote.objects.exists()
        assert queries.ballot(ground.people[0], pledges[0].id).chosen == ground.season.receivers[1].id
        assert making.broken() == []


# The settlement begins while somebody votes


def votes(ground: Ground, by: Actor, pledge: Pledge) -> Runner:
    return held_open(lambda: voted(ground, by, pledge, 1), lambda: making.after_review(ground))


def begins(ground: Ground) -> Runner:
    return held_open(
        lambda: actions.begin_settlement(ground.stewards[0], ground.season.id, key=key()).state.value,
        lambda: making.after_review(ground),
    )


def settle_all(ground: Ground) -> None:
    with making.after_review(ground):
        while actions.settle_next(BY, ground.season.id):
            pass


def test_a_vote_counts_or_comes_too_late(transactional_db: None) -> None:
    ground = making.ground(receivers=2)
    pledges = people_of(ground)
    names = race(votes(ground, ground.people[0], pledges[0]), begins(ground)).names
    assert names in (("settling", "voted"), ("SeasonClosed", "settling"))
    settle_all(ground)
    assert held(ground) == ([10_000, 20_000] if "voted" in names else [30_000, 0])
    assert making.broken() == []


def test_without_the_lock_a_vote_is_taken_and_not_counted(transactional_db: None) -> None:
    ground = making.ground(receivers=2)
    pledges = people_of(ground)
    names = race(votes(ground, ground.people[0], pledges[0]), begins(ground), locked=False, together=True).names
    assert names == ("settling", "voted")
    assert "chose another receiver than its votes say" in making.broken()


# Faces


def test_on_the_page(two: tuple[Ground, list[Pledge]]) -> None:
    ground, pledges = two
    client, address = browser(ground.people[0]), reverse("pledges:vote", args=[pledges[0].id])
    first, second = ground.season.receivers
    with making.on_day(ground, 80):
        assert address not in text(client, "pledges:pledge", pledges[0].id)
        assert b'name="receiver"' not in client.get(address).content
        assert client.post(address, form(receiver=str(second.id))).status_code == 409
    with making.on_day(ground, 93):
        assert address in text(client, "pledges:pledge", pledges[0].id)
        assert client.post(address, form(receiver="")).status_code == 422
        assert client.post(address, form(receiver=str(second.id))).status_code == 303
        assert "checked" in client.get(address).content.decode()
        assert browser(ground.people[1]).get(address).status_code == 403
    consent = reverse("pledges:consent", args=[pledges[0].id])
    assert 'value="group"' in client.get(consent).content.decode()
    assert client.post(consent, form(gives="yes", receiver=str(first.id))).status_code == 303
    assert queries.pledge(pledges[0].id).consent == Consent(gives=True, receiver=first.id)
    assert client.post(consent, form(gives="group")).status_code == 303
    assert queries.pledge(pledges[0].id).consent == GROUP
    making.settled(ground)
    page = client.get(address).content.decode()
    assert second.name in page
    assert second.name in text(client, "pledges:pledge", pledges[0].id)


def test_where_there_is_one_receiver_nobody_is_asked_to_vote(ground: Ground) -> None:
    pledge = making.joined(ground.people[0], ground.project, ground.consent)
    client = browser(ground.people[0])
    with making.on_day(ground, 95):
        assert reverse("pledges:vote", args=[pledge.id]) not in text(client, "pledges:pledge", pledge.id)
    assert 'value="group"' not in text(client, "pledges:consent", pledge.id)


def test_over_the_api(two: tuple[Ground, list[Pledge]], ask: Any) -> None:
    ground, pledges = two
    by, path = ground.people[0], f"mine/{pledges[0].id}/vote"
    second = str(ground.season.receivers[1].id)
    assert ask(by, "put", f"mine/{pledges[0].id}/consent", gives=False).json()["consent"]["gives"] is False
    said = ask(by, "put", f"mine/{pledges[0].id}/consent", gives=True, by_vote=True).json()["consent"]
    assert said == {"gives": True, "receiver": None, "by_vote": True}
    early = ask(by, "put", path, receiver=second)
    assert (early.status_code, early.json()["code"]) == (409, "vote_not_open")
    before = clock.today() - timedelta(days=100)
    models.Season.objects.update(starts_on=before + timedelta(days=5), join_until=before, propose_until=before)
    for who, status in ((None, 401), (ground.people[1], 403)):
        assert ask(who, "put", path, receiver=second).status_code == status
        assert ask(who, "get", path).status_code == status
    assert ask(by, "put", path, receiver=second).json()["mine"] == second
    assert ask(by, "get", path).json()["counts"] == []
