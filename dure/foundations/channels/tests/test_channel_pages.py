"""Pages through the client: who sees what, what one tap does, what a form keeps, what is refused in words."""

import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from pypdf import PdfReader

from dure.base import ids
from dure.foundations.channels import actions, documents, models, queries
from dure.foundations.channels.types import BroadcastState, ChannelState, LinkKind
from dure.foundations.people.types import Actor, system

from . import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def browser(actor: Actor | None = None, language: str = "ko", **more: Any) -> Client:
    client = Client(headers={"accept-language": language}, **more)
    if actor is not None:
        client.force_login(get_user_model().objects.get(id=making.id_of(actor)))
    return client


def words(response: Any) -> str:
    return str(response.content.decode())


def form(**said: object) -> dict[str, object]:
    return {"idempotency_key": str(ids.new()), **said}


MESSAGE = {"purpose": "info", "text": "내일은 쉽니다.", "title": "쉬는 날", "segment": "", "hour": "10"}


def test_a_guest_sees_the_channel_and_is_led_to_the_log_in() -> None:
    channel, _owner = making.channel(handle="두부집")
    answer = browser().get("/channels/@두부집/?by=qr")
    assert channel.name in words(answer)
    assert "/accounts/login/?next=/channels/%40" in words(answer)
    assert browser().post("/channels/@두부집/join/").status_code == 303
    assert queries.friend_counts([channel.id])[channel.id] == 0
    assert browser().get("/channels/@없는집/").status_code == 404


def test_joining_in_one_tap_agrees_to_no_ads() -> None:
    channel, _owner = making.channel()
    friend = making.person()
    client = browser(friend)
    page = words(client.get(f"/channels/@{channel.handle}/?by=qr"))
    assert "checked" not in page
    client.post(f"/channels/@{channel.handle}/join/", {"by": "qr"})
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert (found.is_here, found.ads_since, found.joined_by) == (True, None, "qr")
    page = words(client.get(f"/channels/@{channel.handle}/"))
    assert "친구입니다" in page
    assert "ads/yes/" in page
    assert "night_ads/yes/" not in page


def test_ads_and_night_ads_are_two_choices() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id)
    client, at = browser(friend), f"/channels/@{channel.handle}"
    assert client.post(f"{at}/night_ads/yes/").status_code == 422
    client.post(f"{at}/ads/yes/")
    client.post(f"{at}/night_ads/yes/")
    client.post(f"{at}/ads/no/")
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert (found.ads_since, found.night_ads_since) == (None, None)
    assert len(queries.consent_log(channel.id, making.id_of(friend))) == 5
    assert client.post(f"{at}/messages/no/").status_code == 422
    assert client.post(f"{at}/letters/no/").status_code == 404


def test_leaving_is_one_tap_and_its_notice_undoes_it() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id)
    client = browser(friend)
    page = words(client.post(f"/channels/@{channel.handle}/leave/", follow=True))
    assert queries.friend_counts([channel.id])[channel.id] == 0
    undo = page.split("/channels/link/")[1].split("/")[0]
    client.post(f"/channels/link/{undo}/")
    assert queries.friend_counts([channel.id])[channel.id] == 1


@pytest.mark.parametrize("kind", [LinkKind.LEAVE, LinkKind.ADS])
def test_a_link_asks_once_and_needs_no_log_in(kind: LinkKind) -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    address = f"/channels/link/{queries.leave_token(channel.id, making.id_of(friend), kind)}/"
    client = browser(enforce_csrf_checks=True)
    assert client.get(address).status_code == 200
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert found.ads_since is not None
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert found.ads_since is None
    assert found.is_here is (kind is LinkKind.ADS)
    assert queries.consent_log(channel.id, making.id_of(friend))[0].origin == "mail-header"
    assert client.get("/channels/link/nonsense/").status_code == 410


def test_my_channels_and_one_button_against_all_ads() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    client = browser(friend)
    assert channel.name in words(client.get("/channels/mine/"))
    client.post("/channels/mine/no-ads/")
    found = queries.friend(channel.id, making.id_of(friend))
    assert found is not None
    assert found.ads_since is None
    assert channel.handle in words(client.get("/channels/find/", {"q": channel.handle}))


def test_a_merchant_opens_a_channel_and_prints_its_poster() -> None:
    owned, owner = making.organisation(making.person())
    client = browser(owner)
    said = form(name="가람 두부집 (예시)", handle="두부집", about="두부를 팝니다.", contact="063-000-0101")
    assert "Open" in words(browser(owner, "en").get("/desk/channels/"))
    client.post(f"/desk/channels/new/{owned}/", said)
    channel = queries.channel_by_handle("두부집")
    page = words(client.get(f"/desk/channels/{channel.id}/"))
    assert "포스터" in page
    assert "BroadcastId" not in page
    answer = client.get("/channels/@두부집/poster.pdf")
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    assert "@두부집" in reader.pages[0].extract_text()
    assert b"/Marked true" in answer.content
    assert documents.address_of(channel).endswith("/channels/@두부집/?by=qr")


def test_the_poster_stays_on_one_sheet_however_much_is_said() -> None:
    channel, _owner = making.channel(name="가나다라마 " * 10, about="매일 아침 만든 두부를 팝니다. " * 27)
    answer = browser().get(f"/channels/@{channel.handle}/poster.pdf")
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_what_was_typed_stays_when_the_handle_is_taken() -> None:
    making.channel(handle="두부집")
    owned, owner = making.organisation(making.person())
    said = form(name="다른 두부집", handle="두부집", about="", contact="063-000-0102")
    answer = browser(owner).post(f"/desk/channels/new/{owned}/", said)
    assert answer.status_code == 409
    assert "다른 두부집" in words(answer)


def test_friends_are_filtered_by_words_and_a_mistake_is_pointed_at() -> None:
    channel, owner = making.channel()
    regular, other = making.friend(channel.id, name="김단골"), making.friend(channel.id, name="이손님")
    actions.note_friend(owner, channel.id, making.id_of(regular), tags=["단골"])
    client, at = browser(owner), f"/desk/channels/{channel.id}/friends/"
    assert "이손님" in words(client.get(at))
    page = words(client.get(at, {"segment": "태그:단골"}))
    assert "김단골" in page
    assert "이손님" not in page
    answer = client.get(at, {"segment": "태그:단골 그리고"})
    assert answer.status_code == 422
    assert "10번째" in words(answer)
    client.post(f"{at}{making.id_of(other)}/", {"tags": "배달, 단골", "note": "순두부", "visited": "2026-11-01"})
    assert queries.noted(owner, channel.id, making.id_of(other)).tags == ("단골", "배달")


def test_a_message_from_draft_to_sent_back_to_agreed() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    client = browser(owner)
    client.post(f"/desk/channels/{channel.id}/messages/new/", form(**MESSAGE))
    [kept] = queries.broadcasts_for(owner, channel.id)
    at = f"/desk/channels/messages/{kept.id}/"
    assert "내일은 쉽니다." in words(client.get(at))
    client.post(f"{at}test/")
    assert models.Message.objects.get().conversation.person_id == owner.person
    client.post(f"{at}edit/", form(**MESSAGE | {"text": "모레는 쉽니다."}))
    models.Broadcast.objects.update(state=BroadcastState.ASKED)
    [kept] = queries.broadcasts_for(owner, channel.id)
    assert client.post(f"{at}approve/{kept.version}/").status_code == 403
    second = browser(making.steward())
    assert "쉬는 날" in words(second.get("/desk/channels/"))
    assert second.post(f"{at}reject/", {"why": ""}).status_code == 422
    second.post(f"{at}reject/", {"why": "날짜를 적어 주세요."})
    assert "날짜를 적어 주세요." in words(client.get(at))
    client.post(f"{at}hand-in/")
    assert queries.broadcast(owner, kept.id).state is BroadcastState.SCHEDULED
    client.post(f"{at}stop/")
    assert queries.broadcast(owner, kept.id).state is BroadcastState.STOPPED


def test_a_second_person_is_asked_for_above_a_hundred_friends() -> None:
    channel, owner = making.channel()
    for _ in range(101):
        making.friend(channel.id)
    client = browser(owner)
    client.post(f"/desk/channels/{channel.id}/messages/new/", form(**MESSAGE))
    [kept] = queries.broadcasts_for(owner, channel.id)
    client.post(f"/desk/channels/messages/{kept.id}/hand-in/")
    assert queries.broadcast(owner, kept.id).state is BroadcastState.ASKED
    browser(making.steward()).post(f"/desk/channels/messages/{kept.id}/approve/{kept.version}/")
    assert queries.broadcast(owner, kept.id).state is BroadcastState.SCHEDULED


def test_a_notice_that_offers_is_refused_in_words_and_kept() -> None:
    channel, owner = making.channel()
    answer = browser(owner).post(
        f"/desk/channels/{channel.id}/messages/new/", form(**MESSAGE | {"text": "오늘만 반값!"})
    )
    assert answer.status_code == 422
    assert "반값" in words(answer)
    assert queries.broadcasts_for(owner, channel.id) == ()


def test_the_preview_shows_the_form_of_an_ad_its_reach_and_mistakes() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    making.friend(channel.id, ads=True)
    client, at = browser(owner), f"/desk/channels/{channel.id}/messages/preview/"
    page = words(client.post(at, MESSAGE | {"purpose": "ad", "text": "오늘만 반값!"}))
    assert f"(광고) {making.NAME} {making.CONTACT}" in page
    assert "무료 수신거부" in page
    assert "친구는 2명" in page
    page = words(client.post(at, MESSAGE | {"text": "오늘만 반값!", "segment": "별명:x"}))
    assert "광고입니다" in page
    assert "1번째" in page
    assert "너무 적어" in words(client.post(at, MESSAGE | {"segment": "읽음 < 7"}))
    assert client.post(at, {}).status_code == 200


def test_templates_take_a_second_person() -> None:
    channel, owner = making.channel()
    second = making.member(channel.organisation, owner)
    at = f"/desk/channels/{channel.id}/templates/"
    said = form(name="주문 준비", purpose="info", text="#{이름} 님, 준비되었습니다.")
    browser(owner).post(f"{at}new/", said)
    [kept] = queries.templates_for(owner, channel.id)
    browser(owner).post(f"/desk/channels/templates/{kept.id}/ask/")
    assert browser(owner).post(f"/desk/channels/templates/{kept.id}/approve/").status_code == 403
    browser(second).post(f"/desk/channels/templates/{kept.id}/approve/")
    assert "이름" in words(browser(owner).get(at))
    assert queries.template(kept.id).state == "approved"


def test_a_steward_pauses_and_lets_go_on_and_sees_no_friends() -> None:
    channel, _owner = making.channel()
    client, at = browser(making.steward()), f"/desk/channels/{channel.id}/"
    assert client.post(f"{at}pause/", {"why": ""}).status_code == 422
    client.post(f"{at}pause/", {"why": "다른 가게인 척합니다."})
    assert "다른 가게인 척합니다." in words(client.get(at))
    assert client.get(f"{at}friends/").status_code == 403
    client.post(f"{at}resume/")
    assert queries.channel(channel.id).state is ChannelState.OPEN


def test_the_studio_is_closed_to_everybody_else() -> None:
    channel, owner = making.channel()
    client = browser(owner)
    client.post(f"/desk/channels/{channel.id}/messages/new/", form(**MESSAGE))
    [kept] = queries.broadcasts_for(owner, channel.id)
    places = ["", "edit/", "friends/", "messages/", "messages/new/", "templates/", "templates/new/"]
    for stranger in (making.person(), making.channel()[1]):
        for place in places:
            assert browser(stranger).get(f"/desk/channels/{channel.id}/{place}").status_code == 403, place
        assert browser(stranger).get(f"/desk/channels/messages/{kept.id}/").status_code == 403
        assert browser(stranger).post(f"/desk/channels/messages/{kept.id}/hand-in/").status_code == 403
    for place in places:
        assert client.get(f"/desk/channels/{channel.id}/{place}").status_code == 200, place
        assert browser().get(f"/desk/channels/{channel.id}/{place}").status_code == 303, place


def test_words_that_were_changed_after_a_lost_answer_are_not_dropped() -> None:
    channel, owner = making.channel()
    client = browser(owner)
    first = form(**MESSAGE)
    address = f"/desk/channels/{channel.id}/messages/new/"
    assert client.post(address, first).status_code == client.post(address, first).status_code == 303
    again = client.post(address, first | {"text": "모레도 쉽니다."})
    assert again.status_code == 422
    assert "모레도 쉽니다." in words(again)


def test_a_mail_company_may_follow_many_links_from_one_address() -> None:
    channel, _owner = making.channel()
    friend = making.friend(channel.id, ads=True)
    address = f"/channels/link/{queries.leave_token(channel.id, making.id_of(friend), LinkKind.ADS)}/"
    client = Client()
    answers = {client.post(address, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(70)}
    assert answers == {200}


def test_figures_can_be_taken_away_as_a_table_that_names_nobody() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    made = actions.write_broadcast(owner, making.notice(channel.id, title="=1+1"), key="k")
    actions.hand_in_broadcast(owner, made.id)
    actions.send_broadcast(system("test"), made.id)
    actions.match_more(system("test"))
    at = f"/desk/channels/{channel.id}/messages/figures.csv"
    answer = browser(owner).get(at)
    _heads, line = words(answer).lstrip("\ufeff").strip().splitlines()
    assert line.startswith("'=1+1,")
    assert line.endswith(",1,,,,,,,")
    assert browser(making.person()).get(at).status_code == 403


def test_a_page_number_beyond_counting_is_the_first_page() -> None:
    steward = making.steward()
    assert browser(steward).get("/desk/channels/sendings/?page=" + "9" * 5_000).status_code == 200
