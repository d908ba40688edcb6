"""What people are asked to agree to. The words are part of the rule: changed words are a new version."""

import hashlib
import json

from dure.foundations.people.types import Consent, ConsentEntry, ConsentText, OtherText, Purpose, RequiredConsent

TERMS = ConsentText(
    purpose=Purpose("terms"),
    version=1,
    required=True,
    title={"ko": "이용약관", "en": "Terms of use"},
    body={
        "ko": (
            "두레는 이웃이 함께 일하고 함께 나누는 곳입니다. 누구나 제안하고, 동의하고, 기부하고, 쓰임을 확인할 수 있습니다."
            " 한 사람은 한 계정만 씁니다. 거짓으로 다른 사람인 척하거나, 남을 해치거나, 영리·포교·정당 활동에 쓰지 않습니다."
            " 이를 어긴 글과 모금은 운영자가 까닭을 밝히고 멈출 수 있으며, 그 결정에는 이의를 낼 수 있습니다."
            " 언제든지 탈퇴할 수 있습니다."
        ),
        "en": (
            "Dure is where neighbours work and share together. Anyone can propose, agree, give and see what became of it."
            " One person uses one account. Do not pose as somebody else, do not harm others, and do not use it for profit,"
            " mission or party politics. Stewards may stop what breaks this, say why, and you can object."
            " You can leave at any time."
        ),
    },
)
PRIVACY = ConsentText(
    purpose=Purpose("privacy"),
    version=1,
    required=True,
    title={"ko": "개인정보 수집과 이용", "en": "Collection and use of personal data"},
    body={
        "ko": (
            "모으는 것: 이름, 이메일 주소, 스스로 적은 지역과 언어, 로그인 기록. 쓰는 곳: 로그인과 본인 확인,"
            " 한 사람을 한 번만 세기, 꼭 필요한 알림. 두는 기간: 탈퇴할 때까지. 탈퇴하면 바로 지우고, 같은 사람이"
            " 두 번 세어지지 않도록 이메일 주소를 되돌릴 수 없게 바꾼 값만 30일 동안 둡니다. 기부와 지급의 기록은 법이 정한 동안"
            " 이름 없는 번호로 남습니다. 동의하지 않을 수 있지만, 이 정보 없이는 계정을 만들 수 없습니다."
        ),
        "en": (
            "What: your name, e-mail address, the region and language you enter, log-in records. What for: logging in, making"
            " sure you are you, counting one person once, notices that cannot be left out. How long: until you leave. Then it"
            " is erased at once, except for an irreversible mark of your e-mail address, kept for 30 days so that nobody"
            " is counted twice. Records of gifts and payouts stay as long as the law asks, under a number without a name."
            " You may refuse, but there is no account without it."
        ),
    },
)
AGE = ConsentText(
    purpose=Purpose("age_14"),
    version=1,
    required=True,
    title={"ko": "만 14세 이상입니다", "en": "I am at least 14 years old"},
    body={
        "ko": "만 14세가 되지 않은 분의 개인정보는 보호자의 동의가 있어야 모을 수 있어, 아직 계정을 만들 수 없습니다.",
        "en": "Personal data of children under 14 needs a guardian's consent, so they cannot have an account yet.",
    },
)
LETTERS = ConsentText(
    purpose=Purpose("letters"),
    version=1,
    required=False,
    title={"ko": "이메일로 소식 받기", "en": "News by e-mail"},
    body={
        "ko": (
            "새 모금함, 내가 함께한 일의 뒷이야기, 두레의 행사를 이메일로 보내 드립니다. 동의하지 않아도 모든 기능을 쓸 수 있고,"
            " 언제든지 한 번에 거둘 수 있습니다."
        ),
        "en": (
            "We write to you about new donation boxes, what became of things you took part in, and events. Everything works"
            " without it, and you can take it back in one tap at any time."
        ),
    },
)
RECEIPT_SHARING = ConsentText(
    purpose=Purpose("receipt_sharing"),
    version=1,
    required=False,
    title={"ko": "기부금 영수증을 위한 제3자 제공", "en": "Passing on your details for a donation receipt"},
    body={
        "ko": (
            "받는 곳: 내가 기부한 모금함을 맡은 단체. 건네는 것: 이름, 이메일 주소, 기부한 날과 금액, 영수증을 청할 때 적는 정보."
            " 쓰는 곳: 기부금 영수증 발급과 국세청 제출. 두는 기간: 발급한 날부터 5년. 동의하지 않으면 기부는 할 수 있지만"
            " 영수증은 발급되지 않습니다."
        ),
        "en": (
            "To whom: the organisation that runs the box you gave to. What: your name, e-mail address, day and sum of the"
            " gift, and what you enter when asking for a receipt. What for: issuing the donation receipt and reporting it to"
            " the tax office. How long: five years from the day of issue. Without it you can give, but no receipt is issued."
        ),
    },
)

_texts: dict[Purpose, ConsentText] = {text.purpose: text for text in (TERMS, PRIVACY, AGE, LETTERS, RECEIPT_SHARING)}


def declare(text: ConsentText) -> ConsentText:
    """Add the text of another house to what people can agree to. Called while the house is set up."""
    known = _texts.setdefault(text.purpose, text)
    if known != text:
        raise ValueError(f"two texts for the purpose {text.purpose!r}")
    return text


def texts() -> tuple[ConsentText, ...]:
    """Every text in force, the required ones first."""
    return tuple(sorted(_texts.values(), key=lambda text: not text.required))


def text_for(purpose: str) -> ConsentText | None:
    """The text in force for `purpose`."""
    return _texts.get(Purpose(purpose))


def digest(text: ConsentText, language: str) -> str:
    """Proves which words were shown: a hash over purpose, version and the text in that language."""
    shown = [text.purpose, text.version, text.title[language], text.body[language]]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def check_gives(text: ConsentText, version: int) -> None:
    """One agrees to the words in force, not to older ones. Raises OtherText."""
    if version != text.version:
        raise OtherText(purpose=text.purpose, current=text.version)


def check_withdraws(text: ConsentText) -> None:
    """A required consent ends with the account only. Raises RequiredConsent."""
    if text.required:
        raise RequiredConsent(purpose=text.purpose)


def standing(text: ConsentText, log: tuple[ConsentEntry, ...]) -> Consent:
    """Where a person stands: the last line of the log about this purpose counts. `log` is in order of time."""
    last = next((entry for entry in reversed(log) if entry.purpose == text.purpose), None)
    if last is None:
        return Consent(text=text, given=False, version=None, since=None)
    return Consent(text=text, given=last.given, version=last.version, since=last.at)
