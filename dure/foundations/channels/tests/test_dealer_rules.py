"""What dealers' codes mean, and what content becomes for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.foundations.channels.rules import dealer_codes, dealing
from dure.foundations.channels.types import AttemptState, Button, ButtonKind, Card, Content, Purpose, Reason, Text
from dure.foundations.channels.types.content import text

TABLES = (dealer_codes.SOLAPI, dealer_codes.NHN_ANSWERS, dealer_codes.NHN_RESULTS)
SUCCESS = (AttemptState.ACCEPTED, AttemptState.DELIVERED)


@given(st.text(max_size=8))
def test_a_code_of_no_document_is_unsure_and_never_a_success(code):
    for table, read in zip(
        TABLES, (dealer_codes.solapi, dealer_codes.nhn_answer, dealer_codes.nhn_result), strict=True
    ):
        if code and code not in table:
            meaning = read(code)
            assert meaning.state is AttemptState.UNSURE
            assert meaning.reason is Reason.UNKNOWN


def test_every_code_has_a_state_and_whatever_is_no_success_a_reason():
    for table in TABLES:
        assert len(table) > 20
        for code, meaning in table.items():
            assert (meaning.state in SUCCESS) == (meaning.reason is Reason.NONE), code
            assert meaning.state is not AttemptState.BEGUN


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        ("1026", AttemptState.FAILED, Reason.TWICE),
        ("1029", AttemptState.FAILED, Reason.BAD_CONTENT),
        ("1031", AttemptState.FAILED, Reason.BAD_CONTENT),
        ("1043", AttemptState.FAILED, Reason.BAD_TEMPLATE),
        ("1049", AttemptState.FAILED, Reason.BAD_CONTENT),
        ("1050", AttemptState.FAILED, Reason.BAD_CONTENT),
        ("1060", AttemptState.FAILED, Reason.BLOCKED),
        ("1061", AttemptState.FAILED, Reason.OPTED_OUT),
        ("1062", AttemptState.FAILED, Reason.NOT_ALLOWED),
        ("1064", AttemptState.FAILED, Reason.BLOCKED),
        ("3043", AttemptState.FAILED, Reason.NOT_REACHED),
        ("3102", AttemptState.FAILED, Reason.NO_TAKER),
        ("3103", AttemptState.FAILED, Reason.BAD_TEMPLATE),
        ("3104", AttemptState.FAILED, Reason.NO_TAKER),
        ("3107", AttemptState.FAILED, Reason.NO_TAKER),
        ("3108", AttemptState.FAILED, Reason.NIGHT),
        ("2000", AttemptState.ACCEPTED, Reason.NONE),
        ("3000", AttemptState.ACCEPTED, Reason.NONE),
        ("4000", AttemptState.DELIVERED, Reason.NONE),
    ],
)
def test_the_codes_of_solapi_that_matter(code, state, reason):
    assert (dealer_codes.solapi(code).state, dealer_codes.solapi(code).reason) == (state, reason)


def test_a_talk_that_may_still_arrive_is_unsure_so_that_no_text_follows_it():
    """NHN 3005: sent, not confirmed, can arrive within three days."""
    assert dealer_codes.nhn_result("3005").state is AttemptState.UNSURE


def test_403_is_believed_only_where_our_key_was_taken_before():
    assert dealer_codes.push(403).reason is Reason.NOT_ALLOWED
    assert dealer_codes.push(403, key_known=True).reason is Reason.NO_SUCH_ADDRESS
    assert dealer_codes.push(401, key_known=True).reason is Reason.NOT_ALLOWED


@given(st.integers(0, 999), st.text(max_size=12))
def test_no_answer_of_a_push_service_or_mail_server_but_200s_is_a_success(code, said):
    for meaning in (dealer_codes.push(code, said), dealer_codes.smtp(code, said)):
        assert (meaning.state in SUCCESS) <= (200 <= code < 300)


@given(st.text())
def test_a_retry_after_is_bounded_whatever_is_said(said):
    assert 0 <= dealer_codes.seconds(said) <= dealer_codes.RETRY_SECONDS_MAX


def test_several_browsers_are_taken_when_one_took_it():
    gone, taken, silent = dealer_codes.push(410), dealer_codes.push(201), dealer_codes.SILENT
    assert dealer_codes.together([gone, taken]) is taken
    assert dealer_codes.together([gone, silent]) is silent
    assert dealer_codes.together([gone]) is gone
    assert dealer_codes.together([]).reason is Reason.NO_SUCH_ADDRESS


@given(st.text(max_size=200))
def test_what_is_left_of_a_text_is_letters_of_two_bytes_at_most(said):
    kept = dealing.korean_only(said)
    if kept is not None:
        assert len(kept.encode("euc_kr")) == dealing.sms_bytes(kept)


@given(st.text(alphabet=st.characters(codec="euc_kr", exclude_characters="\u3164"), max_size=100), st.integers(0, 90))
def test_a_cut_text_fits(said, most):
    kept = dealing.korean_only(said) or ""
    assert dealing.sms_bytes(dealing.cut(kept, most)) <= most
    assert kept.startswith(dealing.cut(kept, most))


def test_ninety_bytes_are_forty_five_syllables():
    assert dealing.sms_bytes("가" * 45) == dealing.SMS_BYTES_MAX


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("오늘 할인 🎉 “두레”…", '오늘 할인  "두레"...'),
        ("Nguyễn", None),  # leaving a letter out would change a name
        ("똠방각하", None),  # no syllable of EUC-KR, though Python would spell it in eight bytes
        ("가", "가"),  # put together first
    ],
)
def test_signs_are_made_plain_and_names_are_not_cut(said, kept):
    assert dealing.korean_only(said) == kept


def test_plain_text_writes_links_out_and_the_ear_is_spared_them():
    card = Card("봄나물", "한 근 4,000원", buttons=(Button("주문", ButtonKind.LINK, "https://example.org/1"),))
    content = Content((Text("안녕하세요."), card))
    assert dealing.plain(content) == "안녕하세요.\n\n봄나물\n한 근 4,000원\n주문: https://example.org/1"
    assert dealing.spoken(content) == "안녕하세요.\n\n봄나물\n한 근 4,000원"
    assert dealing.heading(content) == "봄나물"
    assert dealing.heading(text("(광고) 예시 떡집\n할인")) == "(광고) 예시 떡집"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("예시 의원이 답했습니다.\n읽고 답하기: https://dure.example/channels/%EC%98%88", "예시 의원이 답했습니다."),
        ("내일 쉽니다. https://example.org/1 에서 보세요.", "내일 쉽니다.  에서 보세요."),
        ("여는 때:\n아침 9시", "여는 때:\n아침 9시"),
        ("첫째\n\n둘째", "첫째\n\n둘째"),
        ("https://example.org/1", "https://example.org/1"),
    ],
)
def test_a_call_reads_no_web_address(said, heard):
    assert dealing.for_the_ear(text(said)) == heard


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("010-1234-5678", "01012345678"),
        ("+82 10-1234-5678", "01012345678"),
        ("02 123 4567", "021234567"),
        ("112", None),
        ("a", None),
    ],
)
def test_numbers_in_digits(said, digits):
    assert dealing.number(said) == digits


HOSTS = ("fcm.googleapis.com", "*.push.apple.com", "http://127.0.0.1:8100")


@pytest.mark.parametrize(
    ("endpoint", "may"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://web.push.apple.com/x", True),
        ("http://127.0.0.1:8100/push/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com@127.0.0.1/x", False),
        ("https://push.apple.com.example.org/x", False),
        ("https://push.apple.com/x", False),
        ("https://127.0.0.1/x", False),
        ("http://127.0.0.1:5432/", False),
        ("http://127.0.0.1:8100@evil.example/x", False),
        ("https://[::1", False),
        ("https://fcm.googleapis.com:99999/", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_known_push_services_are_asked(endpoint, may):
    assert dealing.may_push_to(endpoint, HOSTS) is may


def test_a_warning_may_come_twice_and_an_ad_may_not():
    assert {purpose for purpose in Purpose if dealing.may_come_twice(purpose)} == {Purpose.SAFETY, Purpose.CARE}


@given(st.text(st.sampled_from("가나 \n"), max_size=400), st.booleans())
def test_a_text_made_short_keeps_the_way_out_of_an_ad(said: str, keeps_end: bool) -> None:
    whole = f"(광고) {said}\n무료 수신거부: 채널에서 한 번 누르기"
    short = dealing.brief(whole, 100, keeps_end=keeps_end)
    assert len(short) <= 100
    assert short.startswith("(광고)")
    assert short == whole or not keeps_end or short.endswith("…\n무료 수신거부: 채널에서 한 번 누르기")
