"""A twin of SOLAPI's message API (api.solapi.com): sending many, the list of messages, templates and their review, reports.

Documented, and kept here: `HMAC-SHA256 apiKey, date, salt, signature` in Authorization; status codes of a message; 90 bytes
of EUC-KR for SMS, 2,000 for LMS, 1,000 characters for AlimTalk; sender numbers that are registered; custom fields of 30 and
100 characters; `allowDuplicates`; `criteria`, `cond`, `value` of the list; PENDING, INSPECTING, APPROVED, REJECTED of a
template with comments; reports as a list of `eventDataId` and `data`.

Of a call with `replyRange` the report says `voiceReplied`: 1 where the number ends in 000 and a key of that range, else 0.

Not confirmed by a source: that a signature is good for 15 minutes and its salt once, that a call takes 10,000 messages, the
retries of a report, and how a report is signed (public integrations compare `X-Solapi-Secret` with the SHA-1 of the hook's
secret). Any API key is taken; the secret is that of the command line.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dure.base import clock, ids
from dure.kit.twins import Answer, Asked, Setting, Twin, json_answer
from dure.kit.twins.webhooks import Post

from .solapi_checks import filled, refused

AUTHORISATION = re.compile(
    r"HMAC-SHA256 apiKey=([^,\s]+), date=([^,\s]+), salt=([^,\s]+), signature=([0-9a-f]{64})", re.I
)
SIGNATURE_GOOD_FOR = timedelta(minutes=15)
MESSAGES_MAX = 10_000
LISTED_MAX = 500
DONE_AFTER = timedelta(seconds=2)  # from taking a message to its end
OK, RECEIVED, AT_CARRIER = 200, "4000", "3000"
SENDERS = frozenset({"029302266", "0212345678", "01000000000"})
_FATES = """
1060 1061 1064 2060 2061 2064 2230 2254 2999 3010 3012 3014 3024 3031 3032 3040 3041 3042 3043 3044 3045 3046 3047
3048 3050 3051 3052 3053 3054 3055 3056 3057 3058 3059 3102 3103 3104 3105 3107 3108 3999
"""
FATES = frozenset(_FATES.split())
AT_ONCE = ("1060", "1061", "1064")  # refused when the message is given in


class Message(msgspec.Struct):
    id: str
    group: str
    to: str
    sender: str
    kind: str
    text: str
    fields: dict[str, str]
    at: datetime
    ends: str  # the status it comes to
    refused: bool = False
    keys: int = 0  # of a call: up to which key it takes one

    def pressed(self) -> bool:
        """Whether who is called presses a key that is taken: the last digit of a number that ends in 000 and a key."""
        return self.kind == "VOICE" and self.to[-4:-1] == "000" and 1 <= int(self.to[-1]) <= self.keys

    def status(self, now: datetime) -> str:
        if self.refused or now >= self.at + DONE_AFTER:
            return self.ends
        return AT_CARRIER if now > self.at else "2000"


class Template(msgspec.Struct):
    id: str
    name: str
    channel: str
    content: str
    buttons: list[dict[str, Any]] = []
    status: str = "PENDING"
    comments: list[dict[str, str]] = []


class Book(msgspec.Struct):
    messages: dict[str, Message] = {}
    templates: dict[str, Template] = {}
    salts: dict[str, datetime] = {}

    def delivered(self, key: str) -> int:
        """How many messages with this key in their custom fields reached somebody: the proof of exactly once."""
        return sum(
            one.fields.get("key") == key and not one.refused and one.ends == RECEIVED for one in self.messages.values()
        )


class No(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = json_answer(status, {"errorCode": code, "errorMessage": message})


class SolapiTwin(Twin[Book]):
    name = "solapi"
    webhook_minutes = (1, 5, 15, 60)
    body_bytes_max = 20_000_000

    def __init__(self, setting: Setting, post: Post | None = None) -> None:
        super().__init__(setting, Book(), post)

    def route(self, asked: Asked) -> str:
        found = self._found(asked)
        return found[1] if found else "unknown"

    def error(self) -> Answer:
        return json_answer(500, {"errorCode": "InternalError", "errorMessage": "try again"})

    def answer(self, asked: Asked) -> Answer:
        found = self._found(asked)
        if found is None:
            return json_answer(404, {"errorCode": "ResourceNotFound", "errorMessage": "no such address"})
        place, route, do = found
        try:
            if route != "desk":
                self._authorised(asked)
            return self.kept(do(self, asked, *place.groups()))
        except No as no:
            return no.answer

    def _found(self, asked: Asked) -> "tuple[re.Match[str], str, Callable[..., Answer]] | None":
        for method, pattern, route, do in ROUTES:
            if method == asked.method and (place := pattern.fullmatch(asked.path)):
                return place, route, do
        return None

    def _authorised(self, asked: Asked) -> None:
        said = AUTHORISATION.fullmatch(asked.headers.get("authorization", ""))
        if said is None:
            raise No(401, "Unauthorized", "no or unreadable authorization")
        _, date, salt, signature = said.groups()
        wanted = hmac.new(self.setting.secret.encode(), f"{date}{salt}".encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, signature.lower()):
            raise No(403, "SignatureDoesNotMatch", "the signature does not match")
        now = self.clock.now()
        try:
            at = datetime.fromisoformat(date)
        except ValueError:
            raise No(400, "InvalidDate", "the date is no ISO 8601") from None
        if at.tzinfo is None or abs(now - at) > SIGNATURE_GOOD_FOR:
            raise No(403, "RequestTimeTooSkewed", "the date is too far from now")
        self.book.salts = {one: until for one, until in self.book.salts.items() if until > now}
        if salt in self.book.salts:
            raise No(403, "DuplicatedSignature", "the salt was used before")
        self.book.salts[salt] = now + SIGNATURE_GOOD_FOR

    # Messages

    def send_many(self, asked: Asked, detail: str | None) -> Answer:
        said = asked.json()
        messages = said.get("messages") if said else None
        if said is None or not isinstance(messages, list) or not messages:
            raise No(400, "ValidationError", "messages is missing")
        if len(messages) > MESSAGES_MAX:
            raise No(400, "MaxCountExceeded", f"at most {MESSAGES_MAX} messages")
        group, now = f"G4V{secrets.token_hex(12).upper()}", self.clock.now()
        good: list[Message] = []
        bad: list[Message] = []
        seen: set[object] = set()
        for one in messages:
            if not isinstance(one, dict):
                raise No(400, "ValidationError", "a message is an object")
            code = refused(one, SENDERS, self.book.templates)
            if not code and one["to"] in seen and not said.get("allowDuplicates"):
                code = "1026"
            seen.add(one.get("to"))
            fate = str(one.get("to", ""))[-4:]
            code = code or (fate if fate in AT_ONCE else "")
            entry = self._message(one, group, now, code)
            self.book.messages[entry.id] = entry
            (bad if entry.refused else good).append(entry)
        if not good and not detail:
            raise No(400, "FailedToAddMessage", bad[0].ends)
        for entry in good:
            self._report(entry)
        count = {"total": len(messages), "registeredSuccess": len(good), "registeredFailed": len(bad)}
        counted = {"groupId": group, "status": "SENDING", "count": {**count, **dict.fromkeys(COUNTS, 0)}}
        if not detail:
            return json_answer(OK, counted)
        listed = [_listed(one, now) for one in good] if said.get("showMessageList") else None
        shown = {"failedMessageList": [_listed(one, now) for one in bad], "groupInfo": counted}
        return json_answer(OK, shown if listed is None else shown | {"messageList": listed})

    def _message(self, said: dict[str, Any], group: str, now: datetime, code: str) -> Message:
        to, kind = str(said.get("to", "")), str(said.get("type") or "SMS").upper()
        text = str(said.get("text", ""))
        if kind == "ATA" and not code:
            options = said["kakaoOptions"]
            text = filled(self.book.templates[options["templateId"]].content, options.get("variables") or {})
        fields = said.get("customFields")
        return Message(
            id=f"M4V{secrets.token_hex(12).upper()}",
            group=group,
            to=to,
            sender=str(said.get("from", "")),
            kind=kind,
            text=text,
            fields=fields if isinstance(fields, dict) and code != "1032" else {},
            at=now,
            ends=code or (to[-4:] if to[-4:] in FATES else RECEIVED),
            refused=bool(code),
            keys=_keys(said),
        )

    def _report(self, entry: Message) -> None:
        done = self.clock.now() + DONE_AFTER
        report = {
            "eventDataId": f"WH01EV{ids.new().hex}",
            "retryCount": 0,
            "data": _listed(entry, done)
            | {
                "dateProcessed": _time(entry.at),
                "dateReported": _time(done),
                "dateReceived": _time(done) if entry.ends == RECEIVED else None,
                "networkCode": "ETC",
            },
        }
        proof = hashlib.sha1(self.setting.secret.encode()).hexdigest()  # noqa: S324 - as public integrations compare it
        headers = {"X-Solapi-Secret": proof, "X-Solapi-Event-Name": "SINGLE-REPORT"}
        self.webhooks.send(msgspec.json.encode([report]), headers, DONE_AFTER)

    def listed(self, asked: Asked) -> Answer:
        names, conds, values = (asked.query.get(name, "").split(",") for name in ("criteria", "cond", "value"))
        now = self.clock.now()
        rows = [_listed(one, now) for one in reversed(self.book.messages.values())]
        for name, cond, value in zip(names, conds, values, strict=False):
            if name and name not in ("messageId", "groupId", "to", "from", "type", "statusCode"):
                raise No(400, "ValidationError", f"criteria {name}")
            if name and cond == "eq":
                rows = [row for row in rows if str(row[name]) == value]
        if after := asked.query.get("startKey"):
            rows = rows[next((place + 1 for place, row in enumerate(rows) if row["messageId"] == after), len(rows)) :]
        limit = min(int(asked.query.get("limit", "20")), LISTED_MAX)
        page = rows[:limit]
        following = page[-1]["messageId"] if len(rows) > limit else None
        found = {str(row["messageId"]): row for row in page}
        return json_answer(OK, {"startKey": after, "limit": limit, "nextKey": following, "messageList": found})

    # Templates

    def new_template(self, asked: Asked) -> Answer:
        said = asked.json() or {}
        name, channel, content = (said.get(one) for one in ("name", "channelId", "content"))
        if not all(isinstance(one, str) and one for one in (name, channel, content)):
            raise No(400, "ValidationError", "name, channelId and content are needed")
        buttons = said.get("buttons") or []
        if len(buttons) > 5 or any(len(str(one.get("buttonName", ""))) > 14 for one in buttons):
            raise No(400, "ValidationError", "buttons")
        made = Template(f"KA01TP{secrets.token_hex(13)}", str(name), str(channel), str(content), buttons)
        self.book.templates[made.id] = made
        return json_answer(OK, self._template(made.id))

    def inspect(self, asked: Asked, template: str) -> Answer:
        found = self._template(template)
        if self.book.templates[template].status not in ("PENDING", "REJECTED"):
            raise No(400, "InvalidStatus", "the template is not waiting for a review to be asked")
        self.book.templates[template].status = "INSPECTING"
        return json_answer(OK, found | {"status": "INSPECTING"})

    def one_template(self, asked: Asked, template: str) -> Answer:
        return json_answer(OK, self._template(template))

    def templates(self, asked: Asked) -> Answer:
        wanted = asked.query.get("name", "")
        found = [self._template(one.id) for one in self.book.templates.values() if not wanted or one.name == wanted]
        return json_answer(OK, {"templateList": found, "limit": len(found), "nextKey": None})

    def decide(self, asked: Asked, template: str) -> Answer:
        """The twin's own: the reviewer has decided. `{"status": "APPROVED" | "REJECTED", "comment": ".."}`"""
        said = asked.json() or {}
        found = self.book.templates[template]
        found.status = str(said.get("status", "APPROVED"))
        if said.get("comment"):
            found.comments = [
                *found.comments,
                {"content": str(said["comment"]), "dateCreated": _time(self.clock.now())},
            ]
        return json_answer(OK, self._template(template))

    def _template(self, template: str) -> dict[str, Any]:
        found = self.book.templates.get(template)
        if found is None:
            raise No(404, "ResourceNotFound", "no such template")
        return {
            "templateId": found.id,
            "name": found.name,
            "channelId": found.channel,
            "content": found.content,
            "buttons": found.buttons,
            "status": found.status,
            "comments": found.comments,
        }


def _keys(said: dict[str, Any]) -> int:
    options = said.get("voiceOptions")
    keys = options.get("replyRange") if isinstance(options, dict) else None
    return keys if isinstance(keys, int) else 0


def _listed(one: Message, now: datetime) -> dict[str, Any]:
    return {
        "messageId": one.id,
        "groupId": one.group,
        "to": one.to,
        "from": one.sender,
        "type": one.kind,
        "country": "82",
        "text": one.text,
        "statusCode": one.status(now),
        "statusMessage": "",
        "customFields": one.fields,
        "dateCreated": _time(one.at),
        **({"voiceReplied": int(one.pressed())} if one.kind == "VOICE" else {}),
    }


def _time(at: datetime) -> str:
    return clock.local(at).isoformat(timespec="milliseconds")


COUNTS = ("sentTotal", "sentFailed", "sentSuccess", "sentPending", "sentReplacement", "refund")
# method, address, the word of faults for it, what does it
ROUTES: tuple[tuple[str, re.Pattern[str], str, Callable[..., Answer]], ...] = (
    ("POST", re.compile("/messages/v4/send-many(/detail)?"), "send", SolapiTwin.send_many),
    ("GET", re.compile("/messages/v4/list"), "find", SolapiTwin.listed),
    ("POST", re.compile("/kakao/v2/templates"), "template", SolapiTwin.new_template),
    ("GET", re.compile("/kakao/v2/templates"), "review", SolapiTwin.templates),
    ("GET", re.compile("/kakao/v2/templates/([^/]+)"), "review", SolapiTwin.one_template),
    ("PUT", re.compile("/kakao/v[12]/templates/([^/]+)/inspection"), "template", SolapiTwin.inspect),
    ("POST", re.compile("/twin/templates/([^/]+)"), "desk", SolapiTwin.decide),
)
