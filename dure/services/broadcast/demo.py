"""The sample town's village, made through its actions: a head, a deputy, listeners, what was said this morning. All of it is a
sample.
"""

from datetime import timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import NewChannel
from dure.foundations.people import actions as accounts
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, Decision, OrganisationId, OrgKind, system
from dure.kit import tx
from dure.services.broadcast import actions, queries
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import Key, Kind, NewAnnouncement, NoChannel, Office, Tie, Village

SEED = UUID("00000000-0000-7000-8000-00000001b7a1")
BODY = OrganisationId(ids.derived(SEED, "organisation:village"))
BODY_NAME, VILLAGE = "솔내리 마을회 (예시)", "솔내리 (예시)"
HEAD, DEPUTY = folk.CITIZENS[1], folk.CITIZENS[4]  # 윤예시, 임시험
LISTENERS = (folk.CITIZENS[0], folk.CITIZENS[2], folk.CITIZENS[5], folk.ELDER)
HEARD = (folk.CITIZENS[0], folk.CITIZENS[2])
AGO = timedelta(hours=2)
WORDS = "솔내교 아래 물이 불어 다리를 막았습니다. 오늘은 장터 쪽으로 돌아가세요. (예시 방송)"
BY = system("broadcast.demo")
WORDING = actions.Wording(
    "들으러 가기", lambda one: f"/broadcast/announcements/{one}/", "들으셨으면 1번을 눌러 주세요."
)


def load() -> None:
    """Load the village as far as it is not there. Safe to run again."""
    village = next((one for one in queries.villages(_actor(folk.STEWARDS[0])) if one.organisation == BODY), None)
    if village is not None:
        return
    _body()
    _channel()
    begun = clock.now() - AGO
    with clock.read_from(lambda: begun):
        village = actions.open_village(_actor(HEAD), BODY, VILLAGE, key=_key("village"))
        for who in (HEAD, DEPUTY, *LISTENERS):
            tie = Tie.AWAY if who is folk.CITIZENS[2] else Tie.RESIDENT
            actions.join_village(_actor(who), village.id, tie, permits.ZONES[0], key=_key(f"join:{who.key}"))
        for who, office in ((HEAD, Office.HEAD), (DEPUTY, Office.DEPUTY)):
            actions.appoint(_actor(HEAD), village.id, who.id, office, key=_key(f"office:{who.key}"))
    _said(village)


def _said(village: Village) -> None:
    """What was said two hours ago, and heard by some; who did not stands on the list by now."""
    villages = frozenset({village.id})
    begun = clock.now() - AGO
    with clock.read_from(lambda: begun):
        new = NewAnnouncement(author=HEAD.id, villages=villages, confirmed=villages, kind=Kind.URGENT, words=WORDS)
        draft = actions.write_announcement(_actor(HEAD), new, None, key=_key("write"))
        actions.send_announcement(_actor(HEAD), draft.id, villages, key=_key("send"))
        actions.agree_announcement(_actor(DEPUTY), draft.id, key=_key("agree"))
    for minutes in (1, 4, 7, 10, 13):
        at = begun + timedelta(minutes=minutes)
        with clock.read_from(lambda at=at: at):  # type: ignore[misc]  # mypy takes no defaults of a lambda
            actions.open_airings(BY)
            while actions.air_due(BY, WORDING):
                pass
            if minutes == 4:
                for who in HEARD:
                    actions.press(_actor(who), draft.id, Key.HEARD)


def _body() -> None:
    """The village as a public body that a steward has looked at."""
    form = folk.sample_form(BODY_NAME, "00083", "0031", HEAD, kind=OrgKind.VILLAGE)
    with tx.durable():
        accounts.register_organisation(_actor(HEAD), form, known_as=BODY)
        accounts.submit_verification(_actor(HEAD), BODY)
        accounts.decide_verification(_actor(folk.STEWARDS[0]), BODY, Decision.VERIFY)


def _channel() -> None:
    """The channel by which villages hear."""
    try:
        queries.channel_of_broadcast()
    except NoChannel:
        new = NewChannel(BODY, permits.HANDLE, "마을방송 (예시)", "이장님의 방송을 전합니다. (예시)", "031-000-0131")
        with tx.durable():
            channels.open_channel(_actor(HEAD), new, key=_key("channel"))


def _actor(who: folk.Sample) -> Actor:
    return people.actor(who.id)


def _key(name: str) -> str:
    return ids.derived(SEED, name).hex
