"""The chatbot's protocol: whatever a house answers, what is sent keeps every limit, or is refused by name."""

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.base.refusals import BadValue, Refusal
from dure.foundations.channels.rules import showing, skill
from dure.foundations.channels.rules.skill import Wording, answer_of, later, may_call_back, pieces, plain
from dure.foundations.channels.rules.skill_limits import OUTPUTS_MAX, TEXT_LENGTH_MAX, violations
from dure.foundations.channels.types import (
    Audio,
    Button,
    ButtonKind,
    Card,
    Content,
    ContentEmpty,
    ContentTooLong,
    CouponCard,
    ListCard,
    ListItem,
    Picture,
    QuickReply,
    Text,
)

WORDING = Wording(
    file=lambda file: f"https://dure.example/files/{file}",
    page=lambda target: f"https://dure.example{target}" if target.startswith("/") else target,
    until=lambda day: f"{day}까지",
    listen="듣기",
)
HOSTS = frozenset({"bot-api.kakao.com"})

words = st.text(max_size=40) | st.text(alphabet="가나다 마바.\n😀", max_size=1_500)
labels = st.text(max_size=18)
files = st.from_regex(r"[a-z0-9-]{1,36}", fullmatch=True) | st.text(max_size=5)
targets = st.sampled_from(
    ["/market/", "https://shop.example/a?b=c", "javascript:alert(1)", "//evil.example", "031-123-4567"]
)
fine_buttons = st.lists(
    st.sampled_from(
        [
            Button("길 찾기", ButtonKind.LINK, "/map/"),
            Button("열네 글자까지 보입니다", ButtonKind.LINK, "https://shop.example/a"),
            Button("전화하기", ButtonKind.CALL, "031-123-4567"),
            Button("네", ButtonKind.MESSAGE, "네, 그렇게 해 주세요"),
            Button("쿠폰", ButtonKind.ACTION, "market.coupon:7"),
        ]
    ),
    max_size=3,
).map(tuple)
buttons = fine_buttons | st.lists(
    st.builds(
        Button, labels, st.sampled_from(ButtonKind), targets | st.text(max_size=320) | st.just("market.coupon:7")
    ),
    max_size=4,
).map(tuple)
pictures = st.builds(Picture, files, words)
items = st.lists(st.builds(ListItem, st.just("사과"), st.text(max_size=40)), min_size=1, max_size=16).map(
    tuple
) | st.lists(st.builds(ListItem, labels, words, targets | st.just("")), max_size=12).map(tuple)
parts = st.one_of(
    st.builds(Text, words),
    pictures,
    st.builds(Audio, files, st.integers(0, 600), words),
    st.builds(Card, words, words, st.none() | pictures, buttons),
    st.builds(ListCard, labels, items, buttons),
    st.builds(CouponCard, labels, labels, words, st.just("2026-12-31") | st.just("")),
)
replies = st.lists(st.builds(QuickReply, labels, words), max_size=12).map(tuple)
replies = st.just(()) | replies
contents = st.builds(Content, st.lists(parts, max_size=5).map(tuple), buttons, replies)
fitting_parts = st.one_of(
    st.text(alphabet="가나다 라.\n", min_size=1, max_size=900).filter(str.strip).map(Text),
    st.builds(Picture, st.just("a"), st.just("사과 상자")),
    st.builds(Card, st.just("제철 사과"), st.text(alphabet="가 ", max_size=200)),
    st.builds(ListCard, st.just("오늘"), st.just((ListItem("사과"), ListItem("배", "달아요", "/market/")))),
)


@settings(max_examples=400)
@given(contents)
def test_whatever_a_house_answers_is_sent_within_the_limits_or_refused_by_name(content: Content) -> None:
    answer, refusal = sent(content)
    if refusal is None:
        assert violations(answer) == ()
    else:
        assert isinstance(refusal, ContentTooLong | ContentEmpty | BadValue)
        assert refusal.values()["field"]


@given(st.lists(fitting_parts, min_size=1, max_size=3).map(tuple))
def test_what_fits_is_never_refused(given_parts: tuple[object, ...]) -> None:
    assert violations(answer_of(Content(given_parts), WORDING)) == ()  # type: ignore[arg-type]  # parts, made above


@given(contents)
def test_no_word_is_lost(content: Content) -> None:
    answer, refusal = sent(content)
    if refusal is not None:
        return
    said = "".join(_strings(answer))
    for part in content.parts:
        if isinstance(part, Text):
            for word in _seen(part.text).split():
                assert _letters(word) in _letters(said)


@given(st.text(alphabet="가나. \n😀a", max_size=4_000), st.integers(20, 1_000))
def test_pieces_hold_all_signs_in_order_and_fit(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(0 < showing.length(piece) <= most for piece in found)
    assert _letters("".join(found)) == _letters(text)


def test_a_long_text_is_cut_after_a_sentence() -> None:
    text = "오늘 장이 섭니다. " * 150
    found = pieces(text)
    assert len(found) == 2
    assert found[0].endswith("섭니다.")
    assert showing.length(found[0]) > TEXT_LENGTH_MAX // 2


def test_buttons_below_a_text_make_it_a_card_and_below_a_picture_too() -> None:
    below = (Button("길 찾기", ButtonKind.LINK, "/map/"),)
    card = _outputs(Content((Text("솔내 시장입니다."),), below))
    assert card[0]["textCard"]["description"] == "솔내 시장입니다."
    assert card[0]["textCard"]["buttons"][0]["webLinkUrl"] == "https://dure.example/map/"
    shown = _outputs(Content((Picture("a", "시장 입구"),), below))
    assert shown[0]["basicCard"]["thumbnail"]["altText"] == "시장 입구"
    long = _outputs(Content((Text("가 " * 400),), below))
    assert list(long[0]) == ["simpleText"]
    assert list(long[1]) == ["textCard"]


def test_a_button_that_asks_a_house_comes_back_as_extra() -> None:
    answer = _outputs(Content((Text("쿠폰이 있습니다"),), (Button("쿠폰 보기", ButtonKind.ACTION, "market.coupon:7"),)))
    pressed = answer[0]["textCard"]["buttons"][0]
    assert (pressed["action"], pressed["extra"]) == ("message", {"action": "market.coupon:7"})


def test_a_long_list_goes_on_below_and_too_many_outputs_are_refused() -> None:
    lines = tuple(ListItem(f"가게 {number}") for number in range(12))
    lists = _outputs(Content((ListCard("가게", lines),)))
    assert [len(one["listCard"]["items"]) for one in lists] == [5, 5, 2]
    with pytest.raises(ContentTooLong) as refused:
        answer_of(Content((ListCard("가게", lines), Text("또"))), WORDING)
    assert (refused.value.field, refused.value.limit) == ("outputs", OUTPUTS_MAX)


def test_more_cards_than_outputs_become_a_carousel() -> None:
    cards = tuple(Card(f"가게 {number}", "작은 글") for number in range(5))
    outputs = _outputs(Content(cards))
    assert outputs[0]["carousel"]["type"] == "textCard"
    assert len(outputs[0]["carousel"]["items"]) == 5


@pytest.mark.parametrize(
    ("label", "refusal"),
    [("이름이 열네 글자보다 깁니다요", ContentTooLong), (" \u200b", ContentEmpty), ("알맞음", None)],
)
def test_a_label_is_shown_whole_or_refused(label: str, refusal: type[Refusal] | None) -> None:
    content = Content((Text("안녕하세요"),), (Button(label, ButtonKind.MESSAGE, "네"),))
    if refusal is None:
        assert violations(answer_of(content, WORDING)) == ()
    else:
        with pytest.raises(refusal):
            answer_of(content, WORDING)


def test_our_own_words_and_the_promise_of_an_answer_fit() -> None:
    for text in ("짧게", "길게 " * 2_000):
        assert violations(plain(text)) == ()
        assert violations(later(text)) == ()


@pytest.mark.parametrize(
    "address",
    [
        "http://bot-api.kakao.com/v1/x",
        "https://127.0.0.1/x",
        "https://bot-api.kakao.com.evil.example/x",
        "https://bot-api.kakao.com@evil.example/x",
        "https://user:pass@bot-api.kakao.com/x",
        "https://bot-api.kakao.com:8443/x",
        "https://bot-api.kakao.com\\@evil.example/",
        "https://evil.example/https://bot-api.kakao.com/",
        "https://bot-api.kakao.com/a b",
        "https://[::1]/",
        "https://bot-api.kakao.com:x/",
        "file:///etc/passwd",
        "",
        "https://bot-api.kakao.com/" + "a" * 1_000,
    ],
)
def test_a_slow_answer_goes_to_no_other_machine(address: str) -> None:
    with pytest.raises(BadValue):
        may_call_back(address, HOSTS)


def test_a_slow_answer_goes_to_the_listed_host() -> None:
    for port, case in product(("", ":443"), ("bot-api.kakao.com", "BOT-API.kakao.com")):
        assert may_call_back(f"https://{case}{port}/v1/callback/abc?x=1", HOSTS)


GOOD: dict[str, Any] = {"version": "2.0", "template": {"outputs": [{"simpleText": {"text": "네"}}]}}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ({"outputs": []}, "outputs"),
        ({"outputs": [{"simpleText": {"text": "a"}}] * 4}, "outputs"),
        ({"outputs": [{"simpleText": {"text": "가" * 1_001}}]}, "1001"),
        ({"outputs": [{"simpleText": {"text": "😀" * 501}}]}, "1002"),
        ({"outputs": [{"simpleImage": {"imageUrl": "ftp://a"}}]}, "imageUrl"),
        ({"outputs": [{"simpleImage": {"imageUrl": "https://a/b", "altText": "가" * 51}}]}, "altText"),
        ({"outputs": [{"textCard": {}}]}, "neither"),
        ({"outputs": [{"textCard": {"title": "가" * 50, "description": "가" * 351}}]}, "401"),
        ({"outputs": [{"basicCard": {"title": "a"}}]}, "thumbnail"),
        ({"outputs": [{"listCard": {"header": {"title": "a"}, "items": [{"title": "a"}] * 6}}]}, "items"),
        ({"outputs": [{"listCard": {"header": {}, "items": [{"title": "a"}]}}]}, "header"),
        ({"outputs": [{"itemCard": {"itemList": [{"title": "일곱글자입니다"}]}}]}, "itemList"),
        ({"outputs": [{"commerceCard": {"thumbnails": [], "buttons": []}}]}, "thumbnails"),
        ({"outputs": [{"carousel": {"type": "textCard", "items": [{"description": "가" * 129}]}}]}, "129"),
        ({"outputs": [{"carousel": {"type": "simpleText", "items": [{}]}}]}, "type"),
        ({"outputs": [{"poem": {}}]}, "no such kind"),
        ({"outputs": [{"textCard": {"title": "a", "buttons": [{"label": "가" * 15, "action": "share"}]}}]}, "label"),
        (
            {
                "outputs": [
                    {"textCard": {"title": "a", "buttons": [{"label": "아홉글자나되는이름", "action": "share"}] * 2}}
                ]
            },
            "label",
        ),
        ({"outputs": [{"textCard": {"title": "a", "buttons": [{"label": "a", "action": "dance"}]}}]}, "action"),
        (
            {**GOOD["template"], "quickReplies": [{"label": "a", "action": "message", "messageText": "a"}] * 11},
            "quickReplies",
        ),
    ],
)
def test_the_limits_are_seen_each(template: dict[str, object], said: str) -> None:
    found = violations({"version": "2.0", "template": template})
    assert any(said in one for one in found), found


def test_an_answer_without_its_version_is_the_old_protocol() -> None:
    assert violations({"template": GOOD["template"]})
    assert violations("no object")
    assert violations(GOOD) == ()


def sent(content: Content) -> tuple[object, Refusal | None]:
    """(the answer, None), or why there is none."""
    try:
        return answer_of(content, WORDING), None
    except Refusal as refusal:
        return None, refusal


def _outputs(content: Content) -> list[dict[str, dict[str, Any]]]:
    answer = answer_of(content, WORDING)
    assert violations(answer) == ()
    template = answer["template"]
    assert isinstance(template, dict)
    found: list[dict[str, dict[str, Any]]] = template["outputs"]
    return found


def _strings(shape: object) -> list[str]:
    if isinstance(shape, str):
        return [shape]
    inner = shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ()
    return [said for one in inner for said in _strings(one)]


def _seen(text: str) -> str:
    return "" if showing.is_blank(text) else skill._CONTROL.sub("", text)


def _letters(text: str) -> str:
    return re.sub(r"\s+", "", text)
