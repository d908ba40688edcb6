"""Proofs are closed unless their person opens them; open ones are ActivityStreams 2.0 without name or photo, and end at once."""

from typing import Any

import pytest
from django.urls import reverse

from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import Pledge

from . import making
from .making import BY, Ground, key

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@pytest.fixture
def proved(ground: Ground) -> Pledge:
    """Somebody who proved three days, one of them with words that look like HTML."""
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    for day, said in ((1, "첫날"), (2, "<script>걷기</script>\n둘째 줄"), (3, "셋째 날")):
        with making.on_day(ground, day):
            making.prove(by, pledge, day, text=said)
    return pledge


def read(address: str) -> dict[str, Any]:
    answer = browser().get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/activity+json; charset=utf-8"
    found: dict[str, Any] = answer.json()
    assert found["@context"] == "https://www.w3.org/ns/activitystreams"
    return found


def way(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def items(first: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = first
    while following:
        page = read(way(following))
        assert page["type"] == "OrderedCollectionPage"
        found += page["orderedItems"]
        following = page.get("next")
    return found


def test_what_nobody_opened_is_nowhere(ground: Ground, proved: Pledge) -> None:
    assert queries.stream_of(ground.people[0], proved.id) is None
    assert browser().get(reverse("pledges:stream", args=[proved.id])).status_code == 404
    assert models.OpenStream.objects.count() == 0


def test_what_was_opened_is_read_by_other_programs(ground: Ground, proved: Pledge) -> None:
    by = ground.people[0]
    once = key()
    opened = actions.open_stream(by, proved.id, key=once)
    assert actions.open_stream(by, proved.id, key=once) == opened == actions.open_stream(by, proved.id, key=key())
    whole = read(reverse("pledges:stream", args=[opened.key]))
    assert (whole["type"], whole["totalItems"]) == ("OrderedCollection", 3)
    found = items(whole["first"])
    assert [one["type"] for one in found] == ["Create"] * 3
    notes = [one["object"] for one in found]
    assert ["셋째 날" in notes[0]["content"], "첫날" in notes[2]["content"]] == [True, True]
    assert "&lt;script&gt;걷기&lt;/script&gt;<br>둘째 줄" in notes[1]["content"]
    for one in found:
        assert one["to"] == one["object"]["to"] == [PUBLIC]
        assert one["actor"] == one["object"]["attributedTo"]
        note = read(way(one["object"]["id"]))
        assert {name: note[name] for name in one["object"]} == one["object"]
    said = str(whole) + str(found)
    for private in (str(proved.id), str(by.person), people.person(making.person_of(by)).name):
        assert private not in said


def test_pages_follow_each_other_and_lose_none(ground: Ground, proved: Pledge) -> None:
    models.Proof.objects.all().delete()
    making.proved(ground, ground.people[0], proved, queries.STREAM_PAGE * 2 + 1)
    opened = actions.open_stream(ground.people[0], proved.id, key=key())
    found = items(read(reverse("pledges:stream", args=[opened.key]))["first"])
    assert len({one["id"] for one in found}) == len(found) == queries.STREAM_PAGE * 2 + 1
    for wrong in ("x", "00", "<a>"):
        answer = browser().get(reverse("pledges:stream", args=[opened.key]), {"before": wrong})
        assert answer.status_code == 404


def test_what_is_taken_back_rejected_or_closed_vanishes(ground: Ground, proved: Pledge) -> None:
    by = ground.people[0]
    opened = actions.open_stream(by, proved.id, key=key())
    address = reverse("pledges:stream", args=[opened.key])
    newest, _, oldest = items(read(address)["first"])
    with making.on_day(ground, 3):
        [third] = [one.proof for one in queries.stream_items(opened) if one.day == 3]
        actions.withdraw_proof(by, third, key=key())
    with making.on_day(ground, 4):
        [first] = [one.proof for one in queries.stream_items(opened) if one.day == 1]
        actions.reject_proof(ground.leader, first, "안 보여요", key=key())
    assert len(items(read(address)["first"])) == 1
    for gone in (newest, oldest):
        assert browser().get(way(gone["object"]["id"])).status_code == 404
    actions.close_stream(by, proved.id, key=key())
    assert browser().get(address).status_code == 404
    again = actions.open_stream(by, proved.id, key=key())
    assert again.key != opened.key


def test_only_its_person_opens_and_closes_it(ground: Ground, proved: Pledge) -> None:
    by = ground.people[0]
    for who in (ground.people[1], ground.leader, ground.stewards[0], folk.auditor()):
        for action in (actions.open_stream, actions.close_stream):
            with pytest.raises(NotAllowed):
                action(who, proved.id, key=key())
        assert browser(who).get(reverse("pledges:my_stream", args=[proved.id])).status_code == 403
    address, change = (reverse(f"pledges:{name}", args=[proved.id]) for name in ("my_stream", "change_stream"))
    assert address in text(browser(by), "pledges:pledge", proved.id)
    assert browser(by).post(change, form(answer="open")).status_code == 303
    opened = queries.stream_of(by, proved.id)
    assert opened is not None
    assert reverse("pledges:stream", args=[opened.key]) in text(browser(by), "pledges:my_stream", proved.id)
    assert browser(by).post(change, form(answer="close")).status_code == 303
    assert queries.stream_of(by, proved.id) is None


def test_a_closed_account_ends_it(ground: Ground, proved: Pledge) -> None:
    by = ground.people[0]
    opened = actions.open_stream(by, proved.id, key=key())
    with pytest.raises(NotAllowed):
        actions.forget_streams(by, folk.id_of(by))
    assert [actions.forget_streams(BY, folk.id_of(by)) for _ in range(2)] == [1, 0]
    with pytest.raises(NotFound):
        queries.stream(opened.key)
