"""NHN Cloud KakaoTalk Bizmessage, AlimTalk v2.3 (documents of the product; facts: messaging 1.3).

`X-NC-API-IDEMPOTENCY-KEY` refuses the same request for ten minutes (-1005): a batch that had no answer and is asked again
whole is not taken twice. The attempt's key goes along as `recipientGroupingKey`, by which an attempt is looked for before
it is sent again, however the batch is cut then. Its fallback to text (`resendParameter`) is off: the ladder is ours.

The signature of a webhook is the word that was typed at its set-up, so it is compared, not computed.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec

from dure.base import clock
from dure.foundations.channels.rules import dealer_codes, dealing
from dure.foundations.channels.rules.dealer_codes import ASK_AGAIN_SECONDS, BROKEN, SILENT, UNKNOWN, Meaning, no
from dure.foundations.channels.types import AttemptState, Carriage, Outcome, Reason, ReportForged, Route, Told

from .carrying import BEGIN_SECONDS_MAX, LOOK_SECONDS_MAX, NOT_BEGUN, Found, Watch, all_alike, in_order, outcome, unfit
from .line import ANSWER_SECONDS_MAX, Line, NoAnswer

BASE = "https://api-alimtalk.cloud.toast.com"
MANY_MAX = 1_000
A_SECOND = 100
LISTED_FOR = timedelta(days=8)
LATER = Meaning(AttemptState.UNSURE, Reason.UNKNOWN, ASK_AGAIN_SECONDS)
SOON = Meaning(AttemptState.UNSURE, Reason.UNKNOWN, 1)  # there was no time to look for it
TAKEN_BEFORE = "-1005"
MESSAGE_EVENT = "MESSAGE_RESULT_UPDATE"

type Codes = Callable[[str, Collection[UUID]], Mapping[UUID, str]]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What NHN Cloud knows us by."""

    appkey: str
    secret: str
    sender: str  # the key of the sender's profile, 40 characters
    signature: str = ""  # of webhooks
    url: str = ""  # a twin; empty: NHN Cloud itself


class Nhn:
    dealer = "nhn"
    many_max = MANY_MAX
    a_second = A_SECOND
    routes = frozenset({Route.ALIMTALK})

    def __init__(self, account: Account, codes: Codes, answer_seconds: float = ANSWER_SECONDS_MAX) -> None:
        """`codes` knows NHN's codes of our templates."""
        self._account, self._codes = account, codes
        self._line = Line(self.dealer, account.url or BASE, answer_seconds)
        self._path = f"/alimtalk/v2.3/appkeys/{quote(account.appkey, safe='')}/messages"

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        watch, found = Watch(), unfit(batch, self.routes)
        codes = self._codes(self.dealer, {one.template for one in batch if one.template})
        found |= self._known([one for one in batch if one.again and one.key not in found], watch)
        ready: list[tuple[str, Carriage, str]] = []  # (template, attempt, number)
        for one in batch:
            to = dealing.number(one.to) if isinstance(one.to, str) else None
            if one.key in found:
                continue
            if to is None:
                found[one.key] = outcome(one.key, no(Reason.NO_SUCH_ADDRESS), "-4019")
            elif one.template is None or one.template not in codes or len(one.variables) > dealing.VARIABLES_MAX:
                found[one.key] = outcome(one.key, no(Reason.BAD_TEMPLATE), "template")
            elif len(dealing.spoken(one.content)) > dealing.ALIMTALK_LENGTH_MAX:
                found[one.key] = outcome(one.key, no(Reason.BAD_CONTENT), "-2019")
            else:
                ready.append((codes[one.template], one, to))
        ready.sort(key=lambda each: each[0])
        for template, group in groupby(ready, key=lambda each: each[0]):
            ours = [(one, to) for _, one, to in group]
            if watch.passed(BEGIN_SECONDS_MAX):
                found |= all_alike((one for one, _ in ours), NOT_BEGUN, "later")
            else:
                found |= self._send(template, ours)
        return in_order(batch, found)

    def _send(self, template: str, group: Sequence[tuple[Carriage, str]]) -> Found:
        """One call: all of one template."""
        batch = [one for one, _ in group]
        body = {
            "senderKey": self._account.sender,
            "templateCode": template,
            "recipientList": [
                {
                    "recipientNo": to,
                    "templateParameter": dict(one.variables),
                    "resendParameter": {"isResend": False},
                    "recipientGroupingKey": one.key,
                }
                for one, to in group
            ],
        }
        once = hashlib.sha256("\n".join(sorted(one.key for one in batch)).encode()).hexdigest()
        try:
            status, said = self._ask("POST", self._path, body=body, headers={"X-NC-API-IDEMPOTENCY-KEY": once})
        except NoAnswer as silence:
            return all_alike(batch, silence.meaning)
        code = _code(said)
        if code is None:
            return all_alike(batch, _refused(status), str(status))
        if code == TAKEN_BEFORE:
            return all_alike(batch, dealer_codes.nhn_answer(code), code) | self._known(batch, Watch())
        results = _results(said)
        if not results:
            return all_alike(batch, dealer_codes.nhn_answer(code) if code != "0" else LATER, code)
        found: Found = {}
        for one, result in zip(batch, _matched(batch, results), strict=True):
            each = str(result.get("resultCode", "")) if result else ""
            meaning = dealer_codes.nhn_answer(each) if each else LATER
            found[one.key] = outcome(one.key, meaning, each or "unlisted")
        return found

    def _known(self, asked: Sequence[Carriage], watch: Watch) -> Found:
        """What NHN has of attempts that had no answer. What it does not have is not in what this answers."""
        found: Found = {}
        for one in asked:
            if watch.passed(LOOK_SECONDS_MAX):
                found[one.key] = outcome(one.key, SOON, "later")
                continue
            try:
                entry = self._look(one.key)
            except NoAnswer:
                found[one.key] = outcome(one.key, LATER, "unlisted")
            else:
                if entry is not None:
                    code = str(entry.get("resultCode") or "")
                    found[one.key] = outcome(one.key, _listed(entry, code), code)
        return found

    def _look(self, key: str) -> dict[str, Any] | None:
        """The message with this key; None: there is none. Raises NoAnswer."""
        now = clock.local(clock.now())
        query = {
            "recipientGroupingKey": key,
            "startCreateDate": f"{now - LISTED_FOR:%Y-%m-%d %H:%M}",
            "endCreateDate": f"{now + timedelta(minutes=10):%Y-%m-%d %H:%M}",
            "pageSize": "2",
        }
        _, said = self._ask("GET", self._path, query=query)
        found = said.get("messageSearchResultResponse") if _code(said) == "0" else None
        messages = found.get("messages") if isinstance(found, dict) else None
        if not isinstance(messages, list):
            raise NoAnswer(LATER)
        return next((one for one in messages if isinstance(one, dict) and one.get("recipientGroupingKey") == key), None)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        proof = {"X-Secret-Key": self._account.secret}
        return self._line.ask(method, path, body=body, query=query, headers={**proof, **(headers or {})})

    def read_reports(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Told]:
        given, wanted = headers.get("x-toast-webhook-signature", ""), self._account.signature
        if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
            raise ReportForged()
        try:
            said = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            raise ReportForged() from None
        hooks = said.get("hooks")
        if said.get("appKey") != self._account.appkey or not isinstance(hooks, list):
            raise ReportForged()
        if said.get("event") != MESSAGE_EVENT:
            return ()  # the review of a template is asked for, not told
        return tuple(told for one in hooks if isinstance(one, dict) and (told := _told(one)) is not None)


def _told(hook: dict[str, Any]) -> Told | None:
    """One report; None when it is about a message that is not ours."""
    event, key = hook.get("hookId"), hook.get("recipientGroupingKey")
    if not isinstance(event, str) or not event or not isinstance(key, str) or not key:
        return None
    code = str(hook.get("resultCode") or "")
    meaning = dealer_codes.nhn_result(code) if code else UNKNOWN
    return Told(
        event=event[:80],
        key=key,
        state=meaning.state,
        code=code[:20],
        reason=meaning.reason,
        at=_at(hook.get("receiveDate")),
    )


def _listed(entry: dict[str, Any], code: str) -> Meaning:
    """How a message of the list stands: cancelled ones were never sent."""
    if entry.get("messageStatus") == "CANCEL":
        return no(Reason.NOT_ALLOWED)
    if entry.get("messageStatus") == "FAILED" and not code:
        return no(Reason.BUSY)
    return dealer_codes.nhn_result(code)


def _matched(batch: Sequence[Carriage], results: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any] | None]:
    """The result of each attempt, by its key; by its place (from 1) where the answer does not repeat the keys."""
    by_key = {str(one.get("recipientGroupingKey")): one for one in results}
    by_place = {str(one.get("recipientSeq")): one for one in results if not one.get("recipientGroupingKey")}
    return [by_key.get(one.key) or by_place.get(str(place)) for place, one in enumerate(batch, 1)]


def _results(said: dict[str, Any]) -> list[dict[str, Any]]:
    message = said.get("message")
    results = message.get("sendResults") if isinstance(message, dict) else None
    return [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []


def _code(said: object) -> str | None:
    """The code of an answer; None: it is none of NHN's."""
    header = said.get("header") if isinstance(said, dict) else None
    code = header.get("resultCode") if isinstance(header, dict) else None
    return str(code) if isinstance(code, int) else None


def _refused(status: int) -> Meaning:
    if status in (401, 403):
        return BROKEN
    return dealer_codes.BUSY if status == 429 else SILENT


def _at(said: object) -> datetime:
    """A time of Seoul's wall clock; now when there is none."""
    try:
        return datetime.fromisoformat(str(said)).replace(tzinfo=clock.SEOUL)
    except ValueError:
        return clock.now()
