"""The mix of a campaign: every purpose, in portions, to friends of whom some leave meanwhile and some have had enough."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import connection

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import actions
from dure.foundations.channels.types import Content, Lane, NewSending, Purpose, SendingId, Text
from dure.foundations.channels.types.segments import Compare, Field, Term
from dure.kit import tx
from dure.site import boot

from .campaign_town import BY, GONE, Trial

CAPPED = "capped"  # gets more ads in a day than may be
ADS_A_DAY, ADS_TOO_MANY = 2, 3
OF_TWENTY = {Purpose.SAFETY: 5, Purpose.AD: 5, Purpose.INFO: 5, Purpose.CARE: 4}  # the last of twenty is capped
LEAVE_ONE_IN = 50
TRIES_MAX = 100
HEARD_AT_ONCE = 500
WORDS = {
    Purpose.SAFETY: "산사태가 걱정되니 마을회관으로 모여 주세요.",
    Purpose.INFO: "맡기신 고추를 다 빻았습니다.",
    Purpose.CARE: "오늘 하루 어떠셨는지 한마디 들려주세요.",
    Purpose.AD: "(광고) 예시리 02-000-0000\n참기름 반값\n무료 수신거부: 채널에서 한 번 누르기",
}
_TAG = """
UPDATE channels_friend f SET tags = jsonb_build_array(one.tag)
FROM unnest(%(persons)s::uuid[], %(tags)s::text[]) AS one (person, tag)
WHERE f.channel_id = %(channel)s AND f.person_id = one.person
"""
_CALLED = """
SELECT d.id FROM channels_dispatch d JOIN channels_attempt a ON a.dispatch_id = d.id
WHERE d.sending_id = ANY (%s) AND d.opened_at IS NULL AND a.route = 'voice' AND a.state IN ('accepted', 'delivered') LIMIT %s
"""


@dataclass(slots=True)
class Mix:
    """What was sent, by purpose, and who has left when."""

    sendings: dict[SendingId, Purpose] = field(default_factory=dict)
    capped: list[SendingId] = field(default_factory=list)
    left: dict[UUID, tuple[datetime, float]] = field(
        default_factory=dict
    )  # after the commit: the town's clock, the machine's

    @property
    def all(self) -> list[SendingId]:
        return list(self.sendings)


def divide(trial: Trial, people: list[UUID], portions: int) -> None:
    """Tag the friends: to whom which purpose goes, in which portion."""
    of_twenty = [purpose.value for purpose, count in OF_TWENTY.items() for _ in range(count)]
    tags = [
        CAPPED if number % 20 == 19 else f"{of_twenty[number % 20]}{number // 20 % portions}"
        for number in range(len(people))
    ]
    with psycopg.connect(boot.database_url(), autocommit=True) as line:
        line.execute(_TAG, {"persons": people, "tags": tags, "channel": trial.channel})
        line.execute("VACUUM (ANALYZE) channels_friend")


def send_portion(trial: Trial, mix: Mix, portion: int) -> None:
    """Queue the portion of every purpose; with the first, one ad more than the day allows to those who are to have enough."""
    for purpose in OF_TWENTY:
        mix.sendings[_queue(trial, purpose, f"{purpose}{portion}")] = purpose
    if portion == 0:
        for number in range(ADS_TOO_MANY):
            sending = _queue(trial, Purpose.AD, CAPPED, number)
            mix.sendings[sending] = Purpose.AD
            mix.capped.append(sending)


def some_leave(trial: Trial, mix: Mix, people: list[UUID], count: int) -> None:
    """Let some leave, and note when that was certain."""
    for person in trial.chance.sample(people, min(count, len(people))):
        if person not in mix.left and _left(trial, person):
            mix.left[person] = clock.now(), time.monotonic()


def hear(mix: Mix) -> None:
    """Those who were called have heard it."""
    care = [sending for sending, purpose in mix.sendings.items() if purpose is Purpose.CARE]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_CALLED, [care, HEARD_AT_ONCE])
            called = [row[0] for row in cursor.fetchall()]
        if called:
            with tx.durable():
                actions.note_opened(BY, called)
    except GONE:
        connection.close()


def _queue(trial: Trial, purpose: Purpose, tag: str, number: int = 0) -> SendingId:
    """Queue it, also when the database is just being struck."""
    new = NewSending(
        trial.channel,
        purpose,
        Content((Text(WORDS[purpose]),)),
        f"campaign-{tag}-{number}",
        segment=Term(Field.TAG, Compare.IS, tag),
        lane=Lane.BULK,
    )
    for _ in range(TRIES_MAX):
        try:
            with tx.durable():
                return actions.queue_sending(BY, new)
        except GONE:
            connection.close()
            time.sleep(0.5)
    raise TimeoutError("the database does not come back")


def _left(trial: Trial, person: UUID) -> bool:
    """Whether they could leave; a database that is just being struck lets nobody do anything."""
    try:
        with tx.durable():
            actions.leave(Actor(PersonId(person), verified=True), trial.channel)
    except GONE:
        connection.close()
        return False
    return True
