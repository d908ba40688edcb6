"""The lint of advertising. Whatever offers something is an ad, whoever sends it (정보통신망법 50조), and an ad begins
with (광고), sender and contact, and ends with a free way out. Evasive spellings are refused by the name of the rule they break.

Two answers that never mix: `offer_in` finds the phrase that makes content an ad; `check_form` says whether an ad has its form.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from dure.foundations.channels.types import AdFormWrong, AdLooksLikeInfo, Content, CouponCard, Picture, Purpose, Text

from . import content as contents

MARK: Final = "(광고)"
OPT_OUT: Final = "무료 수신거부"
OPT_OUT_WAY: Final = "채널에서 한 번 누르기"

# What offers. Each is looked for as it stands; those of up to three syllables also with marks between their syllables.
OFFERS: Final = (
    *("할인", "세일", "특가", "반값", "최저가", "초특가", "땡처리", "떨이", "균일가", "염가", "가격 인하", "덤으로"),
    *("증정", "사은품", "경품", "적립", "캐시백", "페이백", "무료 체험", "무료체험", "무료 배송", "무료배송", "공짜"),
    *(
        "이벤트",
        "프로모션",
        "판촉",
        "기획전",
        "행사 상품",
        "행사상품",
        "오픈 기념",
        "개업 기념",
        "감사 대잔치",
        "대방출",
    ),
    *(
        "쿠폰",
        "특별 혜택",
        "단골 혜택",
        "선착순",
        "한정 수량",
        "한정수량",
        "한정 판매",
        "마감 임박",
        "마감임박",
        "지금 구매",
        "구매하세요",
    ),
    *(
        "신상품",
        "신제품",
        "신메뉴",
        "새 상품",
        "새로 들어온",
        "신규 입고",
        "추천 상품",
        "추천상품",
        "예약 판매",
        "공동구매",
    ),
    *("대출", "분양", "수익 보장", "무이자", "당일 대출", "보험 가입", "광고"),
)
_ENGLISH = re.compile(
    r"\b(?:sale|discount|coupon|promotion|promo|special offer|limited offer|buy now|order now|free gift|cash ?back|clearance"
    r"|best price|advertisement)\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"[0-9]+ ?(?:%|퍼센트|프로) ?(?:할인|세일|off|down|적립|쌉니다|저렴)|[1-9] ?\+ ?[1-9](?![0-9])", re.IGNORECASE
)
# The one line with which a notice may carry a coupon: on what ground the reader has it (conduct rules of AlimTalk).
BASIS: Final = re.compile(r"^※ [^\n]{2,80}(?:지급|발급)된 쿠폰 안내입니다\.?$", re.MULTILINE)
# Plain words that hold a phrase of OFFERS without offering: taken out before looking.
_INNOCENT = re.compile(
    r"광고 ?(?:수신|받기)[^\n]{0,40}|할인 ?(?:받으신|된 금액|금액)|적립 ?(?:내역|현황)"
    r"|학자금 대출|도서 ?대출|책 대출|대출 ?(?:도서|반납|연장)"
    r"|세일러|쿠폰 ?(?:사용|취소|환불) ?(?:내역|완료)|이벤트 ?당첨"
    # The page of a channel here, whatever its handle is; an address that no handle is spelled like is looked at.
    r"|/channels/(?:inbox/|@)(?:[a-z][a-z0-9]{1,11}|(?:%[0-9A-F]{2}){3}(?:%[0-9A-F]{2}|[0-9]){1,99})/"
)
_EVASIVE = re.compile(r"^\W*[(\[{<（［｛〈《【「『〔]?\s*(?:[가-힣]{0,6}[^가-힣]{0,3})?광[^가-힣]{0,5}고")
_OPT_OUT = re.compile(r"무료\s?(?:수신\s?거부|거부)\s?[:：]?\s?(\S[^\n]*)")
_PAID_OPT_OUT = re.compile(r"(?<!무료)(?<!무료 )수신\s?거부")
_SEPARATORS = r"[\s.,·ㆍ・_*~\-'\"^/|+:;!]"
# A consonant typed on its own after a vowel (ㅎㅏㄹ인) is read as the final of that syllable.
_FINAL = {
    chr(0x1100 + first): chr(0x11A7 + final)
    for first, final in zip(
        (0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 18),
        (1, 2, 4, 7, 8, 16, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27),
        strict=True,
    )
}
_LOOSE = re.compile("([\u1161-\u1175])([" + "".join(_FINAL) + "])(?![\u1161-\u1175])")
_SPACED = tuple(
    re.compile(rf"(?<![가-힣]){f'{_SEPARATORS}{{1,3}}'.join(phrase)}(?![가-힣])")
    for phrase in OFFERS
    if 2 <= len(phrase) <= 3 and " " not in phrase
)


def offer_in(content: Content, sender: str = "") -> str:
    """The phrase that makes `content` an ad; empty: none. A coupon is one, unless a line says why the reader has it.

    The name of the sender offers nothing, whatever is in it.
    """
    text = "\n".join(_seen(one) for one in contents.texts(content))
    if sender:
        text = text.replace(_seen(sender), " ")
    has_basis = BASIS.search(text) is not None
    if any(isinstance(part, CouponCard) for part in content.parts) and not has_basis:
        return next(part.title for part in content.parts if isinstance(part, CouponCard))
    if has_basis:
        text = BASIS.sub(" ", text).replace("쿠폰", " ")
    text = _INNOCENT.sub(" ", text)
    return next(_found(text), "")


def check_notice(content: Content, sender: str = "") -> None:
    """That a notice offers nothing. Raises AdLooksLikeInfo with what it found."""
    if found := offer_in(content, sender):
        raise AdLooksLikeInfo(found=found)


def as_ad(content: Content, sender: str, contact: str) -> Content:
    """The content in the form of an ad: the marking with sender and contact before it, the way out after it.

    Done for the writer, so that nobody has to know the form; what is there already is not added again.
    """
    parts = list(content.parts)
    head, foot = f"{MARK} {sender} {contact}", f"{OPT_OUT}: {OPT_OUT_WAY}"
    if parts and isinstance(parts[0], Text):
        parts[0] = parts[0] if parts[0].text.startswith(MARK) else Text(f"{head}\n{parts[0].text}")
    else:
        parts.insert(0, Text(head))
    if isinstance(parts[-1], Text):
        if not _OPT_OUT.search(parts[-1].text.rstrip().rpartition("\n")[2]):
            parts[-1] = Text(f"{parts[-1].text.rstrip()}\n{foot}")
    else:
        parts.append(Text(foot))
    return Content(tuple(parts), content.buttons, content.quick_replies)


def with_address(content: Content, address: str) -> Content:
    """An ad for a route outside, where nobody can press a button of ours: its way out is an address that needs no log-in. A
    way out of the writer's own stays above it: nobody here can tell whether it leads anywhere.
    """
    last, way_out = content.parts[-1] if content.parts else None, f"{OPT_OUT}: {address}"
    if not isinstance(last, Text):
        return content
    said = last.text.rstrip().removesuffix(f"{OPT_OUT}: {OPT_OUT_WAY}").rstrip("\n")
    said = f"{said}\n{way_out}".lstrip("\n")
    return Content((*content.parts[:-1], Text(said)), content.buttons, content.quick_replies)


def check_form(content: Content, sender: str, contact: str) -> None:
    """That an ad begins with (광고), sender and contact, ends with a free way out, and is no picture alone.

    Raises AdFormWrong with the rule: marking_missing, marking_evaded, marking_not_first, sender_missing, contact_missing,
    opt_out_missing, opt_out_not_last, opt_out_not_free, picture_only, hidden_characters.
    """
    if any(contents.is_hidden(char) for one in contents.texts(content) for char in one):
        raise AdFormWrong(rule="hidden_characters")
    first = content.parts[0] if content.parts else None
    if not isinstance(first, Text):
        raise AdFormWrong(rule="picture_only" if not _has_text(content) else "marking_missing")
    _check_head(first.text, sender, contact)
    if not _said(content, sender, contact):
        raise AdFormWrong(rule="picture_only")
    _check_foot(content)


def check(content: Content, purpose: Purpose, sender: str, contact: str) -> None:
    """Size, then what `purpose` asks. Raises ContentTooLong, BadValue, AdFormWrong, AdLooksLikeInfo."""
    contents.check(content, more=1 if purpose is Purpose.AD else 0)  # below a picture and a coupon stands the way out
    if purpose is Purpose.AD:
        check_form(content, sender, contact)
    else:
        check_notice(content, sender)


def _check_head(text: str, sender: str, contact: str) -> None:
    if not text.startswith(MARK):
        if MARK in text:
            raise AdFormWrong(rule="marking_not_first")
        evades = _EVASIVE.match(unicodedata.normalize("NFKC", text)) is not None
        raise AdFormWrong(rule="marking_evaded" if evades else "marking_missing")
    head = " ".join(text.removeprefix(MARK).split())
    if not head.startswith(" ".join(sender.split())):
        raise AdFormWrong(rule="sender_missing")
    rest = head.removeprefix(" ".join(sender.split())).lstrip(" ,·/(")
    if not contact or not rest.startswith(contact):
        raise AdFormWrong(rule="contact_missing")


def _check_foot(content: Content) -> None:
    last = content.parts[-1]
    final = last.text.rstrip().rpartition("\n")[2] if isinstance(last, Text) else ""
    if _OPT_OUT.search(final):
        return
    whole = contents.plain(content)
    if _OPT_OUT.search(whole):
        raise AdFormWrong(rule="opt_out_not_last")
    raise AdFormWrong(rule="opt_out_not_free" if _PAID_OPT_OUT.search(whole) else "opt_out_missing")


def _said(content: Content, sender: str, contact: str) -> str:
    """What an ad says besides its form, in words."""
    said = " ".join(contents.plain(Content((part,))) for part in content.parts if not isinstance(part, Picture))
    for form in (MARK, sender, contact):
        said = said.replace(form, "", 1)
    return _OPT_OUT.sub("", said).strip()


def _has_text(content: Content) -> bool:
    return any(isinstance(part, Text) and part.text.strip() for part in content.parts)


def _found(text: str) -> Iterator[str]:
    for phrase in OFFERS:
        if phrase in text:
            yield phrase
    for pattern in (_ENGLISH, _NUMBERS, *_SPACED):
        if found := pattern.search(text):
            yield found[0]


def _seen(text: str) -> str:
    """The text as a reader takes it: one spelling for letters of another width, unseen letters gone, loose jamo put together."""
    shown = "".join(char for char in text if not contents.is_hidden(char)).replace(
        "ㆍ", "·"
    )  # a letter that is used as a dot
    apart = unicodedata.normalize("NFKD", shown)
    return unicodedata.normalize("NFC", _LOOSE.sub(lambda found: found[1] + _FINAL[found[2]], apart))
