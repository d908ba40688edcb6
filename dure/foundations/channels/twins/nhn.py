"""A twin of NHN Cloud KakaoTalk Bizmessage, AlimTalk v2.3 (api-alimtalk.cloud.toast.com): messages, their list, templates,
webhooks.

Documented, and kept here: `X-Secret-Key`; `X-NC-API-IDEMPOTENCY-KEY` refused with -1005 for ten minutes; 1,000 recipients;
grouping keys of 100 characters; template codes of 20; parameters that fill every variable; a template that is approved;
button names of 14 characters, 5 buttons, AC first and by its name for AD and MI; 1,300 characters registered; 40 variables;
AD and MI between 20:50 and 08:00 refused with 3022; TSC01 to TSC04 with comments; a list by request or by dates of at most 30
days; webhooks with `X-Toast-Webhook-Signature`, the word typed at their set-up.

Not confirmed by a source: that a text of more than 1,000 characters is taken and then fails with 3014, the code -3003 of a
template that is unknown or not approved, the retries of a webhook, and that an answer to a refused call has status 200. Any
app key is taken; secret and signature are those of the command line.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from dure.base import clock, ids
from dure.kit.twins import Answer, Asked, Setting, Twin, json_answer
from dure.kit.twins.webhooks import Post

OK = 200
RECIPIENTS_MAX = 1_000
SAME_FOR = timedelta(minutes=10)
LISTED_FOR, LISTED_MAX = timedelta(days=30), 1_000
DONE_AFTER = timedelta(seconds=2)
SENT_LENGTH, REGISTERED_LENGTH, VARIABLES = 1_000, 1_300, 40
SENDER_LENGTH, CODE_LENGTH, KEY_LENGTH, NUMBER_LENGTH = 40, 20, 100, 15
BUTTONS, BUTTON_NAME, CHANNEL_BUTTON = 5, 14, "채널 추가"
ADS_FROM, ADS_UNTIL = time(20, 50), time(8)
DELIVERED = "1000"
VARIABLE = re.compile(r"#\{([^}]+)\}")
_FATES = """
1003 1006 1007 1021 1022 1023 2001 3000 3005 3006 3008 3010 3012 3014 3015 3016 3018 3019 3020 3021 3022 3027 3999
4000 4001 4133 4143 9998 9999
"""
FATES = frozenset(_FATES.split())


class Message(msgspec.Struct):
    request: str
    place: int
    to: str
    template: str
    content: str
    key: str
    at: datetime
    ends: str

    def code(self, now: datetime) -> str | None:
        return self.ends if now >= self.at + DONE_AFTER else None


class Template(msgspec.Struct):
    code: str
    name: str
    content: str
    kind: str = "BA"
    buttons: list[dict[str, Any]] = []
    status: str = "TSC01"
    comments: list[dict[str, Any]] = []


class Book(msgspec.Struct):
    messages: list[Message] = []
    templates: dict[str, Template] = {}
    asked: dict[str, datetime] = {}  # idempotency keys

    def delivered(self, key: str) -> int:
        """How many messages with this grouping key reached somebody: the proof of exactly once."""
        return sum(one.key == key and one.ends == DELIVERED for one in self.messages)


class No(Exception):
    def __init__(self, code: int, message: str = "", status: int = OK) -> None:
        super().__init__(message)
        self.answer = _said(code, message, status=status)


class NhnTwin(Twin[Book]):
    name = "nhn"
    webhook_minutes = (1, 5, 15, 60)
    body_bytes_max = 20_000_000

    def __init__(self, setting: Setting, post: Post | None = None) -> None:
        super().__init__(setting, Book(), post)
        self._appkey = ""

    def route(self, asked: Asked) -> str:
        found = self._found(asked)
        return found[1] if found else "unknown"

    def error(self) -> Answer:
        return _said(-9999, "system error", status=500)

    def answer(self, asked: Asked) -> Answer:
        found = self._found(asked)
        if found is None:
            return json_answer(404, {"message": "no such address"})
        place, route, do = found
        try:
            if route != "desk":
                if not hmac.compare_digest(
                    asked.headers.get("x-secret-key", "").encode(), self.setting.secret.encode()
                ):
                    raise No(-1001, "Invalid secretKey.")
                self._appkey = place[1]
            return self.kept(do(self, asked, *place.groups()[1:]))
        except No as no:
            return no.answer

    def _found(self, asked: Asked) -> "tuple[re.Match[str], str, Callable[..., Answer]] | None":
        for method, pattern, route, do in ROUTES:
            if method == asked.method and (place := pattern.fullmatch(asked.path)):
                return place, route, do
        return None

    # Messages

    def send(self, asked: Asked) -> Answer:
        now, said = self.clock.now(), asked.json()
        if said is None:
            raise No(-3002, "Field is not readable")
        once = asked.headers.get("x-nc-api-idempotency-key", "")
        self.book.asked = {key: at for key, at in self.book.asked.items() if now - at < SAME_FOR}
        if once and once in self.book.asked:
            raise No(-1005, "The same 'X-NC-API-IDEMPOTENCY-KEY' was used within the last 10 minute.")
        recipients = said.get("recipientList")
        if not isinstance(recipients, list) or not 1 <= len(recipients) <= RECIPIENTS_MAX:
            raise No(-2004, f"The 'recipientList' must be between 1 and {RECIPIENTS_MAX}.")
        if len(str(said.get("senderKey", ""))) != SENDER_LENGTH:
            raise No(-2017, "Not exist plus friend.")
        code = str(said.get("templateCode", ""))
        if not 1 <= len(code) <= CODE_LENGTH:
            raise No(-2000, f"The 'templateCode' must be at less than or equal to {CODE_LENGTH}.")
        template = self.book.templates.get(code)
        if template is None or template.status != "TSC03":
            raise No(-3003, "The template is not found or not approved.")
        if once:
            self.book.asked[once] = now
        request = f"{clock.local(now):%Y%m%d%H%M%S}{secrets.token_hex(8)}"
        results = [self._take(request, place, one, template) for place, one in enumerate(recipients, 1)]
        if all(one["resultCode"] for one in results):
            return _said(
                -1031, "All of receivers are failed to send.", message={"requestId": request, "sendResults": results}
            )
        return _said(0, "SUCCESS", message={"requestId": request, "sendResults": results})

    def _take(self, request: str, place: int, said: object, template: Template) -> dict[str, Any]:
        one = said if isinstance(said, dict) else {}
        to, key = str(one.get("recipientNo", "")), str(one.get("recipientGroupingKey", ""))
        parameters = one.get("templateParameter") or {}
        content = VARIABLE.sub(lambda found: str(parameters.get(found[1], found[0])), template.content)
        code = 0
        if not to.isdigit() or len(to) > NUMBER_LENGTH:
            code = -4019
        elif len(key) > KEY_LENGTH:
            code = -2000
        elif VARIABLE.search(content):
            code = -3049
        elif len(content) > REGISTERED_LENGTH:
            code = -2019
        elif (one.get("resendParameter") or {}).get("isResend"):
            code = -2502  # nobody has set up a fallback at this twin
        if not code:
            self._deliver(
                Message(
                    request, place, to, template.code, content, key, self.clock.now(), self._end(to, content, template)
                )
            )
        result = {
            "recipientSeq": place,
            "recipientNo": to,
            "resultCode": code,
            "resultMessage": "" if code else "SUCCESS",
        }
        return result | ({"recipientGroupingKey": key} if key else {})

    def _end(self, to: str, content: str, template: Template) -> str:
        if to[-4:] in FATES:
            return to[-4:]
        if len(content) > SENT_LENGTH:
            return "3014"
        here = clock.local(self.clock.now()).time()
        if template.kind in ("AD", "MI") and (here >= ADS_FROM or here < ADS_UNTIL):
            return "3022"
        return DELIVERED

    def _deliver(self, one: Message) -> None:
        self.book.messages.append(one)
        done = one.at + DONE_AFTER
        hook = {
            "hookId": ids.new().hex,
            "kakaoMessageType": "ALIMTALK_NORMAL",
            "requestId": one.request,
            "recipientSeq": one.place,
            "requestDate": _time(one.at),
            "createDate": _time(one.at),
            "receiveDate": _time(done),
            "recipientNo": one.to,
            "resultCode": one.ends,
            "recipientGroupingKey": one.key,
        }
        self._tell("MESSAGE_RESULT_UPDATE", hook, DONE_AFTER)

    def _tell(self, event: str, hook: dict[str, Any], after: timedelta = timedelta()) -> None:
        letter = {
            "hooksId": ids.new().hex,
            "webhookConfigId": "twin",
            "productName": "KakaoTalk Bizmessage",
            "appKey": self._appkey,
            "event": event,
            "hooks": [hook],
        }
        self.webhooks.send(msgspec.json.encode(letter), {"X-Toast-Webhook-Signature": self.setting.secret}, after)

    def listed(self, asked: Asked) -> Answer:
        query, now = asked.query, self.clock.now()
        begin, end = _read(query.get("startCreateDate", "")), _read(query.get("endCreateDate", ""))
        if not query.get("requestId") and (begin is None or end is None or end - begin > LISTED_FOR):
            raise No(4, "requestId or dates of at most 30 days are needed")
        rows = [
            one
            for one in self.book.messages
            if (not query.get("requestId") or one.request == query["requestId"])
            and (begin is None or end is None or begin <= one.at < end + timedelta(minutes=1))
            and (not query.get("recipientGroupingKey") or one.key == query["recipientGroupingKey"])
            and (not query.get("recipientNo") or one.to == query["recipientNo"])
        ]
        size, page = min(int(query.get("pageSize", "15")), LISTED_MAX), int(query.get("pageNum", "1"))
        shown = [_listed(one, now) for one in rows[size * (page - 1) : size * page]]
        return _said(0, "SUCCESS", messageSearchResultResponse={"messages": shown, "totalCount": len(rows)})

    # Templates

    def new_template(self, asked: Asked, sender: str) -> Answer:
        said = asked.json() or {}
        code, name, content = (str(said.get(one, "")) for one in ("templateCode", "templateName", "templateContent"))
        kind, buttons = str(said.get("templateMessageType") or "BA"), said.get("buttons") or []
        if not 1 <= len(code) <= CODE_LENGTH or not 1 <= len(name) <= 150 or not content:
            raise No(-2000, "a field is too long or blank")
        if len(content) > REGISTERED_LENGTH:
            raise No(-2019, "The content can not exceed 1,300 characters.")
        if len(set(VARIABLE.findall(content))) > VARIABLES:
            raise No(-2000, "too many variables")
        if code in self.book.templates:
            raise No(-3004, "The template code exists already.")
        names = [str(one.get("name", "")) for one in buttons]
        if len(buttons) > BUTTONS or any(not 1 <= len(one) <= BUTTON_NAME or "#{" in one for one in names):
            raise No(-2018, "Button parameter is invalid.")
        if kind in ("AD", "MI") and (not buttons or buttons[0].get("type") != "AC" or names[0] != CHANNEL_BUTTON):
            raise No(-2018, "Button parameter is invalid.")
        self.book.templates[code] = Template(code, name, content, kind, buttons)
        return _said(0, "SUCCESS")

    def templates(self, asked: Asked, sender: str) -> Answer:
        wanted = asked.query.get("templateCode", "")
        found = [_template(one) for one in self.book.templates.values() if not wanted or one.code == wanted]
        return _said(0, "SUCCESS", templateListResponse={"templates": found, "totalCount": len(found)})

    def decide(self, asked: Asked, template: str) -> Answer:
        """The twin's own: the reviewer has decided. `{"status": "TSC02" | "TSC03" | "TSC04", "comment": ".."}`"""
        said, found = asked.json() or {}, self.book.templates[template]
        found.status = str(said.get("status", "TSC03"))
        if said.get("comment"):
            status = "APR" if found.status == "TSC03" else "REJ"
            found.comments = [*found.comments, {"id": 1, "content": str(said["comment"]), "status": status}]
        self._tell("TEMPLATE_STATUS_UPDATE", {"hookId": ids.new().hex, **_template(found)})
        return json_answer(OK, _template(found))


def _template(one: Template) -> dict[str, Any]:
    return {
        "templateCode": one.code,
        "templateName": one.name,
        "templateContent": one.content,
        "templateMessageType": one.kind,
        "buttons": one.buttons,
        "status": one.status,
        "comments": one.comments,
    }


def _listed(one: Message, now: datetime) -> dict[str, Any]:
    code = one.code(now)
    return {
        "requestId": one.request,
        "recipientSeq": one.place,
        "templateCode": one.template,
        "recipientNo": one.to,
        "content": one.content,
        "requestDate": _time(one.at),
        "createDate": _time(one.at),
        "receiveDate": _time(one.at + DONE_AFTER) if code else None,
        "messageStatus": "FAILED" if code and code != DELIVERED else "COMPLETED",
        "resultCode": code,
        "recipientGroupingKey": one.key,
    }


def _said(code: int, why: str, *, status: int = OK, **rest: object) -> Answer:
    header = {"isSuccessful": code == 0, "resultCode": code, "resultMessage": why}
    return json_answer(status, {"header": header, **rest})


def _time(at: datetime) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}"


def _read(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said).replace(tzinfo=clock.SEOUL)
    except ValueError:
        return None


_BASE = "/alimtalk/v2.3/appkeys/([^/]+)"
# method, address, the word of faults for it, what does it
ROUTES: tuple[tuple[str, re.Pattern[str], str, Callable[..., Answer]], ...] = (
    ("POST", re.compile(f"{_BASE}/messages"), "send", NhnTwin.send),
    ("GET", re.compile(f"{_BASE}/messages"), "find", NhnTwin.listed),
    ("POST", re.compile(f"{_BASE}/senders/([^/]+)/templates"), "template", NhnTwin.new_template),
    ("GET", re.compile(f"{_BASE}/senders/([^/]+)/templates"), "review", NhnTwin.templates),
    ("POST", re.compile("/twin/(templates)/([^/]+)"), "desk", NhnTwin.decide),
)
