"""What the dealers' codes mean to us: each one of the documents a state and a plain reason; a code of none is unsure.

SOLAPI: solapi/documents, api-reference/message-status-codes. NHN Cloud: error-code of KakaoTalk Bizmessage. Web Push: RFC
8030 and what the services document. Mail: RFC 5321, RFC 3463.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dure.foundations.channels.types import AttemptState, Reason

ASK_AGAIN_SECONDS = 60  # after no answer: longer than any answer takes, so that what was taken is listed by then
BUSY_SECONDS = 30
BROKEN_SECONDS = 300  # somebody here has to act first
GREY_SECONDS = 300
RETRY_SECONDS_MAX = 3_600


@dataclass(frozen=True, slots=True)
class Meaning:
    """See types.Outcome: what state it is in, why, after how long to try or ask again, whether the dealer itself cannot."""

    state: AttemptState
    reason: Reason = Reason.NONE
    retry_after: int | None = None
    paused: bool = False


TAKEN = Meaning(AttemptState.ACCEPTED)
THERE = Meaning(AttemptState.DELIVERED)
UNKNOWN = Meaning(AttemptState.UNSURE, Reason.UNKNOWN)  # nothing more can be learnt
SILENT = Meaning(AttemptState.UNSURE, Reason.UNKNOWN, ASK_AGAIN_SECONDS, paused=True)
NOT_HEARD = Meaning(AttemptState.FAILED, Reason.BUSY, BUSY_SECONDS, paused=True)  # it never had the request
BUSY = Meaning(AttemptState.FAILED, Reason.BUSY, BUSY_SECONDS, paused=True)
BROKEN = Meaning(AttemptState.FAILED, Reason.NOT_ALLOWED, BROKEN_SECONDS, paused=True)
SPENT = Meaning(AttemptState.FAILED, Reason.NO_MONEY, BROKEN_SECONDS, paused=True)


def no(reason: Reason) -> Meaning:
    """This route cannot."""
    return Meaning(AttemptState.FAILED, reason)


def _table(*rows: tuple[Meaning, str]) -> Mapping[str, Meaning]:
    found: dict[str, Meaning] = {}
    for meaning, codes in rows:
        for code in codes.split():
            assert code not in found, code  # noqa: S101 - a code means one thing
            found[code] = meaning
    return found


SOLAPI: Mapping[str, Meaning] = _table(
    (TAKEN, "2000 3000"),
    (THERE, "4000"),
    (BUSY, "1024"),
    (SPENT, "1030"),
    (BROKEN, "1020 1041 1062"),
    (Meaning(AttemptState.FAILED, Reason.TWICE, BUSY_SECONDS), "1026"),  # another one to this number in the same call
    (
        no(Reason.BAD_CONTENT),
        "1010 1011 1013 1014 1023 1025 1027 1028 1029 1031 1032 1033 1034 1044 1045 1048 1049 1050",
    ),
    (no(Reason.BAD_CONTENT), "1051 1053 2011 3011"),
    (no(Reason.BAD_TEMPLATE), "1042 1043 1046 1047 1052 3103 3105"),
    (no(Reason.NOT_ALLOWED), "1058 2062 2063 3013 3058 3059 3101 3106"),
    (no(Reason.NO_MONEY), "2230"),
    (no(Reason.OPTED_OUT), "1061 2061"),
    (no(Reason.BLOCKED), "1060 1064 2060 2064 2254 3047 3052 3054 3055 3060"),
    (no(Reason.BUSY), "2024 3012 3024 3053"),
    (no(Reason.NO_SUCH_ADDRESS), "3010 3032"),
    (no(Reason.NOT_REACHED), "3031 3041 3042 3043 3044 3045 3046 3050 3051 3056 3057"),
    (no(Reason.EXPIRED), "3040"),
    (no(Reason.NO_TAKER), "3102 3104 3107"),
    (no(Reason.NIGHT), "3108"),
    (UNKNOWN, "1021 1022 3014 3048"),  # "no such message", "state unknown": its own words for not knowing
)

NHN_ANSWERS: Mapping[str, Meaning] = _table(
    (TAKEN, "0"),
    (
        Meaning(AttemptState.UNSURE, Reason.TWICE, ASK_AGAIN_SECONDS),
        "-1005",
    ),  # the same request is ten minutes old at most
    (BROKEN, "-1000 -1001 -1006 -1020 -1024 -1027 -1030 -2017"),
    (
        no(Reason.BAD_CONTENT),
        "4 -1028 -2000 -2001 -2002 -2003 -2004 -2005 -2018 -2019 -2025 -2026 -2027 -2032 -2033 -2034",
    ),
    (no(Reason.BAD_CONTENT), "-2035 -2036 -2037 -2504 -3002 -3048 -4200 -8006 -8008"),
    (no(Reason.BAD_TEMPLATE), "-3000 -3011 -3033 -3042 -3043 -3044 -3045 -3046 -3049"),
    (no(Reason.NOT_ALLOWED), "-1002 -1003 -1019 -2502"),
    (no(Reason.OPTED_OUT), "-3301"),
    (no(Reason.NO_SUCH_ADDRESS), "-4019"),
    (UNKNOWN, "-1016 -1031"),  # -1031: "all receivers failed"; each says why for itself
)

NHN_RESULTS: Mapping[str, Meaning] = _table(
    (THERE, "1000"),
    (TAKEN, "4161"),
    (Meaning(AttemptState.UNSURE, Reason.NOT_REACHED), "3005"),  # sent, not confirmed, may arrive within three days
    (no(Reason.NOT_ALLOWED), "1002 1003 1006 1007 1011 1013 1014 1016 1021 1022 1023 1024 1025 1027 4103 4104 4156"),
    (no(Reason.NO_SUCH_ADDRESS), "1012 1015 1020 3008 4121"),
    (
        no(Reason.BAD_CONTENT),
        "1001 1004 1028 1030 3013 3014 3023 3024 3025 3026 3029 3032 3034 3035 3037 3039 3040 3041",
    ),
    (no(Reason.BAD_CONTENT), "3046 3047 3048 3051 3052 3056 3058 4100 4101 4110 4120 4130 4144"),
    (
        no(Reason.BAD_TEMPLATE),
        "1033 3015 3016 3027 3028 3030 3031 3033 3036 3038 3042 3043 3044 3045 3050 3053 3054 3055",
    ),
    (no(Reason.BAD_TEMPLATE), "3057 4102 4132 4133 4134"),
    (no(Reason.BUSY), "2001 2005 3000 3006 3010 3012 4137 4138 4139 4140 4141 4142 9998 9999"),
    (no(Reason.NO_TAKER), "2003 3018 3019"),
    (no(Reason.OPTED_OUT), "3020"),
    (no(Reason.NOT_REACHED), "3021"),
    (no(Reason.NIGHT), "3022"),
    (no(Reason.EXPIRED), "4143"),
    (UNKNOWN, "3011 4000 4001 4122 4131"),
)


def solapi(code: str) -> Meaning:
    """A status code of SOLAPI."""
    return SOLAPI.get(code, UNKNOWN)


def solapi_refused(status: int) -> Meaning:
    """SOLAPI took nothing of a whole call, by the status of HTTP."""
    match status:
        case 401 | 403:
            return BROKEN
        case 402:
            return SPENT
        case 429:
            return BUSY
        case _ if 400 <= status < 500:
            return no(Reason.BAD_CONTENT)
        case _:
            return SILENT  # a fault of its own may come after it acted


def nhn_answer(code: str) -> Meaning:
    """A result code of NHN Cloud's API."""
    return NHN_ANSWERS.get(code, UNKNOWN)


def nhn_result(code: str) -> Meaning:
    """What NHN Cloud says of the delivery of one message; no code yet: it has it."""
    return NHN_RESULTS.get(code, UNKNOWN) if code else TAKEN


def push(status: int, retry_after: str = "", *, key_known: bool = False) -> Meaning:
    """The answer of a push service to one browser.

    A subscription is tied to the key under which it was made, so 403 after our key changed is as final as 410. But 403 for
    everybody is a mistake of ours, and must not lose a town its browsers: it is believed only where `key_known`, which is
    when the same service has taken another push under our present key.
    """
    match status:
        case 200 | 201 | 202 | 204:
            return TAKEN  # a service that answers 200 for a dead browser looks the same: the heartbeat tells
        case 404 | 410:
            return no(Reason.NO_SUCH_ADDRESS)
        case 401 | 403:
            return no(Reason.NO_SUCH_ADDRESS) if key_known and status == 403 else BROKEN
        case 413:
            return no(Reason.BAD_CONTENT)
        case 400:
            return no(Reason.NOT_ALLOWED)
        case 429 | 500 | 502 | 503 | 504:
            return Meaning(AttemptState.FAILED, Reason.BUSY, seconds(retry_after), paused=True)
        case _:
            return UNKNOWN


def seconds(said: str, otherwise: int = BUSY_SECONDS) -> int:
    """A Retry-After in seconds; a date or nonsense: `otherwise`."""
    return min(int(said), RETRY_SECONDS_MAX) if said.isascii() and said.isdigit() and len(said) < 9 else otherwise


def smtp(code: int, said: str = "") -> Meaning:
    """A reply of a mail server to RCPT or to a whole letter. `said`: its text, which may begin with an enhanced status."""
    enhanced = said.split(" ", 1)[0]
    subject = enhanced[2:] if enhanced[:2] in ("4.", "5.") else ""
    if 200 <= code < 300:
        return TAKEN
    if 400 <= code < 500:
        reason = Reason.NOT_REACHED if subject in ("2.2", "2.1") else Reason.BUSY
        return Meaning(AttemptState.FAILED, reason, GREY_SECONDS)
    if not 500 <= code < 600:
        return UNKNOWN
    if subject in ("1.1", "1.2", "1.3", "1.6", "1.10") or (not subject and code in (550, 551, 553)):
        return no(Reason.NO_SUCH_ADDRESS)
    if subject == "2.2" or (not subject and code == 552):
        return no(Reason.NOT_REACHED)
    if subject in ("3.4", "6.0", "6.1", "6.3"):
        return no(Reason.BAD_CONTENT)
    if code in (530, 535):
        return BROKEN
    return no(Reason.BLOCKED)


def together(found: Iterable[Meaning]) -> Meaning:
    """One meaning for the browsers of one person: taken when one took it, else unsure, else worth trying again, else no."""
    order = list(found)
    for state in (AttemptState.DELIVERED, AttemptState.ACCEPTED, AttemptState.UNSURE):
        for one in order:
            if one.state is state:
                return one
    return next(
        (one for one in order if one.retry_after is not None), order[0] if order else no(Reason.NO_SUCH_ADDRESS)
    )
