"""SOLAPI (docs.solapi.com; facts: messaging 1.3): AlimTalk, text messages, voice calls.

It has no idempotency key. Each message carries the attempt's key as a custom field, and an attempt that had no answer is
looked for in the list of messages before it is sent again, a minute later: what was taken is found, so that it arrives
once. Within a call `allowDuplicates` stays false; two attempts to one number go in two calls. Its own fallback from
AlimTalk to text is off (`disableSms`): the ladder is ours.

A call that asks for a key takes the key 1 alone (`replyRange`): its report says whether there was a reply (`voiceReplied`, in the
company's own clients), and no document read here says which key it was.

No document says how a report is signed; public integrations agree on `X-Solapi-Secret`, the SHA-1 of the hook's secret.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from dure.base import clock
from dure.foundations.channels.rules import dealer_codes, dealing
from dure.foundations.channels.rules.dealer_codes import ASK_AGAIN_SECONDS, Meaning, no
from dure.foundations.channels.types import AttemptState, Carriage, Outcome, Reason, ReportForged, Route, Told

from .carrying import LOOK_SECONDS_MAX, Found, Watch, all_alike, in_order, outcome, unfit
from .line import ANSWER_SECONDS_MAX, Line, NoAnswer

BASE = "https://api.solapi.com"
OK = 200
MANY_MAX = 500
A_SECOND = 100
KEYS = 1  # only the key 1 is taken: of a reply a report says that there was one, no document says which key
LISTED_AT_ONCE, LIST_PAGES_MAX = 100, 5
LISTED_FOR = timedelta(days=8)
LATER = Meaning(AttemptState.UNSURE, Reason.UNKNOWN, ASK_AGAIN_SECONDS)
SOON = Meaning(AttemptState.UNSURE, Reason.UNKNOWN, 1)  # there was no time to look for it
SAME_NUMBER = Meaning(AttemptState.FAILED, Reason.TWICE, 1)

type Codes = Callable[[str, Collection[UUID]], Mapping[UUID, str]]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What SOLAPI knows us by."""

    key: str
    secret: str
    sender: str  # the registered telephone number, digits
    channel: str = ""  # pfId of the KakaoTalk channel; empty: no AlimTalk
    hook_secret: str = ""
    url: str = ""  # a twin; empty: SOLAPI itself


class Solapi:
    dealer = "solapi"
    many_max = MANY_MAX
    a_second = A_SECOND

    def __init__(self, account: Account, codes: Codes, answer_seconds: float = ANSWER_SECONDS_MAX) -> None:
        """`codes` knows SOLAPI's codes of our templates."""
        self._account, self._codes = account, codes
        self._line = Line(self.dealer, account.url or BASE, answer_seconds)
        talk = {Route.ALIMTALK} if account.channel else set()
        self.routes = frozenset({Route.SMS, Route.VOICE, *talk})

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        watch, found = Watch(), unfit(batch, self.routes)
        codes = self._codes(self.dealer, {one.template for one in batch if one.template})
        found |= self._known([one for one in batch if one.again and one.key not in found], watch)
        messages: dict[str, dict[str, object]] = {}
        numbers: set[object] = set()
        for one in batch:
            if one.key in found:
                continue
            made = self._message(one, codes)
            if isinstance(made, Outcome):
                found[one.key] = made
            elif made["to"] in numbers:
                found[one.key] = outcome(one.key, SAME_NUMBER, "same-number")
            else:
                numbers.add(made["to"])
                messages[one.key] = made
        if messages:
            found |= self._send([one for one in batch if one.key in messages], list(messages.values()))
        return in_order(batch, found)

    def _message(self, one: Carriage, codes: Mapping[UUID, str]) -> dict[str, object] | Outcome:
        """The message as SOLAPI wants it, or why it cannot be one."""
        to = dealing.number(one.to) if isinstance(one.to, str) else None
        if to is None:
            return outcome(one.key, no(Reason.NO_SUCH_ADDRESS), "3010")
        message: dict[str, object] = {
            "to": to,
            "from": self._account.sender,
            "country": "82",
            "customFields": {"key": one.key},
        }
        if one.route is Route.ALIMTALK:
            return self._talk(one, message, codes)
        text = dealing.korean_only(
            dealing.for_the_ear(one.content) if one.route is Route.VOICE else dealing.plain(one.content)
        )
        if text is None:
            return outcome(one.key, no(Reason.BAD_CONTENT), "1029")
        if one.route is Route.VOICE:
            if len(text) > dealing.VOICE_LENGTH_MAX:
                return outcome(one.key, no(Reason.BAD_CONTENT), "1031")
            keys = {"replyRange": KEYS} if one.keyed else {}
            return message | {"type": "VOICE", "text": text, "voiceOptions": {"voiceType": "FEMALE", **keys}}
        if (size := dealing.sms_bytes(text)) > dealing.LMS_BYTES_MAX:
            return outcome(one.key, no(Reason.BAD_CONTENT), "1031")
        if size <= dealing.SMS_BYTES_MAX:
            return message | {"type": "SMS", "text": text}
        subject = dealing.cut(dealing.korean_only(dealing.heading(one.content)) or "", dealing.SUBJECT_BYTES_MAX)
        return message | {"type": "LMS", "text": text, **({"subject": subject} if subject else {})}

    def _talk(
        self, one: Carriage, message: dict[str, object], codes: Mapping[UUID, str]
    ) -> dict[str, object] | Outcome:
        code = codes.get(one.template) if one.template else None
        if code is None:
            return outcome(one.key, no(Reason.BAD_TEMPLATE), "1042")
        variables = {f"#{{{name}}}": value for name, value in one.variables.items()}
        options = {"pfId": self._account.channel, "templateId": code, "variables": variables, "disableSms": True}
        return message | {"type": "ATA", "kakaoOptions": options}

    def _send(self, batch: Sequence[Carriage], messages: list[dict[str, object]]) -> Found:
        body = {"messages": messages, "allowDuplicates": False, "showMessageList": True}
        try:
            status, said = self._ask("POST", "/messages/v4/send-many/detail", body=body)
        except NoAnswer as silence:
            return all_alike(batch, silence.meaning)
        if status != OK or not isinstance(said, dict):
            return all_alike(batch, dealer_codes.solapi_refused(status), _code(said) or str(status))
        by_number = {str(message["to"]): one.key for one, message in zip(batch, messages, strict=True)}
        found: Found = {}
        for entry in (*_listed(said, "messageList"), *_listed(said, "failedMessageList")):
            key = _key(entry) or by_number.get(str(entry.get("to")))
            if key is not None:
                code = str(entry.get("statusCode", ""))
                found[key] = outcome(key, dealer_codes.solapi(code), code)
        return {one.key: found.get(one.key) or outcome(one.key, LATER, "unlisted") for one in batch}

    def _known(self, asked: Sequence[Carriage], watch: Watch) -> Found:
        """What SOLAPI has of attempts that had no answer. What it does not have is not in what this answers."""
        found: Found = {}
        for one in asked:
            if watch.passed(LOOK_SECONDS_MAX):
                found[one.key] = outcome(one.key, SOON, "later")
                continue
            to = dealing.number(one.to) if isinstance(one.to, str) else None
            if to is None:
                continue
            try:
                code = self._look(to, one.key, watch)
            except NoAnswer:
                found[one.key] = outcome(one.key, LATER, "unlisted")
            else:
                if code is not None:
                    found[one.key] = outcome(one.key, dealer_codes.solapi(code), code)
        return found

    def _look(self, to: str, key: str, watch: Watch) -> str | None:
        """The status of the message with this key; None: there is none. Raises NoAnswer."""
        now = clock.now()
        query = {
            "criteria": "to",
            "cond": "eq",
            "value": to,
            "limit": str(LISTED_AT_ONCE),
            "startDate": (now - LISTED_FOR).isoformat(timespec="seconds"),
            "endDate": (now + timedelta(hours=1)).isoformat(timespec="seconds"),
        }
        for _ in range(LIST_PAGES_MAX):
            status, said = self._ask("GET", "/messages/v4/list", query=query)
            if status != OK or not isinstance(said, dict) or not isinstance(said.get("messageList"), dict):
                raise NoAnswer(LATER)
            for entry in said["messageList"].values():
                if isinstance(entry, dict) and _key(entry) == key:
                    return str(entry.get("statusCode", ""))
            if not said.get("nextKey"):
                return None
            if watch.passed(LOOK_SECONDS_MAX):
                break
            query |= {"startKey": str(said["nextKey"])}
        raise NoAnswer(LATER)

    def _ask(
        self, method: str, path: str, *, body: object = None, query: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        return self._line.ask(method, path, body=body, query=query, headers=authorised(self._account))

    def read_reports(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Told]:
        wanted = hashlib.sha1(self._account.hook_secret.encode(), usedforsecurity=False).hexdigest()
        given = headers.get("x-solapi-secret", "")
        if not self._account.hook_secret or not hmac.compare_digest(given.encode(), wanted.encode()):
            raise ReportForged()
        try:
            said = msgspec.json.decode(body, type=list[dict[str, Any]])
        except (msgspec.DecodeError, RecursionError):
            raise ReportForged() from None
        return tuple(told for one in said if (told := _told(one)) is not None)


def authorised(account: Account) -> dict[str, str]:
    """The header that proves us: good for one request."""
    date, salt = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), secrets.token_hex(16)
    signature = hmac.digest(account.secret.encode(), f"{date}{salt}".encode(), "sha256").hex()
    return {"Authorization": f"HMAC-SHA256 apiKey={account.key}, date={date}, salt={salt}, signature={signature}"}


def _told(report: dict[str, Any]) -> Told | None:
    """One report; None when it is about a message that is not ours, which the same account may send too."""
    event, message = report.get("eventDataId"), report.get("data")
    key = _key(message) if isinstance(message, dict) else None
    if not isinstance(event, str) or not event or not isinstance(message, dict) or key is None:
        return None
    code = str(message.get("statusCode", ""))
    meaning = dealer_codes.solapi(code)
    at = _at(message.get("dateReceived") or message.get("dateReported"))
    pressed = "1" if message.get("type") == "VOICE" and message.get("voiceReplied") in (True, 1) else ""
    return Told(
        event=event[:80], key=key, state=meaning.state, code=code[:20], reason=meaning.reason, at=at, pressed=pressed
    )


def _key(entry: dict[str, Any]) -> str | None:
    fields = entry.get("customFields")
    key = fields.get("key") if isinstance(fields, dict) else None
    return key if isinstance(key, str) and key else None


def _at(said: object) -> datetime:
    """When it happened, by their clock; now when they do not say."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return clock.now()
    return at if at.tzinfo else at.replace(tzinfo=clock.SEOUL)


def _listed(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = said.get(name)
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _code(said: object) -> str:
    return str(said.get("errorCode", "")) if isinstance(said, dict) else ""
