"""The sample town's forecasts: made-up warning zones, a channel, people who want to hear, a mother and her child. What stands
there is made up when it is loaded; later it comes from the twin of the weather authority that a demo brings along."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import NewChannel
from dure.foundations.people import actions as accounts
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, Decision, OrganisationId, OrgKind, OrgRole, system
from dure.foundations.places import demo as places
from dure.kit import tx
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import (
    IMPACT_FEEDS,
    Answer,
    FeedName,
    Field,
    ImpactLevel,
    NewPlace,
    NewWatch,
    Notice,
    SenderRole,
    WarningChange,
    Zone,
    ZoneTable,
)

AGENCY_NAME = "가람군 재난안전과 (예시)"
OFFICER, SECOND = folk.CITIZENS[1], folk.CITIZENS[4]  # 윤예시, 임시험
SEED = UUID("00000000-0000-7000-8000-0000000f0eca")
AGENCY = OrganisationId(ids.derived(SEED, "organisation:agency"))
TABLE = ZoneTable(
    version="sample",
    since=date(2020, 1, 1),
    zones=(
        Zone("SAMPLE01", "가람 (예시 특보 구역)", (places.GARAM[:7],)),
        Zone("SAMPLE02", "솔내 (예시 특보 구역)", (places.SOLNAE[:7], places.COUNTY[:4])),
    ),
    is_sample=True,
)
BY = system("demo")
ISSUED = time(11, 30)
COLD_MONTHS = (1, 2, 3, 10, 11, 12)
WARNING_HEADER = "REG_UP,REG_UP_KO,REG_ID,REG_KO,TM_FC,TM_EF,WRN,LVL,CMD,ED_TM"
HEADER = "# TM_FC,TM_EF,STN,REG_ID,IFPAR,IFAREA,ILVL,EF_SN"
CODES = {1: Field.HEALTH, 2: Field.LIVESTOCK, 4: Field.FARMING}  # made up but for the first
LEVELS = (  # zone, number of the field, levels of today, tomorrow and the day after
    ("SAMPLE01", 1, (2, 2, 1)),
    ("SAMPLE02", 1, (3, 4, 2)),
    ("SAMPLE02", 2, (2, 2, 2)),
    ("SAMPLE02", 4, (1, 2, 1)),
)
CHILD, ELDER, FARMER = folk.CITIZENS[0], folk.ELDER, folk.CITIZENS[1]


def load() -> None:
    """Everything there is of forecasts in the sample town. Safe to run again."""
    actions.put_zones(BY, TABLE)
    _channel()
    _agency()
    for sample, field, level in (
        (ELDER, Field.HEALTH, ImpactLevel.ATTENTION),
        (ELDER, Field.FARMING, ImpactLevel.CAUTION),
        (CHILD, Field.HEALTH, ImpactLevel.CAUTION),
        (FARMER, Field.LIVESTOCK, ImpactLevel.CAUTION),
    ):
        new = NewPlace(places.VILLAGES["윗말"], field, level)
        actions.choose_place(_actor(sample), new, key=_key(f"place:{sample.key}:{field}"))
    home = NewPlace(places.VILLAGES["윗말"], Field.HEALTH, ImpactLevel.CAUTION)
    asked = NewWatch("어머니 (예시)", home, reads_at=8, calls_at=13, phone="010-0000-0000")
    yesterday = datetime.combine(clock.today() - timedelta(days=1), ISSUED, tzinfo=clock.SEOUL)
    with clock.read_from(lambda: yesterday):
        card = actions.ask_watch(_actor(CHILD), asked, key=_key("ask"))
        actions.agree_watch(_actor(ELDER), card.code, key=_key("agree"))
        if queries.feed_health().last is None:
            _hear(yesterday)
            plain = "고른 곳의 예보가 바뀌었어요. (예시)"
            actions.tell_next(BY, actions.Wording(_words, plain, "내 영향예보", "/forecasts/", _warned))
    if queries.feed_health().last == yesterday:
        _hear(yesterday)  # the same again: the feeds speak
    if queries.feed_health_of(FeedName.WARNINGS).last is None:
        _hear_warnings()


def _hear(issued: datetime) -> None:
    """Both feeds answer, with what was issued yesterday for the three days to come. By a mirror: it is made up."""
    cold = issued.month in COLD_MONTHS
    for feed in IMPACT_FEEDS:
        rows = LEVELS if (feed is FeedName.IMPACT_COLD) is cold else ()
        hazard = "CW" if feed is FeedName.IMPACT_COLD else "HW"
        lines = [
            f"{issued:%Y%m%d%H%M},{issued + timedelta(days=ahead):%Y%m%d}0000,0,{zone},{hazard},{field},{level},1"
            for zone, field, levels in rows
            for ahead, level in enumerate(levels, 1)
        ]
        content = "\n".join((HEADER, *lines, "")).encode("cp949")
        actions.claim_feed(BY, feed)
        actions.hear(BY, feed, Answer(None, 200, content, "text/plain"), CODES, SenderRole.MIRROR)


def _words(notice: Notice, zones: Mapping[str, str]) -> str:
    return "\n".join(names.on_screen(notice, zones, names.source_of(notice)))


def _warned(changes: Sequence[WarningChange], zones: Mapping[str, str]) -> str:
    return "\n".join(names.warned_on_screen(changes, zones))


def _hear_warnings() -> None:
    """One advisory is in force. By a mirror: it is made up."""
    now = clock.local(clock.now())
    kind = "한파" if now.month in COLD_MONTHS else "폭염"
    row = f"SAMPLE,예시도,SAMPLE02,솔내,{now:%Y%m%d%H%M},{now:%Y%m%d%H%M},{kind},주의,발표,"
    content = "\n".join(("#START7777", f"# {WARNING_HEADER}", row, "#7777END", "")).encode("cp949")
    actions.claim_feed(BY, FeedName.WARNINGS)
    actions.hear(BY, FeedName.WARNINGS, Answer(None, 200, content, "text/plain"), CODES, SenderRole.MIRROR)


def _channel() -> None:
    if queries.channel_of_forecasts() is not None:
        return
    about = "고른 곳의 폭염·한파 영향예보를 보냅니다. (예시)"
    new = NewChannel(folk.NGO, permits.HANDLE, "영향예보 (예시)", about, "031-000-0100")
    with tx.durable():
        channels.open_channel(_actor(folk.OWNERS[0]), new, key=_key("channel"))


def _agency() -> None:
    """An agency that a steward has looked at, with two people who may issue alerts."""
    if people.organisations([AGENCY]):
        return
    form = folk.sample_form(AGENCY_NAME, "00083", "0032", OFFICER, kind=OrgKind.AGENCY)
    with tx.durable():
        accounts.register_organisation(_actor(OFFICER), form, known_as=AGENCY)
        accounts.submit_verification(_actor(OFFICER), AGENCY)
        accounts.decide_verification(_actor(folk.STEWARDS[0]), AGENCY, Decision.VERIFY)
        invitation = accounts.invite_member(_actor(OFFICER), AGENCY, SECOND.email, OrgRole.OWNER)
        accounts.accept_invitation(_actor(SECOND), invitation)


def _actor(sample: folk.Sample) -> Actor:
    return people.actor(sample.id)


def _key(name: str) -> str:
    return ids.derived(SEED, name).hex
