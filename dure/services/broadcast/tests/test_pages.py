"""The pages through the client: each opens for whom it is, is closed to all others, and every no has words."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.people.tests import making as folk
from dure.kit import faces
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, models, pages, queries, tasks, types
from dure.services.broadcast.pages.listening import sentences
from dure.services.broadcast.types import Announcement, AnnouncementState, Kind, Standing

from . import making
from .making import Ground, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(db: None) -> Ground:
    return making.ground()


def on_air(ground: Ground, **changed: object) -> Announcement:
    """Something that was just said, by the clock on the wall, by which requests go."""
    with making.at(clock.now() - timedelta(minutes=1)):
        said = making.sent(ground, **changed)  # type: ignore[arg-type]  # given by the test
        if changed.get("kind") is Kind.URGENT:
            actions.agree_announcement(ground.deputy, said.id, key=key())
    making.aired()
    return said


def test_every_refusal_has_words() -> None:
    own = [one for one in vars(types).values() if isinstance(one, type) and issubclass(one, Refusal)]
    assert len(own) > 5
    assert faces.without_words(own, pages.SAYS) == []


ROLES = ("nobody", "stranger", "listener", "head", "deputy", "owner", "auditor")
EVERYBODY = set(ROLES)
SEES: Mapping[str, set[str]] = {
    "broadcast:home": EVERYBODY,
    "broadcast:village": EVERYBODY,
    "broadcast:announcement": {"listener", "head", "deputy"},
    "broadcast:voice": {"listener", "head", "deputy"},
    "broadcast:studio": {"head", "deputy"},
    "broadcast:speak": {"head", "deputy"},
    "broadcast:look": {"head", "deputy"},
    "broadcast:visits": {"head", "deputy"},
    "broadcast:halls": {"head", "deputy"},
    "broadcast:languages": {"head", "deputy"},
    "broadcast:hand_over": {"head", "deputy"},
    "broadcast:my_podcast": {"listener", "head", "deputy"},
    "broadcast-desk:set_number": {"owner"},
    "broadcast-desk:villages": {"owner", "auditor"},
    "broadcast-desk:village": {"owner", "auditor"},
}


OF_VILLAGE = {
    *(f"broadcast:{name}" for name in ("village", "visits", "halls", "languages", "hand_over", "my_podcast")),
    *("broadcast-desk:village", "broadcast-desk:set_number"),
}


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_which_page(ground: Ground, role: str) -> None:
    said = on_air(ground, voice=making.VOICE, kind=Kind.URGENT)
    by = {
        "nobody": None,
        "stranger": folk.person("남"),
        "listener": ground.listeners[0],
        "head": ground.head,
        "deputy": ground.deputy,
        "owner": ground.owner,
        "auditor": folk.auditor(),
    }[role]
    client = browser(by)
    for name, roles in SEES.items():
        args: list[object] = [said.id] if name.endswith((":announcement", ":voice", ":look")) else []
        if name in OF_VILLAGE:
            args = [ground.village.code]
        answer = client.get(reverse(name, args=args))
        assert (answer.status_code == 200) is (role in roles), (name, role, answer.status_code)
        assert answer.status_code in (200, 302, 303, 403, 404), name


def test_from_typing_to_taking_back(ground: Ground) -> None:
    """A head with one village: words, one look, one tick, sent; and taken back while it may be."""
    head = browser(ground.head)
    answer = head.post(
        reverse("broadcast:speak"), form(words=making.WORDS, villages=[str(ground.village.id)], kind="notice")
    )
    assert answer.status_code == 303, answer.content.decode()
    draft = queries.spoken_by(ground.head)[0]
    page = head.get(answer["Location"]).content.decode()
    assert ground.village.name in page
    assert making.WORDS.split(".", maxsplit=1)[0] in page
    send = reverse("broadcast:send", args=[draft.id])
    assert head.post(send, form()).status_code == 422  # no village was ticked
    assert head.post(send, form(confirmed=[str(ground.village.id)])).status_code == 303
    assert "data-undo" in text(head, "broadcast:look", draft.id)
    assert head.post(reverse("broadcast:take_back", args=[draft.id])).status_code == 303
    assert queries.announcement(draft.id).state is AnnouncementState.TAKEN_BACK


def test_a_voice_is_kept_and_played_in_parts(ground: Ground) -> None:
    head = browser(ground.head)
    voice = SimpleUploadedFile("voice", making.VOICE.content, "audio/ogg")
    said = form(words=making.WORDS, villages=[str(ground.village.id)], kind="notice", voice=voice, seconds="20")
    assert head.post(reverse("broadcast:speak"), said).status_code == 303
    draft = queries.spoken_by(ground.head)[0]
    assert draft.seconds == 20
    address = reverse("broadcast:voice", args=[draft.id])
    whole = head.get(address)
    assert (whole.status_code, whole["Content-Type"]) == (200, "audio/ogg")
    part = head.get(address, headers={"Range": "bytes=4-9"})
    assert (part.status_code, part["Content-Range"], part.content) == (206, "bytes 4-9/64", making.VOICE.content[4:10])
    assert head.get(address, headers={"Range": "bytes=-4"})["Content-Range"] == "bytes 60-63/64"
    assert head.get(address, headers={"Range": "bytes=900-"}).status_code == 200
    for content, seconds in ((making.VOICE.content, ""), (b"<html>" * 20, "20"), (making.VOICE.content, "999")):
        sound = SimpleUploadedFile("voice", content, "audio/ogg")
        again = form(words=making.WORDS, villages=[str(ground.village.id)], kind="notice", voice=sound, seconds=seconds)
        assert head.post(reverse("broadcast:speak"), again).status_code == 422


def test_a_listener_hears_and_the_head_sees_it(ground: Ground) -> None:
    said = on_air(ground)
    one, other = ground.listeners
    listener = browser(one)
    page = text(listener, "broadcast:announcement", said.id)
    assert "data-heard-form" in page
    played = reverse("broadcast:played", args=[said.id])
    length = len(making.WORDS)
    answer = listener.post(played, json.dumps({"parts": [[0, length]]}), content_type="application/json")
    assert answer.json() == {"heard": True, "counts": True}
    for broken in ("{", '{"parts":[[0]]}', '{"parts":[[5,1]]}', f'{{"parts":[[0,{length + 9}]]}}'):
        assert listener.post(played, broken, content_type="application/json").status_code == 422
    assert browser(other).post(reverse("broadcast:heard", args=[said.id]), form()).status_code == 303
    counted = queries.counted(ground.head, said.id)
    assert (counted.heard, counted.listeners) == (2, 3)
    assert "3명 가운데 2명" in text(browser(ground.head), "broadcast:look", said.id)


def test_the_list_of_people_to_visit_is_ticked(ground: Ground) -> None:
    said = on_air(ground)
    models.Reach.objects.filter(airing__announcement_id=said.id).update(
        standing=Standing.TO_VISIT, next_at=None, way=""
    )
    head = browser(ground.head)
    page = text(head, "broadcast:visits", ground.village.code)
    assert "주민0" in page
    reach = next(one for one in queries.to_visit(ground.head, ground.village.id))
    address = reverse("broadcast:visit", args=[ground.village.code, reach.id])
    head.post(address, {"visited": "yes"})
    assert [one.visited for one in queries.to_visit(ground.head, ground.village.id) if one.id == reach.id] == [True]
    head.post(address, {"visited": "no"})
    assert not any(one.visited for one in queries.to_visit(ground.head, ground.village.id))


def test_joining_and_leaving_is_a_tap_each(ground: Ground) -> None:
    by = folk.person("새주민")
    client = browser(by)
    address = reverse("broadcast:village", args=[ground.village.code])
    found = client.get(reverse("broadcast:find"), {"code": f" {ground.village.code.lower()} "})
    assert found["Location"] == address
    assert client.get(reverse("broadcast:find"), {"code": "../"}).status_code == 404
    assert client.post(address, form(tie="child", zone="America/Chicago")).status_code == 303
    assert [one.village for one in queries.memberships(making.person_of(by))] == [ground.village]
    assert client.post(address, form(tie="child", zone="Mars/Base")).status_code == 422
    assert client.post(reverse("broadcast:leave", args=[ground.village.code])).status_code == 303
    assert queries.memberships(making.person_of(by)) == ()


def test_a_village_is_opened_and_a_head_is_named_at_the_desk(ground: Ground) -> None:
    owner = browser(ground.owner)
    villages = reverse("broadcast-desk:villages")
    made = owner.post(villages, form(name="새마을 (예시)", organisation=str(ground.organisation)))
    assert made.status_code == 303, made.content.decode()
    twice = owner.post(villages, form(name="새마을 (예시)", organisation=str(ground.organisation)))
    assert twice.status_code == 422
    page = reverse("broadcast-desk:village", args=[ground.village.code])
    listener = making.person_of(ground.listeners[0])
    assert owner.post(page, form(person=str(listener), office="head")).status_code == 409  # there is one
    assert owner.post(page, form(person=str(listener), office="deputy")).status_code == 303
    held = next(one for one in queries.offices(ground.village.id) if one.tenure.person == listener)
    end = reverse("broadcast-desk:end_office", args=[ground.village.code, held.id])
    assert owner.post(end, form()).status_code == 303
    assert owner.get(page).status_code == 200


def test_an_office_is_handed_over_from_a_day_on(ground: Ground) -> None:
    head, address = browser(ground.head), reverse("broadcast:hand_over", args=[ground.village.code])
    follower = making.person_of(ground.listeners[0])
    assert "주민0" in head.get(address).content.decode()
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    assert head.post(address, form(person=str(follower), on="2026-02-30")).status_code == 422
    assert head.post(address, form(person=str(follower), on=str(today - timedelta(days=1)))).status_code == 422
    assert head.post(address, form(person=str(making.person_of(ground.owner)), on=str(tomorrow))).status_code == 422
    assert browser(ground.listeners[1]).get(address).status_code == 403
    assert head.post(address, form(person=str(follower), on=str(tomorrow))).status_code == 303
    assert "까지" in head.get(address).content.decode()
    with making.at(clock.now() + timedelta(days=1)):
        assert [one.id for one in queries.villages_spoken_to(follower)] == [ground.village.id]
        assert queries.villages_spoken_to(making.person_of(ground.head)) == ()


def test_a_card_waits_at_home_until_it_was_heard(ground: Ground) -> None:
    said = on_air(ground)
    client = browser(ground.listeners[0])
    card = reverse("broadcast:announcement", args=[said.id])
    assert card in text(client, "home")
    client.post(reverse("broadcast:heard", args=[said.id]), form())
    assert card not in text(client, "home")


def test_sentences_cover_all_letters() -> None:
    for words in ("하나. 둘! 셋", "하나", "1.5도입니다.", "끝.\n\n"):
        pieces = sentences(words)
        assert pieces[0]["begins"] == 0
        assert sum(len(one["text"]) for one in pieces) >= len(words.rstrip())
    spoken = sentences("하나. 둘.")
    assert [one["text"] for one in spoken] == ["하나.", " 둘."]


def test_the_task_airs_with_words_on_its_button(ground: Ground) -> None:
    with making.later():
        making.sent(ground)
    with making.later(minutes=1):
        assert tasks.air(0) == 3
    assert "들으러 가기" in making.told()[0][2]
