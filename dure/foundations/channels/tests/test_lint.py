"""What may be said as a notice, what only as an ad, and in which form. About sixty planted violations, each caught by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue, Refusal
from dure.foundations.channels.rules import advertising, content, templates_of
from dure.foundations.channels.types import (
    AdFormWrong,
    AdLooksLikeInfo,
    Audio,
    Button,
    ButtonKind,
    Card,
    Content,
    ContentTooLong,
    CouponCard,
    ListCard,
    ListItem,
    Picture,
    Purpose,
    QuickReply,
    Text,
    VariableUnknown,
)

NAME, CONTACT = "가람시장 두부집 (예시)", "063-000-0101"
HEAD, FOOT = f"(광고) {NAME} {CONTACT}", "무료 수신거부: 채널에서 한 번 누르기"


def said(text: str) -> Content:
    return Content((Text(text),))


def ad(body: str = "순두부를 반값에 드립니다.", head: str = HEAD, foot: str = FOOT) -> Content:
    return said("\n".join(line for line in (head, body, foot) if line))


def rule_broken(one: Content) -> str:
    with pytest.raises(AdFormWrong) as refused:
        advertising.check_form(one, NAME, CONTACT)
    return str(refused.value.rule)


@pytest.mark.parametrize(
    "notice",
    [
        "내일은 쉽니다. 모레 뵙겠습니다.",
        "주문하신 순두부 두 모가 준비되었습니다. 저녁 7시까지 찾아가세요.",
        "내일 아침 아홉 시에 마을회관에서 독감 예방접종이 있습니다. 신분증을 가지고 오세요.",
        "광고 수신 동의를 거두셨습니다. (2026. 11. 22.)",
        "할인받으신 금액 1,000원이 취소되었습니다.",
        "학자금 대출 설명회가 도서관에서 열립니다.",
        "도서 대출 기한이 내일까지입니다.",
        "만 3세 일반 예방접종을 안내합니다.",
        "오늘세상 물정에 밝은 세 분이 오십니다.",
        "※ 고객님이 참여하신 이벤트 당첨으로 지급된 쿠폰 안내입니다.\n쿠폰은 12월 31일까지 쓸 수 있습니다.",
        "2 + 11호차가 함께 갑니다.",
    ],
)
def test_a_plain_notice_is_one(notice: str) -> None:
    advertising.check(said(notice), Purpose.INFO, NAME, CONTACT)


@pytest.mark.parametrize(
    ("notice", "found"),
    [
        ("오늘만 할인합니다", "할인"),
        ("내일까지 세일!", "세일"),
        ("순두부 특가 3,000원", "특가"),
        ("전 품목 반값", "반값"),
        ("동네 최저가", "최저가"),
        ("두부 떨이", "떨이"),
        ("사은품을 드립니다", "사은품"),
        ("세 모 사면 한 모 증정", "증정"),
        ("단골 이벤트를 엽니다", "이벤트"),
        ("쿠폰이 왔습니다", "쿠폰"),
        ("선착순 열 분", "선착순"),
        ("신메뉴가 나왔습니다", "신메뉴"),
        ("무료배송 해 드립니다", "무료배송"),
        ("지금 구매하세요", "지금 구매"),
        ("저금리 대출 상담", "대출"),
        ("30% 저렴하게", "30% 저렴"),
        ("1+1 행사", "1+1"),
        ("Big SALE today", "SALE"),
        ("buy now", "buy now"),
        ("오늘 할 인 합니다", "할 인"),
        ("오늘 할.인 합니다", "할.인"),
        ("오늘 할ㆍ인", "할·인"),
        ("오늘만 세-일", "세-일"),
        ("쿠 폰 드려요", "쿠 폰"),
        ("특*가 상품", "특*가"),
        ("오늘만 ㅎㅏㄹ인", "할인"),
        ("ＳＡＬＥ 오늘만", "SALE"),
        ("할\u200b인 합니다", "할인"),
        ("보세요: /channels/@70%off/", "70%off"),
        ("보세요: /channels/inbox/SALE/", "SALE"),
    ],
)
def test_a_notice_that_offers_is_refused_by_what_it_says(notice: str, found: str) -> None:
    with pytest.raises(AdLooksLikeInfo) as refused:
        advertising.check_notice(said(notice))
    assert refused.value.found == found


@pytest.mark.parametrize(
    "hiding",
    [
        Content((Card("오늘의 두부", "한 모 더 증정"),)),
        Content((ListCard("차림", (ListItem("순두부", "반값"),)),)),
        Content((Picture("0" * 32, "할인 전단"),)),
        Content((Audio("0" * 32, 12, "오늘만 세일합니다"),)),
        Content((Text("안녕하세요"),), (Button("쿠폰 받기", ButtonKind.LINK, "/channels/"),)),
        Content((Text("안녕하세요"),), (), (QuickReply("더 보기", "할인 상품 보여 주세요"),)),
        Content((CouponCard("abc", "순두부 한 모"),)),
    ],
)
def test_an_offer_hides_in_no_part(hiding: Content) -> None:
    with pytest.raises(AdLooksLikeInfo):
        advertising.check_notice(hiding)


def test_a_coupon_that_somebody_won_may_come_with_its_ground() -> None:
    ground = "※ 고객님이 참여하신 이벤트 당첨으로 지급된 쿠폰 안내입니다."
    advertising.check_notice(Content((Text(ground), CouponCard("abc", "순두부 한 모"))))
    with pytest.raises(AdLooksLikeInfo):
        advertising.check_notice(Content((Text(f"{ground}\n오늘은 할인도 합니다"), CouponCard("abc", "순두부 한 모"))))


def test_an_ad_in_its_form_passes() -> None:
    advertising.check(ad(), Purpose.AD, NAME, CONTACT)
    advertising.check(ad(foot="무료수신거부 080-000-0000"), Purpose.AD, NAME, CONTACT)


@pytest.mark.parametrize(
    "mark",
    [
        *(
            "(광 고)",
            "(광.고)",
            "(광-고)",
            "(광/고)",
            "( 광고 )",
            "[광고]",
            "{광고}",
            "<광고>",
            "【광고】",
            "〈광고〉",
            "「광고」",
        ),
        *(
            "(대출광고)",
            "(광고성)",
            "광고",
            "광고)",
            "(광고",
            "（광고）",
            "*광고*",
            "(광~고)",
            "(유료광고)",
            "(광고알림)",
        ),
    ],
)
def test_an_evasive_spelling_of_the_marking_is_refused(mark: str) -> None:
    assert rule_broken(ad(head=f"{mark} {NAME} {CONTACT}")) == "marking_evaded"


@pytest.mark.parametrize(
    ("one", "rule"),
    [
        (ad(head=f"{NAME} {CONTACT}"), "marking_missing"),
        (ad(head=f"안녕하세요 {HEAD}"), "marking_not_first"),
        (ad(head=f"(AD) {NAME} {CONTACT}"), "marking_missing"),
        (ad(head="(광고)"), "sender_missing"),
        (ad(head=f"(광고) 다른 가게 {CONTACT}"), "sender_missing"),
        (ad(head=f"(광고) {CONTACT} {NAME}"), "sender_missing"),
        (ad(head=f"(광고) {NAME}"), "contact_missing"),
        (ad(head=f"(광고) {NAME} 063-000-0199"), "contact_missing"),
        (ad(foot=""), "opt_out_missing"),
        (ad(foot="수신을 원하지 않으시면 연락 주세요"), "opt_out_missing"),
        (ad(foot="수신거부: 060-000-0000"), "opt_out_not_free"),
        (ad(foot="무료 수신거부"), "opt_out_missing"),
        (ad(foot=f"{FOOT}\n또 오세요"), "opt_out_not_last"),
        (ad(head=HEAD, body=FOOT, foot="감사합니다"), "opt_out_not_last"),
        (ad(body=""), "picture_only"),
        (Content((Text(f"{HEAD}\n{FOOT}"), Picture("0" * 32, "전단"))), "picture_only"),
        (Content((Picture("0" * 32, "(광고) 전단"),)), "picture_only"),
        (Content((Picture("0" * 32, "전단"), Text(FOOT))), "marking_missing"),
        (ad(head="(광\u200b고) " + f"{NAME} {CONTACT}"), "hidden_characters"),
        (ad(body="두부\u202e입니다"), "hidden_characters"),
        (ad(body="두\u3164부"), "hidden_characters"),
    ],
)
def test_what_is_wrong_with_an_ad_has_a_name(one: Content, rule: str) -> None:
    assert rule_broken(one) == rule


@given(st.text(st.characters(whitelist_categories=["L", "N"]), min_size=1, max_size=200).filter(str.strip))
def test_whatever_somebody_writes_is_put_into_its_form_once(body: str) -> None:
    once = advertising.as_ad(said(body), NAME, CONTACT)
    if not any(content.is_hidden(char) for char in body):
        advertising.check_form(once, NAME, CONTACT)
    assert advertising.as_ad(once, NAME, CONTACT) == once


def test_a_card_gets_its_form_around_it() -> None:
    advertising.check(advertising.as_ad(Content((Card("순두부", "반값"),)), NAME, CONTACT), Purpose.AD, NAME, CONTACT)


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (said("가" * 1_001), "parts.0.text"),
        (Content((Text("가"),) * 4), "parts"),
        (Content((Text("가"),), (Button("가" * 15, ButtonKind.LINK, "https://sample.invalid"),)), "buttons.0.label"),
        (Content((Text("가"),), (Button("가", ButtonKind.LINK, "https://" + "a" * 500),)), "buttons.0.target"),
        (Content((Text("가"),), (Button("가", ButtonKind.MESSAGE, "네"),) * 6), "buttons"),
        (Content((Text("가"),), (), (QuickReply("네", "네"),) * 11), "quick_replies"),
        (Content((Card("가" * 51),)), "parts.0.title"),
        (Content((Card("가", "나" * 231),)), "parts.0.text"),
        (Content((Card("가", buttons=(Button("가", ButtonKind.MESSAGE, "네"),) * 4),)), "parts.0.buttons"),
        (Content((ListCard("가", (ListItem("나"),) * 6),)), "parts.0.items"),
        (Content((Picture("0", "가" * 201),)), "parts.0.says"),
    ],
)
def test_what_is_too_long_says_where(one: Content, field: str) -> None:
    with pytest.raises(ContentTooLong) as refused:
        content.check(one)
    assert refused.value.field == field
    assert refused.value.length > refused.value.limit


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (Content(()), "parts"),
        (said(" "), "parts.0.text"),
        (said("가\x00나"), "parts.0.text"),
        (said("가\u202e나"), "parts.0.text"),
        (Content((Picture("0", ""),)), "parts.0.says"),
        (Content((Audio("0", 5),)), "parts.0.transcript"),
        (Content((Audio("0", 0, "가"),)), "parts.0.seconds"),
        (Content((ListCard("가", ()),)), "parts.0.items"),
        (Content((Text("가"),), (Button("가", ButtonKind.LINK, "javascript:alert(1)"),)), "buttons.0.target"),
        (Content((Text("가"),), (Button("가", ButtonKind.LINK, "//elsewhere.invalid"),)), "buttons.0.target"),
        (Content((Text("가"),), (Button("가", ButtonKind.CALL, "전화"),)), "buttons.0.target"),
        (Content((Text("가"),), (Button("가", ButtonKind.ACTION, "drop"),)), "buttons.0.target"),
        (Content((Card("가\n나"),)), "parts.0.title"),
    ],
)
def test_what_does_not_fit_says_where(one: Content, field: str) -> None:
    with pytest.raises(BadValue) as refused:
        content.check(one)
    assert refused.value.field == field


def test_picture_signs_made_of_several_are_text() -> None:
    content.check(said("👨‍👩‍👧 오세요"))


values = st.dictionaries(st.sampled_from(["이름", "날짜", "가게 이름"]), st.text(max_size=30))


@given(
    values,
    st.lists(
        st.sampled_from(["#{이름}", "#{날짜}", "#{가게 이름}", "안녕", " ", "\n", "{", "#"]), min_size=1, max_size=8
    ),
)
def test_filling_knows_its_variables_and_reads_values_once(given_values: dict[str, str], pieces: list[str]) -> None:
    one = said("".join(pieces))
    try:
        names = templates_of.variables(one)
    except Refusal:
        return
    if set(names) <= set(given_values):
        expected = "".join(given_values[piece[2:-1]] if piece.startswith("#{") else piece for piece in pieces)
        assert templates_of.filled(one, given_values) == said(expected)
    else:
        with pytest.raises(VariableUnknown):
            templates_of.filled(one, given_values)


@pytest.mark.parametrize("text", ["#{}", "#{이름", "#{ 이름}", "#{1}", "#{이름#{이름}}", "#{" + "가" * 21 + "}"])
def test_a_variable_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        templates_of.variables(said(text))


def test_limits_of_templates() -> None:
    many = said(" ".join(f"#{{이름{number}}}" for number in range(41)))
    with pytest.raises(ContentTooLong):
        templates_of.check(many, Purpose.INFO, NAME, CONTACT)
    labelled = Content((Text("가"),), (Button("#{이름}", ButtonKind.MESSAGE, "네"),))
    with pytest.raises(BadValue):
        templates_of.check(labelled, Purpose.INFO, NAME, CONTACT)
    assert templates_of.check(said("#{이름} 님, 준비되었습니다."), Purpose.INFO, NAME, CONTACT) == ("이름",)


def test_limits_of_alimtalk() -> None:
    templates_of.check_alimtalk(said("#{이름}" + "가" * 1_200))
    for wrong in (said("가" * 1_001), said("#{이름}" + "가" * 1_300)):
        with pytest.raises(ContentTooLong):
            templates_of.check_alimtalk(wrong)
    for wrong in (Content((Card("가"),)), Content((Text("가"),), (), (QuickReply("네", "네"),))):
        with pytest.raises(BadValue):
            templates_of.check_alimtalk(wrong)
    with pytest.raises(AdLooksLikeInfo):
        templates_of.check_alimtalk(said("#{이름} 님께만 드리는 할인"))
