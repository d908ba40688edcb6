"""What there is to be found: on the home page, by place, by urgency."""

from dure.kit.visiting import browser
from dure.services.giving import actions, queries

from . import making
from .making import Town, key
from .test_pages import url


def test_home_begins_with_what_waits_for_each(town: Town) -> None:
    cause = making.agreed(town, 1)
    code = queries.code_of(cause)
    assert "심사할 제안 1건" in browser(town.stewards[0]).get("/").content.decode()
    actions.ask_work(town.stewards[0], cause, "사진을 한 장 넣어 주세요", key=key())
    proposer, others = browser(town.proposer).get("/").content.decode(), browser().get("/").content.decode()
    assert "고쳐 주세요" in proposer
    assert url("cause", code) in proposer
    assert "고쳐 주세요" not in others
    box, _ = making.closed(town, (100_000,))
    assert url("work", queries.code_of(box)) in browser(town.owner).get("/").content.decode()
    assert url("work", queries.code_of(box)) not in others


def test_a_filed_report_is_news(town: Town) -> None:
    box = making.reported(town, (60_000, 40_500), (70_000, 30_500))[0]
    page = browser().get("/").content.decode()
    assert url("cause", queries.code_of(box)) in page
    assert "100,500원의 쓰임을 1원까지 보고했습니다" in page


def test_what_waits_stands_before_an_emergency(town: Town) -> None:
    urgent = making.opened(town, emergency=True)
    making.agreed(town, 1)
    page = browser(town.stewards[0]).get("/").content.decode()
    assert page.index("심사할 제안 1건") < page.index(url("cause", queries.code_of(urgent)))


def test_a_cause_is_found_by_the_name_of_its_place(town: Town) -> None:
    code = queries.code_of(making.opened(town))
    for words in ("솔내리", "가람군", "가람군 솔내면", "Warm 솔내리"):
        assert url("cause", code) in browser().get(url("list"), {"q": words}).content.decode(), words
    assert url("cause", code) not in browser().get(url("list"), {"q": "나루리"}).content.decode()


def test_emergencies_and_a_region_can_be_listed_alone(town: Town) -> None:
    calm, urgent = making.opened(town), making.opened(town, emergency=True)
    page = browser().get(url("list"), {"kind": "emergency"}).content.decode()
    assert url("cause", queries.code_of(urgent)) in page
    assert url("cause", queries.code_of(calm)) not in page
    around = browser().get(url("cause", queries.code_of(calm))).content.decode()
    assert f"?kind=all&amp;region={town.region}" in around
    assert url("cause", queries.code_of(calm)) in browser().get(url("list"), {"region": town.region}).content.decode()
