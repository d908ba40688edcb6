"""Parts of a page that ask again by themselves: they show what is new, and end when there is nothing more to come."""

from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser
from dure.services.giving import actions, queries
from dure.services.giving.types import MatchKind

from . import making
from .making import Town, key
from .test_pages import url

HX = {"HX-Request": "true"}


def part(name: str, code: str, **asked: str) -> tuple[int, str]:
    answer = browser().get(url(name, code), asked, headers=HX)
    text = answer.content.decode()
    assert "<html" not in text
    return answer.status_code, text


def test_the_gate_counts_on_while_it_is_open_and_then_says_what_became_of_it(town: Town, monkeypatch: object) -> None:
    making.gate_of(monkeypatch, 3)
    cause = making.proposed(town)
    code = queries.code_of(cause)
    page = browser(town.proposer).get(url("cause", code)).content.decode()
    assert f'hx-get="{url("gate", code)}"' in page
    assert "3명이 더" in page or "3명" in page
    actions.agree(folk.person(), cause, key=key())
    status, said = part("gate", code)
    assert status == 200
    assert "1 / 3" in said or "3명 가운데 1명" in said or ">1<" in said
    assert "data-live" in said
    assert "moved" not in said
    own = browser(town.proposer).get(url("gate", code), headers=HX).content.decode()
    assert "2" in own
    for _ in range(2):
        actions.agree(folk.person(), cause, key=key())
    _, said = part("gate", code)
    assert "data-live" not in said, "it asks no more"
    assert 'hx-swap-oob="innerHTML"' in said
    assert "심사" in said
    assert browser().get(url("gate", code)).status_code == 302, "without scripts it leads to the page"


def test_a_proposal_that_is_gone_is_asked_for_no_more(town: Town) -> None:
    cause = making.proposed(town)
    code = queries.code_of(cause)
    actions.withdraw(town.proposer, cause, "", key=key())
    answer = browser().get(url("gate", code), headers=HX)
    assert (answer.status_code, answer["HX-Reswap"], answer.content) == (286, "none", b"")
    assert browser().get(url("gate", code)).status_code == 302


def test_the_sums_end_with_the_box(town: Town) -> None:
    box, _ = making.closed(town, (100_000,))
    _, said = part("raised", queries.code_of(box))
    assert "data-live" not in said
    assert 'id="moved" hx-swap-oob' in said


def test_what_is_new_on_a_wall_comes_by_itself_and_only_that(town: Town) -> None:
    box = making.opened(town)
    code = queries.code_of(box)
    page = browser().get(url("cause", code)).content.decode()
    assert 'id="no-words"' in page
    making.given(folk.person(), box, 5_000, words=("첫 번째 응원", True))
    assert f'hx-get="{url("wall", code)}?news=1"' in page
    status, said = part("wall", code, news="1")
    assert status == 200
    assert "첫 번째 응원" in said
    assert 'id="no-words" hx-swap-oob="delete"' in said
    newest = str(queries.wall(box)[0].id)
    assert part("wall", code, news="1", after=newest) == (204, "")
    actions.cheer(folk.person(), box, MatchKind.COMMENT, "두 번째 응원", key=key())
    _, said = part("wall", code, news="1", after=newest)
    assert "두 번째 응원" in said
    assert "첫 번째 응원" not in said
    assert said.count("data-live") == 1


def test_more_news_than_fit_leads_on_to_the_rest(town: Town) -> None:
    box = making.opened(town)
    code, donor = queries.code_of(box), folk.person()
    making.given(folk.person(), box, 5_000, words=("맨 처음 것", True))
    since = str(queries.wall(box)[0].id)
    for number in range(queries.WALL_SIZE + 1):
        actions.cheer(donor, box, MatchKind.COMMENT, f"응원 {number:02}", key=key())
    _, said = part("wall", code, news="1", after=since)
    assert "응원 00" not in said
    before = str(queries.wall(box)[-1].id)
    _, rest = part("wall", code, before=before, after=since)
    assert "응원 00" in rest
    assert "맨 처음 것" not in rest, "that one is on the page already"
    assert "data-live" not in rest


def test_the_wall_of_a_closed_box_asks_no_more(town: Town) -> None:
    box, _ = making.closed(town, (100_000,))
    code = queries.code_of(box)
    assert part("wall", code, news="1")[0] == 286
    section = browser().get(url("cause", code)).content.decode().split('id="wall"')[1]
    assert "data-live" not in section
