"""Disputing a settled count on pages, at the desk and over the API; who may do what."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dure.base.refusals import NotAllowed
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, queries
from dure.services.pledges.types import Dispute, DisputeState, NotTheirTurn, Pledge, PledgeState

from . import making
from .disputing import WHY, another_steward, confirmed, disputed, later, proposed, settled
from .making import Ground, key
from .test_api import ask

__all__ = ["ask"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(ground: Ground) -> Any:
    """A settled pledge, on the day after its settlement by the clock."""
    by, pledge = settled(ground)
    with later(ground, 1):
        yield ground, by, pledge


def test_from_a_dispute_to_the_statement(case: tuple[Ground, Any, Pledge]) -> None:
    ground, by, pledge = case
    client, address = browser(by), reverse("pledges:dispute", args=[pledge.id])
    assert address in text(client, "pledges:pledge", pledge.id)
    page = client.get(address).content.decode()
    assert 'value="64"' in page
    assert 'value="63"' not in page  # it counts
    assert client.post(address, form(days="64", why="")).status_code == 422
    assert client.post(address, form(days="63", why=WHY)).status_code == 422
    assert client.post(address, form(days=["64", "65"], why=WHY)).status_code == 303
    assert WHY in client.get(address).content.decode()
    assert 'name="days"' not in client.get(address).content.decode()  # one at a time
    one, other = (browser(steward) for steward in ground.stewards)
    assert reverse("pledges-desk:disputes") in text(one, "pledges-desk:stewards")
    assert WHY in text(one, "pledges-desk:disputes")
    [dispute] = queries.disputes_waiting(ground.stewards[0])
    propose, decide = (
        reverse(f"pledges-desk:{name}", args=[dispute.id]) for name in ("propose_verdict", "decide_dispute")
    )
    assert one.post(propose, form(days=["64"], why="기록을 보았어요")).status_code == 303
    assert "기록을 보았어요" in text(other, "pledges-desk:disputes")
    proposal = queries.dispute(ground.stewards[1], dispute.id).proposal
    assert proposal is not None
    assert one.post(decide, form(proposal=str(proposal.id), answer="yes")).status_code == 403
    assert other.post(decide, form(proposal="x", answer="yes")).status_code == 422
    assert other.post(decide, form(proposal=str(proposal.id), answer="yes")).status_code == 303
    page = text(client, "pledges:pledge", pledge.id)
    for line in ("6,400", "3,600", "3,700", "기부금 되돌림"):
        assert line in page, line
    page = client.get(address).content.decode()
    assert "기록을 보았어요" in page
    assert "100원" in page
    assert 'value="66"' in page  # another day can still be disputed
    assert queries.count_disputes() == 0


def test_a_steward_sends_back_what_they_see_otherwise(case: tuple[Ground, Any, Pledge]) -> None:
    ground, by, pledge = case
    first = proposed(ground.stewards[0], disputed(by, pledge, 64), 64)
    assert first.proposal is not None
    decide = reverse("pledges-desk:decide_dispute", args=[first.id])
    other = browser(ground.stewards[1])
    assert other.post(decide, form(proposal=str(first.proposal.id), answer="no", why="")).status_code == 422
    said = form(proposal=str(first.proposal.id), answer="no", why="사진이 달라요")
    assert other.post(decide, said).status_code == 303
    assert queries.dispute(by, first.id).state is DisputeState.OPEN


def test_after_thirty_days_the_page_says_until_when_it_was_possible(ground: Ground) -> None:
    by, pledge = settled(ground)
    with later(ground, 31):
        client = browser(by)
        assert reverse("pledges:dispute", args=[pledge.id]) not in text(client, "pledges:pledge", pledge.id)
        answer = client.get(reverse("pledges:dispute", args=[pledge.id]))
        assert (answer.status_code, b'name="days"' in answer.content) == (200, False)
        refused = client.post(reverse("pledges:dispute", args=[pledge.id]), form(days="64", why=WHY))
        assert refused.status_code == 409


def test_who_may_open_and_do_what(case: tuple[Ground, Any, Pledge]) -> None:
    ground, by, pledge = case
    dispute = disputed(by, pledge, 64)
    page, desk = reverse("pledges:dispute", args=[pledge.id]), reverse("pledges-desk:disputes")
    propose = reverse("pledges-desk:propose_verdict", args=[dispute.id])
    for who, own, looks, decides in (
        (None, False, False, False),
        (by, True, False, False),
        (ground.people[1], False, False, False),
        (ground.leader, False, False, False),
        (folk.auditor(), False, True, False),
        (ground.stewards[0], False, True, True),
    ):
        client = browser(who)
        assert (client.get(page).status_code == 200) == own
        assert (client.get(desk).status_code == 200) == looks
        done = client.post(propose, form(days="64", why="기록을 보았어요"))
        assert (done.status_code == 303 and queries.count_disputes() == 1) or not decides
        state = queries.dispute(by, dispute.id).state
        assert state is (DisputeState.PROPOSED if decides else DisputeState.OPEN), who


def test_over_the_api(ground: Ground, ask: Any) -> None:
    by, pledge = settled(ground)
    code = ground.season.code
    with later(ground, 1):
        assert ask(None, "get", f"seasons/{code}/corrections").json() == []
        mine = f"mine/{pledge.id}/disputes"
        for who, status in ((None, 401), (ground.people[1], 403), (ground.stewards[0], 403)):
            assert ask(who, "post", mine, days=[64], why=WHY).status_code == status
        for body in ({"days": [], "why": WHY}, {"days": [101], "why": WHY}, {"days": [64], "why": ""}):
            assert ask(by, "post", mine, **body).status_code == 422
        once = making.key()
        made = ask(by, "post", mine, once, days=[65, 64], why=WHY)
        assert (made.status_code, made.json()["state"]) == (201, "open")
        assert ask(by, "post", mine, once, days=[65, 64], why=WHY).json()["id"] == made.json()["id"]
        assert [one["day"] for one in ask(by, "get", mine).json()[0]["days"]] == [64, 65]
        again = ask(by, "post", mine, days=[66], why=WHY)
        assert (again.status_code, again.json()["code"]) == (409, "dispute_open")
        path = f"disputes/{made.json()['id']}"
        for who, status in ((None, 401), (by, 403), (ground.leader, 403), (folk.auditor(), 403)):
            assert ask(who, "put", f"{path}/proposal", days=[64], why="보았어요").status_code == status
        assert ask(by, "get", "disputes").status_code == 403
        assert len(ask(ground.stewards[0], "get", "disputes").json()) == 1
        said = ask(ground.stewards[0], "put", f"{path}/proposal", days=[64], why="보았어요").json()
        proposal = said["proposal"]["id"]
        assert ask(ground.stewards[0], "post", f"{path}/proposal/{proposal}/confirm").status_code == 403
        assert ask(by, "post", f"{path}/proposal/{proposal}/return", why="왜요").status_code == 403
        done = ask(ground.stewards[1], "post", f"{path}/proposal/{proposal}/confirm").json()
        assert (done["state"], done["change"]["refund"]) == ("upheld", 100)
        [entry] = ask(None, "get", f"seasons/{code}/corrections").json()
        assert entry["number"] == 1
        assert str(pledge.id) not in str(entry)
        assert ask(by, "get", f"mine/{pledge.id}/count").json()["kept_now"] == 64
    assert queries.pledge(pledge.id).state is PledgeState.SETTLED


def test_what_is_said_in_a_dispute_is_its_persons_and_the_stewards(case: tuple[Ground, Any, Pledge]) -> None:
    ground, by, pledge = case
    dispute: Dispute = disputed(by, pledge, 64)
    for who in (ground.people[1], ground.leader):
        with pytest.raises(NotAllowed):
            queries.dispute(who, dispute.id)
        with pytest.raises(NotAllowed):
            queries.disputes_of(who, pledge.id)
    for who in (by, ground.stewards[0], folk.auditor()):
        assert queries.dispute(who, dispute.id).why == WHY
    [kept] = list(queries.export_of(making.person_of(by))["disputes"])  # type: ignore[call-overload]  # an iterator
    assert (kept["days"], kept["why"]) == ([64], WHY)


def test_who_disputes_reads_no_word_before_two_stewards_said_it(case: tuple[Ground, Any, Pledge], ask: Any) -> None:
    ground, by, pledge = case
    first = ground.stewards[0]
    dispute = proposed(first, disputed(by, pledge, 64), 64)
    assert dispute.proposal is not None
    mine = queries.dispute(by, dispute.id)
    assert (mine.state, mine.proposal, [day.counts for day in mine.days]) == (DisputeState.PROPOSED, None, [False])
    assert queries.disputes_of(by, pledge.id) == (mine,)
    assert queries.dispute(ground.stewards[1], dispute.id).proposal == dispute.proposal
    said = ask(by, "get", f"mine/{pledge.id}/disputes").content.decode()
    assert str(first.person) not in said
    assert dispute.proposal.why not in said
    confirmed(ground.stewards[1], dispute)
    [told] = queries.disputes_of(by, pledge.id)
    assert told.proposal is not None
    assert (told.proposal.by, told.proposal.why, told.state) == (None, dispute.proposal.why, DisputeState.UPHELD)


def test_the_desk_of_disputes_asks_as_often_for_three_as_for_two(ground: Ground) -> None:
    counts = []
    pledges = [making.joined(by, ground.project, ground.consent) for by in ground.people[:3]]
    making.settled(ground)
    with later(ground, 1):
        client = browser(ground.stewards[0])
        for by, pledge in zip(ground.people, pledges, strict=False):
            disputed(by, pledge, 64)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("pledges-desk:disputes")).status_code == 200
            counts.append(len(asked))
    assert counts[1] == counts[2]


def test_who_rejected_a_day_has_a_part_in_it_also_after_another_heard_the_appeal(ground: Ground) -> None:
    by, (first, second) = ground.people[0], ground.stewards
    pledge = making.joined(by, ground.project, ground.consent)
    with making.on_day(ground, 10):
        proof = making.prove(by, pledge, 10)
    with making.on_day(ground, 11):
        actions.reject_proof(first, proof.id, "안 보여요", key=key())
        actions.appeal_proof(by, proof.id, "다시 봐 주세요", key=key())
        actions.hear_appeal(second, proof.id, False, "역시 안 보여요", key=key())
    making.settled(ground)
    with later(ground, 1):
        dispute = disputed(by, pledge, 10)
        for judge in (first, second):
            with pytest.raises(NotTheirTurn):
                proposed(judge, dispute, 10)
        assert proposed(another_steward(), dispute, 10).state is DisputeState.PROPOSED
