"""Weather and a day that has gone by, for journeys: `python -m tests.journeys.by_weather` on the database of a running town.

The authority says danger for three days at the villages of the second zone, and warns of heavy rain there; so does the state. A
mother agreed yesterday, was warned and has read nothing; now the child, who chose no place and only looks after her, is asked to
call.
"""

import json
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

from dure.base import clock
from dure.site import boot

ROUND: Final = 0  # what a periodic task is told of when it is run: nothing that this one asks for
ZONE: Final = "SAMPLE02"
DANGER: Final = 4


def main() -> None:
    boot.prepare()
    boot.let_go()
    folk: Any = import_module("dure.foundations.people.demo")
    people: Any = import_module("dure.foundations.people.queries")
    child, mother = (people.actor(folk.CITIZENS[number].id) for number in (4, 2))  # 임시험, 송보기
    _say_danger()
    _was_warned_yesterday(child, mother)
    import_module("dure.services.forecasts.tasks").ask_calls(ROUND)


def _say_danger() -> None:
    """Issued this minute, so that what the twin of the authority says is older."""
    actions: Any = import_module("dure.services.forecasts.actions")
    types: Any = import_module("dure.services.forecasts.types")
    demo: Any = import_module("dure.services.forecasts.demo")
    now = clock.local(clock.now())
    cold = now.month in demo.COLD_MONTHS
    feed, hazard = (types.FeedName.IMPACT_COLD, "CW") if cold else (types.FeedName.IMPACT_HEAT, "HW")
    rows = [
        f"{now:%Y%m%d%H%M},{now + timedelta(days=ahead):%Y%m%d}0000,0,{ZONE},{hazard},1,{DANGER},99"
        for ahead in range(3)
    ]
    content = "\n".join((demo.HEADER, *rows, "")).encode("cp949")
    answer = types.Answer(None, 200, content, "text/plain")
    actions.claim_feed(demo.BY, feed)
    actions.hear(demo.BY, feed, answer, demo.CODES, types.SenderRole.AUTHORITY)
    _say_warning(actions, types, demo)


def _say_warning(actions: Any, types: Any, demo: Any) -> None:
    """Heavy rain as well, and a message of the state about it; something that comes, something nobody knows, a broken row."""
    now = clock.local(clock.now())
    at = f"{now:%Y%m%d%H%M}"
    rows = (
        f"SAMPLE,예시도,{ZONE},예시군,{at},{at},호우,경보,발표,",
        f"SAMPLE,예시도,SAMPLE01,예시군,{at},{at},강풍,예비,발표,",
        f"SAMPLE,예시도,SAMPLE01,예시군,{at},{at},산사태,주의,발표,",
        f"SAMPLE,예시도,SAMPLE03,먼섬,언제,{at},풍랑,주의,발표,",
    )
    content = "\n".join(("#START7777", f"# {demo.WARNING_HEADER}", *rows, "#7777END", "")).encode("cp949")
    message = {
        "SN": 99,
        "CRT_DT": f"{now:%Y/%m/%d %H:%M:%S}",
        "MSG_CN": "[예시] 호우경보가 내려졌습니다. 하천 가까이 가지 마세요.",
        "RCPTN_RGN_NM": import_module("dure.foundations.places.queries")
        .region(import_module("dure.foundations.places.demo").VILLAGES["윗말"])
        .path,
        "EMRG_STEP_NM": "긴급재난",
        "DST_SE_NM": "호우",
    }
    told = json.dumps({"header": {"resultCode": "00", "resultMsg": "NORMAL SERVICE"}, "body": [message]}).encode()
    for feed, said in ((types.FeedName.WARNINGS, content), (types.FeedName.MESSAGES, told)):
        actions.claim_feed(demo.BY, feed)
        answer = types.Answer(None, 200, said, "text/plain")
        actions.hear(demo.BY, feed, answer, demo.CODES, types.SenderRole.AUTHORITY)


def _was_warned_yesterday(child: Any, mother: Any) -> None:
    """In one transaction: the town's own worker must not tell her in between, now."""
    actions: Any = import_module("dure.services.forecasts.actions")
    types: Any = import_module("dure.services.forecasts.types")
    places: Any = import_module("dure.foundations.places.demo")
    tx: Any = import_module("dure.kit.tx")
    transaction: Any = import_module("django.db.transaction")
    demo: Any = import_module("dure.services.forecasts.demo")
    home = types.NewPlace(places.VILLAGES["윗말"], types.Field.HEALTH, types.ImpactLevel.CAUTION)
    asked = types.NewWatch("큰어머니", home, reads_at=8, calls_at=13, phone="010-0000-0001")
    wording = actions.Wording(
        lambda notice, zones: "예보가 바뀌었어요.",
        "예보가 바뀌었어요.",
        "내 영향예보",
        "/forecasts/",
        lambda changes, zones: "특보가 바뀌었어요.",
    )
    yesterday = clock.now() - timedelta(days=1, minutes=5)
    with clock.read_from(lambda: yesterday), transaction.atomic(), tx.hosted():
        card = actions.ask_watch(child, asked, key="journey:ask")
        actions.agree_watch(mother, card.code, key="journey:agree")
        while actions.tell_next(demo.BY, wording):
            pass


if __name__ == "__main__":
    main()
