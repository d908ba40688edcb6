"""A sample course, three weeks old: three shops, a tutor, visits, questions. What is ticked, the sample town did itself."""

from datetime import timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.services.market import actions, queries
from dure.services.market.types.tutoring import CourseId, EnrolmentId, VisitState

from .market import SHOPS

SEED = UUID("00000000-0000-7000-8000-00000000a4e8")
NAME = "가람 장터시장 1기 (예시)"
TUTOR = folk.CITIZENS[5]
WEEKS_OLD = 3
NOTE = "안내문을 계산대 옆에 함께 붙였습니다. (예시)"
ASKED = ("소식은 어느 요일에 보내면 좋을까요? (예시)", "장 서는 날 아침이 좋습니다. 한 주에 한 번만 보내세요. (예시)")
WAITING = "쿠폰은 몇 장이 알맞을까요? (예시)"


def load() -> None:
    """Load the course as far as it is not there. Safe to run again."""
    if any(one.name == NAME for one in queries.courses()):
        return
    then = clock.now() - timedelta(weeks=WEEKS_OLD)
    with clock.read_from(lambda: then):  # a course begins on the day it is opened, or later
        course = actions.open_course(_actor(folk.STEWARDS[0]), NAME, clock.today(), key=_key("open"))
        pupils = [_enrol(course, _shop_of(one.owner, one.name), one.owner) for one in SHOPS]
        planned = actions.plan_visits(_actor(TUTOR), pupils[0], clock.today().weekday(), key=_key("plan"))
    _visited(pupils[0])
    owner, other = _actor(SHOPS[0].owner), _actor(SHOPS[1].owner)
    question = actions.ask(owner, pupils[0], ASKED[0], key=_key("ask"))
    actions.answer(_actor(TUTOR), question, ASKED[1], key=_key("answer"))
    actions.ask(other, pupils[1], WAITING, key=_key("ask:other"))
    if not planned:
        raise RuntimeError("the sample course has no visit")


def _enrol(course: CourseId, shop: OrganisationId, owner: folk.Sample) -> EnrolmentId:
    enrolment = actions.enrol(_actor(owner), course, shop, key=_key(f"enrol:{owner.key}"))
    return actions.name_tutor(_actor(folk.STEWARDS[0]), enrolment, TUTOR.id, key=_key(f"tutor:{owner.key}"))


def _visited(pupil: EnrolmentId) -> None:
    """What became of the visits that are past."""
    for visit in queries.pupil(_actor(TUTOR), pupil).visits:
        if visit.state is VisitState.PLANNED and visit.on < clock.today():
            actions.settle_visit(_actor(TUTOR), visit.id, True, NOTE, key=_key(f"visit:{visit.on}"))


def _shop_of(owner: folk.Sample, name: str) -> OrganisationId:
    return next(shop.organisation for shop in queries.shops_of(_actor(owner)) if shop.name == name)


def _actor(sample: folk.Sample) -> Actor:
    return people.actor(sample.id)


def _key(name: str) -> str:
    return ids.derived(SEED, name).hex
