"""The sample town's pledges, made through its actions: a season that is settled, one on its 25th day, the next one. All of
it is a sample."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import NewChannel
from dure.foundations.ledger import demo as payer
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, system
from dure.kit import tx
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import noticing
from dure.services.pledges.types import (
    AnswerWord,
    CheerWord,
    Consent,
    NewAnswer,
    NewMeeting,
    NewProject,
    NewProof,
    NewSeason,
    Pledge,
    Project,
    ProjectVerdict,
    ProofKind,
    Season,
    SeasonId,
    Way,
)

SEED = UUID("00000000-0000-7000-8000-00000001a2d5")
PAST, RUNNING, NEXT = "지난 백일 (예시)", "첫째 백일 (예시)", "둘째 백일 (예시)"
DEPOSIT, DAYS_DONE, BEFORE = 10_000, 24, timedelta(days=27)
REMINDED_AT = 20  # o'clock
PAST_BEGUN, PAST_SETTLED = timedelta(days=124), timedelta(days=3)
ELDER, WALKER, READER, KEEPER, NEIGHBOUR = (
    folk.ELDER,
    folk.CITIZENS[0],
    folk.CITIZENS[1],
    folk.CITIZENS[4],
    folk.CITIZENS[2],
)
# Six, for one kept every day and gave nothing: of fewer than five who gave no sum is told.
PAST_KEPT = {WALKER.key: 63, READER.key: 41, KEEPER.key: 9, ELDER.key: 100, NEIGHBOUR.key: 74, folk.CITIZENS[5].key: 22}
MISSED_EVERY = {WALKER.key: 9, READER.key: 5, KEEPER.key: 0, ELDER.key: 12}  # 0: not one day


@dataclass(frozen=True, slots=True)
class SampleProject:
    """A sample project: who leads it, who is in it, what one writes on a day."""

    key: str
    leader: folk.Sample
    people: tuple[folk.Sample, ...]
    title: str
    promise: str
    how: str
    proof: ProofKind
    unit: str = ""
    days_a_week: int = 7
    capacity: int = 10


WALK = SampleProject(
    "walk",
    ELDER,
    (WALKER, READER, KEEPER, ELDER),
    "아침 산책 (예시)",
    "날마다 아침에 마을을 한 바퀴 걸어요",
    "어디를 걸었는지 한 줄로 적어요",
    ProofKind.TEXT,
)
READ = SampleProject(
    "read",
    READER,
    (READER, WALKER),
    "책 스무 쪽 (예시)",
    "한 주에 닷새, 스무 쪽씩 읽어요",
    "읽은 쪽 수를 적어요",
    ProofKind.NUMBER,
    unit="쪽",
    days_a_week=5,
)
STRETCH = SampleProject(
    "stretch",
    ELDER,
    (WALKER, READER, KEEPER, ELDER, NEIGHBOUR, folk.CITIZENS[5]),
    "아침 체조 (예시)",
    "날마다 아침에 몸을 풀어요",
    "했으면 표시해요",
    ProofKind.CHECK,
)
PLATE = SampleProject(
    "plate",
    KEEPER,
    (KEEPER,),
    "하루 한 끼 채소 (예시)",
    "하루에 한 끼는 채소를 곁들여 먹어요",
    "그 한 끼를 사진으로 찍어요",
    ProofKind.PHOTO,
)
FULL = SampleProject(
    "sky",
    WALKER,
    (WALKER, READER),
    "하루 한 번 하늘 보기 (예시)",
    "하루에 한 번 하늘을 보고 사진을 찍어요",
    "오늘의 하늘 사진 한 장",
    ProofKind.PHOTO,
    capacity=2,
)
CUPS = SampleProject(
    "cups",
    READER,
    (),
    "일회용 컵 쓰지 않기 (예시)",
    "하루 동안 일회용 컵을 쓰지 않아요",
    "지킨 날에 확인 표시를 해요",
    ProofKind.CHECK,
)


def load() -> None:
    """Load the seasons as far as they are not there. Safe to run again."""
    _channel()
    known = {one.name for one in queries.seasons()}
    today = clock.today()
    if PAST not in known:
        _settled(today)
    if RUNNING not in known:
        begun = today - BEFORE
        with clock.read_from(lambda: _noon(begun)):  # a season is opened before its first day
            season = _season(RUNNING, begun, begun + timedelta(days=1), begun + timedelta(days=3))
            projects = [_open(season.id, one) for one in (WALK, READ, PLATE)]
            pledges = [
                (one, who, _join(who, project, season, gives=who is not KEEPER))
                for one, project in zip((WALK, READ, PLATE), projects, strict=True)
                for who in one.people
            ]
        _prove(season, pledges)
        _talk(season, projects[0])
        _meet(season, projects[0])
        for sample in (WALKER, READER):
            actions.set_reminder(_actor(sample), REMINDED_AT, key=_key(f"remind:{sample.key}"))
    if NEXT not in known:
        dates = (today + timedelta(days=days) for days in (5, 10, 12))
        season = _season(NEXT, *dates)
        full = _open(season.id, FULL)
        for who in FULL.people:
            _join(who, full, season, gives=True)
        _ask(KEEPER, full, season, gives=True)
        actions.propose_project(_actor(CUPS.leader), _new(season.id, CUPS), key=_key("cups"))


def _channel() -> None:
    """The channel by which people are told. Whoever is in a season that is loaded after it becomes its friend."""
    if queries.channel_of_pledges() is not None:
        return
    about = "백일 프로젝트에서 알려 드릴 일이 있을 때만 보냅니다. (예시)"
    new = NewChannel(folk.NGO, noticing.HANDLE, "백일 함께 (예시)", about, "031-000-0100")
    with tx.durable():
        channels.open_channel(_actor(folk.OWNERS[0]), new, key=_key("channel"))


def _settled(today: date) -> None:
    """A season that is over: six people, each with their own count, and books that are made."""
    begun = today - PAST_BEGUN
    with clock.read_from(lambda: _noon(begun)):
        season = _season(PAST, begun, begun + timedelta(days=1), begun + timedelta(days=3))
        project = _open(season.id, STRETCH)
        pledges = [(who, _join(who, project, season, gives=True)) for who in STRETCH.people]
    for who, pledge in pledges:
        for day in range(1, PAST_KEPT[who.key] + 1):
            noon = _noon(season.starts_on + timedelta(days=day - 1))
            with clock.read_from(lambda noon=noon: noon):  # type: ignore[misc]  # mypy takes no defaults of a lambda
                new = NewProof(pledge=pledge.id, day=day)
                actions.send_proof(_actor(who), new, key=_key(f"prove:{pledge.id}:{day}"))
    with clock.read_from(lambda: _noon(today - PAST_SETTLED)):
        actions.begin_settlement(_actor(folk.STEWARDS[0]), season.id, key=_key("settle"))
        while actions.settle_next(system("pledges.demo"), season.id):
            pass


def _season(name: str, propose_until: date, join_until: date, starts_on: date) -> Season:
    new = NewSeason(
        name=name,
        starts_on=starts_on,
        propose_until=propose_until,
        join_until=join_until,
        deposit=DEPOSIT,
        grace_minutes=60,
        receivers=(folk.NGO,),
    )
    return actions.open_season(_actor(folk.STEWARDS[0]), new, key=_key(name))


def _open(season: SeasonId, one: SampleProject) -> Project:
    made = actions.propose_project(_actor(one.leader), _new(season, one), key=_key(one.key))
    steward = _actor(folk.STEWARDS[0])
    return actions.decide_project(steward, made.id, ProjectVerdict.APPROVE, "", key=_key(f"open:{one.key}"))


def _new(season: SeasonId, one: SampleProject) -> NewProject:
    return NewProject(
        season=season,
        title=one.title,
        promise=one.promise,
        how=one.how,
        proof=one.proof,
        capacity=one.capacity,
        unit=one.unit,
        days_a_week=one.days_a_week,
    )


def _ask(who: folk.Sample, project: Project, season: Season, *, gives: bool) -> Pledge:
    consent = Consent(gives, season.receivers[0].id if gives else None)
    way = Way("/pledges/paid/", "sandbox")
    return actions.join(_actor(who), project.id, consent, way, key=_key(f"join:{who.key}:{project.id}"))


def _join(who: folk.Sample, project: Project, season: Season, *, gives: bool) -> Pledge:
    asked = _ask(who, project, season, gives=gives)
    return actions.complete_deposit(_actor(who), payer.pay(actions.pay_deposit(_actor(who), asked.id)))


def _prove(season: Season, pledges: list[tuple[SampleProject, folk.Sample, Pledge]]) -> None:
    """What everybody sent on the days that are past; today is left to whoever looks around."""
    for day in range(1, DAYS_DONE + 1):
        noon = _noon(season.starts_on + timedelta(days=day - 1))
        with clock.read_from(lambda noon=noon: noon):  # type: ignore[misc]  # mypy takes no defaults of a lambda
            for number, (one, who, pledge) in enumerate(pledges):
                missed = MISSED_EVERY[who.key]
                if missed == 0 or (day + number) % missed == 0:
                    continue
                pages = 18 + (day * 7 + number) % 15
                new = NewProof(
                    pledge=pledge.id,
                    day=day,
                    text=f"{day}일째, 마을을 한 바퀴 (예시)" if one is WALK else "",
                    number=pages if one is READ else None,
                )
                actions.send_proof(_actor(who), new, key=_key(f"prove:{pledge.id}:{day}"))


def _talk(season: Season, project: Project) -> None:
    """What the walkers said of the last day that is past."""
    noon = _noon(season.starts_on + timedelta(days=DAYS_DONE - 1))
    with clock.read_from(lambda: noon + timedelta(hours=1)):
        for proof in queries.feed(_actor(ELDER), project):
            if proof.day == DAYS_DONE and proof.person == WALKER.id:
                for who, word in ((ELDER, CheerWord.GREAT), (READER, CheerWord.CHEER), (KEEPER, CheerWord.CHEER)):
                    actions.cheer(_actor(who), proof.id, word, key=_key(f"cheer:{who.key}:{proof.id}"))
                words = "저도 내일은 같이 걸을게요 (예시)"
                actions.comment(_actor(KEEPER), proof.id, words, key=_key(f"say:{proof.id}"))
    notice = "내일은 마을회관 앞에서 여섯 시에 만나요 (예시)"
    actions.post_notice(_actor(ELDER), project.id, notice, key=_key(f"notice:{project.id}"))


def _meet(season: Season, project: Project) -> None:
    """The walkers meet: once last week, and next week at the market square, with four places of which three are taken."""
    for number, (title, on) in enumerate((("첫 모임 (예시)", 17), ("다 같이 한 바퀴 (예시)", DAYS_DONE + 9))):
        day = season.starts_on + timedelta(days=on)
        starts_at = datetime.combine(day, time(10), tzinfo=clock.SEOUL)
        with clock.read_from(lambda on=on: _noon(season.starts_on + timedelta(days=min(on, DAYS_DONE) - 5))):  # type: ignore[misc]  # mypy takes no defaults of a lambda
            new = NewMeeting(
                title=title,
                place="예시장터 동문 앞",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1, minutes=30),
                answer_until=starts_at - timedelta(days=1),
                capacity=4,
                notes="편한 신발을 신고 오세요. (예시)",
            )
            made = actions.call_meeting(_actor(WALK.leader), project.id, new, key=_key(f"meeting:{number}"))
            for who, word, companions in (
                (WALKER, AnswerWord.YES, 1),
                (ELDER, AnswerWord.YES, 0),
                (READER, AnswerWord.MAYBE, 0),
            ):
                said = NewAnswer(word, companions)
                actions.answer_meeting(_actor(who), made.id, said, key=_key(f"answer:{number}:{who.key}"))


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), tzinfo=clock.SEOUL)


def _actor(sample: folk.Sample) -> Actor:
    return people.actor(sample.id)


def _key(name: str) -> str:
    return ids.derived(SEED, name).hex
