"""Web Push (RFC 8030, 8291, 8292) to all browsers of a person, which together are one attempt.

Asked again after no answer, the push has the same Topic, so that a service that still holds the first one exchanges it, and
the same tag, so that a browser that has shown it shows it anew in the same place instead of a second one.

Only push services that are known here are asked (`DURE_PUSH_HOSTS`): an endpoint is the word of a browser, and without this
anybody could make us knock at machines of ours.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from dure.base import clock
from dure.foundations.channels.rules import dealer_codes, dealing
from dure.foundations.channels.rules.dealer_codes import NOT_HEARD, SILENT, Meaning, no
from dure.foundations.channels.types import Carriage, Outcome, Purpose, PushSubscription, Reason, Route

from .carrying import Found, in_order, outcome, unfit
from .push_lines import Heard, Lines, Post
from .push_sealing import BadSubscription, Voice, seal

MANY_MAX = 1_000
A_SECOND = 5_000
TITLE_LENGTH_MAX = 60
PATH = re.compile(r"[!-~]{1,2000}")
EXPIRED = no(Reason.EXPIRED)
GONE = no(Reason.NO_SUCH_ADDRESS)
URGENCY = {Purpose.SAFETY: "high", Purpose.CARE: "high", Purpose.INFO: "normal", Purpose.AD: "low"}


class Notice(msgspec.Struct, frozen=True):
    """What the service worker of our pages is told."""

    title: str
    body: str
    link: str
    tag: str
    urgent: bool


class WebPush:
    dealer = "push"
    many_max = MANY_MAX
    a_second = A_SECOND
    routes = frozenset({Route.PUSH})

    def __init__(self, voice: Voice, hosts: Sequence[str], lines: Lines) -> None:
        self._voice, self._hosts, self._lines = voice, tuple(hosts), lines
        self._taken_by: set[str] = set()  # services that have taken a push under our key

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        found = unfit(batch, self.routes)
        posts: list[Post] = []
        asked: list[tuple[str, PushSubscription]] = []
        meanings: dict[str, list[tuple[Meaning, str]]] = {}
        gone: dict[str, list[UUID]] = {}
        now = clock.now()
        for one in batch:
            if one.key in found:
                continue
            seconds = int((one.expires_at - now).total_seconds())
            if seconds <= 0:
                found[one.key] = outcome(one.key, EXPIRED, "ttl")
                continue
            meanings[one.key], gone[one.key] = [], []
            sealed = _Sealed(one, min(seconds, dealing.PUSH_SECONDS_MAX))
            for browser in one.to if isinstance(one.to, tuple) else ():
                post = self._post(sealed, browser)
                if post is None:
                    gone[one.key].append(browser.id)
                    meanings[one.key].append((GONE, "keys"))
                else:
                    posts.append(post)
                    asked.append((one.key, browser))
        heard = self._lines.post_all(posts) if posts else []
        self._taken_by |= {post.origin for post, each in zip(posts, heard, strict=True) if 200 <= each.status < 300}
        for post, (key, browser), each in zip(posts, asked, heard, strict=True):
            meaning = self._meaning(post.origin, each)
            meanings[key].append((meaning, str(each.status or "")))
            if meaning.reason is Reason.NO_SUCH_ADDRESS:
                gone[key].append(browser.id)
        return in_order(batch, found | _together(meanings, gone))

    def _meaning(self, origin: str, heard: Heard) -> Meaning:
        if not heard.status:
            return SILENT if heard.sent else NOT_HEARD
        return dealer_codes.push(heard.status, heard.retry_after, key_known=origin in self._taken_by)

    def _post(self, sealed: "_Sealed", browser: PushSubscription) -> Post | None:
        """The request for one browser; None when it can never be reached."""
        if not PATH.fullmatch(browser.endpoint) or not dealing.may_push_to(browser.endpoint, self._hosts):
            return None
        try:
            body = seal(sealed.plain, browser.p256dh, browser.auth)
        except BadSubscription:
            return None
        where = urlsplit(browser.endpoint)
        origin = f"{where.scheme}://{where.netloc}"
        head = (
            f"POST {where.path or '/'}{'?' if where.query else ''}{where.query} HTTP/1.1\r\n"
            f"Host: {where.netloc}\r\n"
            f"Authorization: {self._voice.authorisation(origin)}\r\n"
            f"{sealed.head}Content-Length: {len(body)}\r\n\r\n"
        )
        return Post(origin, head.encode("ascii") + body)


class _Sealed:
    """What is the same for all browsers of a person."""

    def __init__(self, one: Carriage, seconds: int) -> None:
        topic = base64.urlsafe_b64encode(hashlib.sha256(one.key.encode()).digest()[:24]).decode()
        is_ad = one.purpose is Purpose.AD
        body = dealing.brief(dealing.spoken(one.content).strip(), dealing.PUSH_TEXT_LENGTH_MAX, keeps_end=is_ad)
        self.plain = msgspec.json.encode(Notice(one.sender[:TITLE_LENGTH_MAX], body, one.link, topic, one.urgent))
        urgency = "high" if one.urgent else URGENCY[one.purpose]
        self.head = (
            "Content-Encoding: aes128gcm\r\nContent-Type: application/octet-stream\r\n"
            f"TTL: {seconds}\r\nUrgency: {urgency}\r\nTopic: {topic}\r\n"
        )


def _together(meanings: dict[str, list[tuple[Meaning, str]]], gone: dict[str, list[UUID]]) -> Found:
    found: Found = {}
    for key, each in meanings.items():
        meaning = dealer_codes.together(one for one, _ in each)
        code = next((said for one, said in each if one is meaning), "")
        found[key] = outcome(key, meaning, code, gone[key])
    return found
