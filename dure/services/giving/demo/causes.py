"""Sample causes of the invented county 가람군, one at each stage of its life. Every name says that it is a sample."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from dure.base import clock
from dure.foundations.ledger import demo as wallet
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.services.giving import actions, queries
from dure.services.giving.types import (
    BoxId,
    BudgetLine,
    CauseDraft,
    CauseFilter,
    CauseId,
    CauseState,
    LineKind,
    MatchKind,
    Topic,
    VettingMark,
    Way,
    Yes,
)

FUND_WON = 3_000_000
PROOF = b"%PDF-1.4\n% sample proof of an invented county\n%%EOF\n"
WIDTH, HEIGHT = 1200, 675


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample cause: what it says, and the colours of its picture (sky, far hills, near hills)."""

    key: str
    title: str
    beneficiary: str
    story: str
    topic: Topic
    region: str
    lines: tuple[BudgetLine, ...]
    colours: tuple[str, str, str]
    alt: str
    emergency: bool = False

    @property
    def goal(self) -> int:
        return sum(line.amount for line in self.lines)


WINTER = Sample(
    key="winter",
    title="솔내리 어르신 겨울 난방",
    beneficiary="솔내리에 혼자 사시는 어르신 42가구",
    story=(
        "솔내리에는 기름보일러를 아끼느라 한겨울에도 방 한 칸만 데우는 어르신이 계십니다.\n\n"
        "11월 말부터 2월까지 42가구에 난방유를 두 번씩 넣어 드리고, 낡은 보일러 여섯 대를 고칩니다. "
        "넣어 드린 날짜와 양, 고친 곳의 사진을 모두 보고하겠습니다.\n\n이 모금은 체험용 예시입니다."
    ),
    topic=Topic.ELDERS,
    region=folk.SOLNAE,
    lines=(
        BudgetLine("난방유 42가구, 두 번", 6_300_000),
        BudgetLine("보일러 수리 6대", 1_700_000),
        BudgetLine("배달 차량과 안내", 500_000, LineKind.COST),
    ),
    colours=("#cfe6db", "#7fb49b", "#0b6b4f"),
    alt="눈 덮인 언덕 아래 굴뚝에서 연기가 나는 집을 그린 예시 그림",
)
FLOOD = Sample(
    key="flood",
    title="나루리 물난리 긴급 모금",
    beneficiary="집이 물에 잠긴 나루리 18가구",
    story=(
        "어젯밤 큰비로 나루리 18가구가 물에 잠겨 마을회관에 모여 계십니다.\n\n"
        "이불과 마른 옷, 사흘 치 끼니, 벽지와 장판을 마련합니다. 받은 곳과 쓴 돈을 모두 보고하겠습니다.\n\n"
        "이 모금은 체험용 예시입니다. 실제로 일어난 일이 아닙니다."
    ),
    topic=Topic.DISASTER,
    region="9901025021",
    lines=(
        BudgetLine("이불과 옷", 2_400_000),
        BudgetLine("끼니 사흘 치", 1_600_000),
        BudgetLine("벽지와 장판", 4_000_000),
    ),
    colours=("#d7dde3", "#8aa0b3", "#3c5a73"),
    alt="비 오는 강가의 집을 그린 예시 그림",
    emergency=True,
)
LIBRARY = Sample(
    key="library",
    title="윗말 작은 도서관에 새 책을",
    beneficiary="윗말과 솔내리 어린이 37명",
    story=(
        "윗말 마을회관 한쪽에 작은 도서관이 있습니다. 책이 모두 스무 해가 넘어 아이들이 볼 것이 적습니다.\n\n"
        "어린이책 300권과 낮은 책꽂이 네 개를 마련하고, 고른 책 목록을 아이들과 함께 정하겠습니다.\n\n"
        "이 제안은 체험용 예시입니다."
    ),
    topic=Topic.CHILDREN,
    region=folk.WITMAL,
    lines=(BudgetLine("어린이책 300권", 3_600_000), BudgetLine("낮은 책꽂이 4개", 800_000)),
    colours=("#f6e7cf", "#d9b37a", "#a8662b"),
    alt="책이 꽂힌 선반을 그린 예시 그림",
)
BENCH = Sample(
    key="bench",
    title="장터리 정류장에 앉을 자리를",
    beneficiary="장날마다 버스를 기다리는 이웃들",
    story=(
        "장날이면 정류장에서 한 시간씩 서서 기다립니다. 비를 가리고 앉을 자리 두 곳을 만들었습니다.\n\n"
        "이 모금은 체험용 예시입니다."
    ),
    topic=Topic.COMMUNITY,
    region=folk.JANGTEO,
    lines=(BudgetLine("긴 의자 두 개", 240_000), BudgetLine("비가림 지붕", 360_000)),
    colours=("#e3eaf6", "#9db3d9", "#46639c"),
    alt="정류장과 긴 의자를 그린 예시 그림",
)
STREAM = Sample(
    key="stream",
    title="가람천 물고기 길 내기",
    beneficiary="가람천과 그 곁에 사는 모두",
    story=(
        "보에 막혀 물고기가 오르지 못하는 곳 두 군데에 돌로 길을 냅니다. 앞뒤로 물고기를 세어 알려 드리겠습니다.\n\n"
        "이 모금은 체험용 예시입니다."
    ),
    topic=Topic.ENVIRONMENT,
    region=folk.JANGTEO,
    lines=(BudgetLine("돌 쌓기", 350_000), BudgetLine("물고기 세기", 150_000)),
    colours=("#d8eef0", "#7dbcc4", "#237680"),
    alt="돌 사이로 흐르는 물을 그린 예시 그림",
)
KITCHEN = Sample(
    key="kitchen",
    title="솔내리 함께 먹는 점심",
    beneficiary="혼자 점심을 드시는 어르신 30분",
    story=(
        "일주일에 두 번 마을회관에서 함께 점심을 먹습니다. 석 달 동안의 쌀과 반찬값, 조리 도구를 마련합니다.\n\n"
        "이 제안은 체험용 예시입니다."
    ),
    topic=Topic.ELDERS,
    region=folk.SOLNAE,
    lines=(BudgetLine("쌀과 반찬 석 달", 1_500_000), BudgetLine("조리 도구", 300_000)),
    colours=("#f9e2d2", "#e2a071", "#b4540a"),
    alt="밥상을 그린 예시 그림",
)


def load() -> None:
    """Load the sample causes once. Every step has a fixed key, so that an interrupted run goes on where it stopped."""
    if queries.page(CauseFilter(words=KITCHEN.title)).total:
        return
    _fund()
    _open(WINTER)
    _give_to_winter(BoxId(_made(WINTER)))
    _open(FLOOD)
    _gifts(FLOOD, (5_000, 20_000, 50_000, 3_000), ("힘내세요", "", "함께하겠습니다", ""))
    _reported(BENCH)
    _open(STREAM)
    _gifts(STREAM, (300_000, 150_000, 52_000), ("물고기도 이웃", "", ""))
    actions.close(_actor(folk.OWNERS[0]), BoxId(_made(STREAM)), key=f"demo:{STREAM.key}:close")
    _propose(LIBRARY, agreeing=3)
    _propose(KITCHEN, agreeing=0)
    needed = queries.card(_made(KITCHEN)).agreements_needed
    _agree(KITCHEN, needed)


def _actor(sample: folk.Sample) -> Actor:
    return people.actor(sample.id)


def _proposer(sample: Sample) -> folk.Sample:
    return folk.CITIZENS[sum(sample.key.encode()) % 3]


def _neighbours(sample: Sample) -> Sequence[folk.Sample]:
    return [one for one in folk.CITIZENS if one != _proposer(sample)]


def _made(sample: Sample) -> CauseId:
    """The cause of a sample; drafting with the same key answers the same one."""
    content = CauseDraft(
        title=sample.title,
        story=sample.story,
        beneficiary=sample.beneficiary,
        topic=sample.topic,
        region=sample.region,
        goal=sample.goal,
        days_open=45,
        partner=folk.NGO,
        lines=sample.lines,
        emergency=sample.emergency,
    )
    return actions.draft(_actor(_proposer(sample)), content, key=f"demo:{sample.key}:draft")


def _propose(sample: Sample, agreeing: int) -> CauseId:
    by, cause = _actor(_proposer(sample)), _made(sample)
    actions.add_picture(by, cause, _picture(sample), sample.alt, key=f"demo:{sample.key}:picture")
    actions.propose(by, cause, key=f"demo:{sample.key}:propose")
    actions.answer_as_partner(_actor(folk.OWNERS[0]), cause, True, key=f"demo:{sample.key}:answer")
    _agree(sample, agreeing)
    return cause


def _agree(sample: Sample, count: int) -> None:
    cause = _made(sample)
    for neighbour in _neighbours(sample)[:count]:
        if queries.card(cause).state is CauseState.PROPOSED:
            actions.agree(_actor(neighbour), cause, key=f"demo:{sample.key}:agree:{neighbour.key}")


def _open(sample: Sample) -> None:
    cause = _propose(sample, agreeing=0)
    _agree(sample, queries.card(cause).agreements_needed)
    number = f"예시 {sample.key}"
    actions.register_collection(_actor(folk.STEWARDS[0]), cause, number, key=f"demo:{sample.key}:register")
    for steward in folk.STEWARDS:
        if queries.card(cause).state is CauseState.VETTING:
            yes = Yes(queries.vetting_round(cause), tuple(VettingMark), emergency=sample.emergency)
            actions.approve(_actor(steward), cause, yes, key=f"demo:{sample.key}:approve:{steward.key}")


def _fund() -> None:
    by = _actor(folk.STEWARDS[0])
    fund = actions.open_fund(by, "가람군 응원 기금 (예시)", None, key="demo:fund")
    actions.top_up(by, fund, FUND_WON, "예시은행 2026-0001", key="demo:fund:deposit")


def _give(sample: Sample, giver: folk.Sample, amount: int, words: str, number: int) -> None:
    by = _actor(giver)
    shown = (words, number % 4 != 3)
    key = f"demo:{sample.key}:gift:{number}"
    checkout = actions.begin_gift(by, BoxId(_made(sample)), amount, shown, Way("/giving/mine/", "sandbox"), key=key)
    actions.complete_gift(by, wallet.pay(checkout))


def _gifts(sample: Sample, amounts: Sequence[int], words: Sequence[str]) -> None:
    neighbours = _neighbours(sample)
    for number, (amount, said) in enumerate(zip(amounts, words, strict=True)):
        _give(sample, neighbours[number % len(neighbours)], amount, said, number)


def _give_to_winter(box: BoxId) -> None:
    amounts = (10_000, 30_000, 5_000, 1_000_000, 2_000, 50_000, 700, 3_300_000, 12_345, 2_500_000)
    words = (
        "따뜻한 겨울 보내세요",
        "",
        "할머니 생각이 나서요",
        "장터 상인회에서 드립니다",
        "",
        "",
        "",
        "",
        "힘내세요",
        "",
    )
    _gifts(WINTER, amounts, words)
    for number, neighbour in enumerate(_neighbours(WINTER)[:5]):
        text = "기름이 제때 닿기를 바랍니다" if number % 2 else "솔내리 화이팅"
        actions.cheer(_actor(neighbour), box, MatchKind.COMMENT, text, key=f"demo:winter:cheer:{neighbour.key}")


def _reported(sample: Sample) -> None:
    _open(sample)
    _gifts(sample, (250_000, 200_000, 100_000, 55_000), ("", "앉을 자리가 생기네요", "", ""))
    owner, box = _actor(folk.OWNERS[0]), BoxId(_made(sample))
    actions.close(owner, box, key="demo:bench:close")
    plan = (BudgetLine("긴 의자 두 개", 240_000), BudgetLine("비가림 지붕", 365_000))
    actions.revise_plan(owner, box, plan, key="demo:bench:plan")
    for steward in folk.STEWARDS:
        actions.approve_plan(_actor(steward), box, 1, key=f"demo:bench:plan:{steward.key}")
    actions.pay_out(_actor(folk.STEWARDS[1]), box, key="demo:bench:payout")
    uses = (
        ("예시 목공소", "긴 의자 두 개", 240_000),
        ("예시 철물점", "비가림 지붕 재료", 215_000),
        ("예시 건축", "비가림 지붕 품삯", 150_000),
    )
    for number, use in enumerate(uses):
        actions.add_report_line(
            owner, box, clock.today(), use, (f"증빙{number + 1}.pdf", PROOF), key=f"demo:bench:line:{number}"
        )
    actions.file_report(owner, box, key="demo:bench:file")


def _picture(sample: Sample) -> bytes:
    """A drawing of our own: sky, sun, hills and a house, in the colours of the sample."""
    sky, far, near = sample.colours
    drawn = Image.new("RGB", (WIDTH, HEIGHT), sky)
    pen = ImageDraw.Draw(drawn)
    shift = sum(sample.key.encode()) % 300
    pen.ellipse((820 - shift, 90, 960 - shift, 230), fill="#fff7e6")
    pen.ellipse((-200 + shift, 330, 760 + shift, 1000), fill=far)
    pen.ellipse((500 - shift, 380, 1500 - shift, 1100), fill=far)
    pen.ellipse((-300, 460, 1600, 1400), fill=near)
    left = 360 + shift
    pen.rectangle((left, 400, left + 180, 520), fill="#fffdf8")
    pen.polygon(((left - 30, 405), (left + 90, 320), (left + 210, 405)), fill="#1d2320")
    pen.rectangle((left + 75, 450, left + 110, 520), fill="#b4540a")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()
