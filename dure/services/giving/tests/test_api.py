"""What pages show and do, the API shows and does: vetting's words, desks, duties, one's own part; each to those who may."""

import base64
from typing import Any

import pytest

from dure.base import ids
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.services.giving import actions
from dure.services.giving.types import MatchKind, WallKind

from . import making
from .making import PDF, Town, key

ROOT = "/api/v1/giving"


class Asker:
    """The API as one person asks it: the status and what came back."""

    def __init__(self, client: Any, by: Actor | None) -> None:
        self._client = client
        token = bearer.mint(folk.id_of(by), verified=by.verified) if by else ""
        self._headers = {"Authorization": f"Bearer {token}"} if by else {}

    def get(self, path: str, **wanted: object) -> Any:
        answer = self._client.get(f"{ROOT}/{path}", params=wanted, headers=self._headers)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def status(self, path: str) -> int:
        return int(self._client.get(f"{ROOT}/{path}", headers=self._headers).status_code)


@pytest.fixture
def ask(api_client: Any) -> Any:
    return lambda by=None: Asker(api_client, by)


def test_the_words_of_vetting_reach_proposer_and_partner_without_names(ask: Any, town: Town) -> None:
    cause = making.agreed(town, 1, 10_000_000)
    making.say_yes(town.stewards[1], cause, "fine with me")
    actions.ask_work(town.stewards[0], cause, "Say for whom.", key=key())
    path = f"causes/{cause}/vetting"
    for by in (town.proposer, town.owner):
        [word] = ask(by).get(path)
        assert (word["verdict"], word["comment"]) == ("needs_work", "Say for whom.")
        assert (word["name"], word["steward"], word["marks"]) == ("", None, [])
    words = ask(town.stewards[1]).get(path)
    assert [(word["name"], word["comment"]) for word in words] == [
        ("운영하나", "Say for whom."),
        ("운영둘", "fine with me"),
    ]
    assert ask(folk.auditor()).get(path) == words
    assert ask(folk.person()).status(path) == 403
    assert ask().status(path) == 401
    assert ask(town.proposer).status(f"causes/{making.drafted(town)}/vetting") == 404


def test_the_file_of_a_cause_is_for_stewards_and_auditors(ask: Any, town: Town) -> None:
    cause = making.agreed(town, 1, 10_000_000)
    path = f"causes/{cause}/vetting-file"
    file = ask(town.stewards[0]).get(path)
    assert file["proposer_name"] == "이제안"
    assert (file["partner"]["lacks"], file["register_with"], file["has_stake"]) == ([], "province", False)
    assert ask(folk.auditor()).get(path) == file
    for by in (town.proposer, town.owner, folk.person()):
        assert ask(by).status(path) == 403


def test_the_law_asks_the_same_on_the_page_and_over_the_api(ask: Any, town: Town) -> None:
    waits, box = making.proposed(town, 10_000_000), making.opened(town, 10_000_000)
    before, asked = ask().get(f"causes/{waits}/duties"), ask().get(f"causes/{box}/duties")
    assert [one["kind"] for one in before["duties"]] == ["register", "use_money", "request_audit", "report_use"]
    assert (before["opened"], asked["opened"]) == (False, True)
    assert asked["costs_max_at_goal"] == 1_500_000
    assert ask().get(f"causes/{making.proposed(town)}/duties")["duties"] == []
    assert ask().status(f"causes/{making.drafted(town)}/duties") == 404


def test_a_partner_sees_what_waits_and_only_its_own(ask: Any, town: Town) -> None:
    asked = making.drafted(town)
    actions.propose(town.proposer, asked, key=key())
    closed, _ = making.closed(town, (100_000,))
    gone = making.proposed(town)
    actions.withdraw(town.proposer, gone, "", key=key())
    desk = ask(town.owner).get(f"organisations/{town.partner}/desk")
    assert [(one["card"]["id"], one["want"]) for one in desk["tasks"]] == [
        (str(asked), "answer_as_partner"),
        (str(closed), "revise_plan"),
    ]
    assert desk["overdue"] is None
    own = ask(town.owner).get(f"organisations/{town.partner}/causes")
    assert {one["id"] for one in own["cards"]} == {str(asked), str(closed), str(gone)}
    open_to_all = ask().get("causes", partner=str(town.partner))
    assert str(gone) not in {one["id"] for one in open_to_all["cards"]}, "what was withdrawn is nobody's business"
    for path in (f"organisations/{town.partner}/desk", f"organisations/{town.partner}/causes"):
        assert ask(folk.person()).status(path) == 403
        assert ask(folk.auditor()).status(path) == 200
    assert ask(folk.steward()).status(f"organisations/{ids.new()}/desk") == 404


def test_spending_lines_and_proofs_before_the_report_is_filed(ask: Any, town: Town) -> None:
    box, _ = making.paid_out(town, (100_000,))
    line = making.spend(town, box, 60_000)
    assert ask().get(f"boxes/{box}/report") == []
    [written] = ask(town.owner).get(f"boxes/{box}/report-lines")
    assert (written["id"], written["amount"]) == (str(line), 60_000)
    proof = ask(town.stewards[0]).get(f"report-lines/{line}/proof")
    assert (proof["name"], base64.b64decode(proof["content"])) == ("receipt.pdf", PDF)
    for path in (f"boxes/{box}/report-lines", f"report-lines/{line}/proof"):
        assert ask(folk.person()).status(path) == 403


def test_the_stewards_desk(ask: Any, town: Town) -> None:
    waits, box = making.agreed(town, 1), making.opened(town)
    gift = making.given(folk.person(), box, 5_000, words=("광고입니다", True))
    actions.object_to(folk.person(), box, WallKind.GIFT, gift.id, key=key())
    steward = ask(town.stewards[0])
    assert [one["id"] for one in steward.get("desk/causes")["cards"]] == [str(waits)]
    assert [one["id"] for one in steward.get("desk/causes", queue="open")["cards"]] == [str(box)]
    assert steward.get("desk/causes", q="no such words")["total"] == 0
    assert [one["id"] for one in steward.get("desk/objections")] == [str(box)]
    for path in ("desk/causes", "desk/objections"):
        assert ask(town.owner).status(path) == 403
        assert ask(folk.auditor()).status(path) == 200


def test_ones_own_part(ask: Any, town: Town) -> None:
    neighbour, box = folk.person(), making.opened(town)
    draft, gift = making.drafted(town), making.given(neighbour, box, 5_000)
    assert {one["id"] for one in ask(town.proposer).get("me/causes")["cards"]} == {str(draft), str(box)}
    assert ask(neighbour).get("me/causes")["total"] == 0
    assert ask(neighbour).get("me/sums")["won"] == 5_000
    assert ask(neighbour).get(f"me/gifts/{gift.id}")["amount"] == 5_000
    assert ask(folk.person()).status(f"me/gifts/{gift.id}") == 404
    fund = actions.open_fund(town.stewards[0], "Fund", None, key=key())
    actions.top_up(town.stewards[0], fund, 150, key(), key=key())
    assert ask().get(f"boxes/{box}/match") == {"won": 100, "left": 150}
    actions.cheer(neighbour, box, MatchKind.SHARE, "", key=key())
    assert ask(neighbour).get(f"me/causes/{box}") == {
        "is_proposer": False,
        "has_agreed": False,
        "matched_today": True,
    }
    assert ask().get(f"boxes/{box}/match") == {"won": 0, "left": 0}
