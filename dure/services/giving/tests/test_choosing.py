"""Nothing is out of reach because a list is long: partners are searched for, agreements stand on pages."""

from typing import Any

import pytest

from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form
from dure.services.giving import actions, models, queries
from dure.services.giving.pages.forms import DraftForm

from . import making
from .making import Town, key
from .test_pages import draft_form, url


@pytest.fixture
def many(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """More organisations than are shown at once; the last of them by name comes back with its id."""
    monkeypatch.setattr(queries.causes, "PARTNERS_SHOWN", 2)
    made = [folk.verified_organisation(folk.person(), name=f"하늘모임 {n}")[0] for n in range(4)]
    return [str(one) for one in made]


def test_a_partner_beyond_the_first_ones_is_found_without_any_script(town: Town, many: list[str]) -> None:
    proposer = browser(town.proposer)
    assert many[3] not in proposer.get(url("new")).content.decode()
    typed = draft_form(town) | {"partner": "", "partner_words": "하늘모임 3", "find_partner": "1"}
    answer = proposer.post(url("new"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<option value="{many[3]}">하늘모임 3</option>' in page
    assert "1곳" in page
    assert "윗말 놀이터 예시 고치기" in page, "what was typed stays"
    assert "그네" in page
    assert 'role="alert"' not in page, "nothing is wrong yet"
    assert models.Cause.objects.count() == 0
    sent = proposer.post(url("new"), draft_form(town) | {"partner": many[3]})
    assert sent.status_code == 303, "the chosen one fits although it is not among the first"
    assert str(models.Cause.objects.get().partner_id) == many[3]
    again = proposer.get(url("edit", models.Cause.objects.get().code)).content.decode()
    assert f'<option value="{many[3]}" selected>' in again


def test_while_a_name_is_typed_the_choice_follows(town: Town, many: list[str]) -> None:
    neighbour = browser(folk.person())
    part = neighbour.get(url("partners"), {"partner_words": "하늘", "partner": many[3]}).content.decode()
    assert f'<option value="{many[3]}" selected>' in part, "what was chosen stays chosen"
    assert "더 있습니다" in part
    none = neighbour.get(url("partners"), {"partner_words": "없는이름"}).content.decode()
    assert "맞는 단체가 없습니다" in none
    assert neighbour.get(url("partners"), {"partner_words": "하늘", "partner": "x"}).status_code == 200


def test_who_is_not_verified_cannot_be_chosen(town: Town) -> None:
    stranger = folk.organisation(folk.person())[0]
    assert browser(town.proposer).post(url("new"), draft_form(town) | {"partner": str(stranger)}).status_code == 422
    assert stranger not in {one.id for one in queries.partner_choices("", stranger).partners}


def test_organisations_of_one_name_are_told_apart(town: Town) -> None:
    one, _ = folk.verified_organisation(folk.person(), name="쌍둥이모임")
    two, _ = folk.verified_organisation(folk.person(), name="쌍둥이모임")
    numbers = {each.id: each.registration_number for each in queries.partner_choices("쌍둥이").partners}
    shown = dict(DraftForm(initial={"partner_words": "쌍둥이"}).fields["partner"].choices)  # type: ignore[attr-defined]  # its type is wider than what the test made
    assert {shown[str(each)] for each in (one, two)} == {f"쌍둥이모임 · {numbers[each]}" for each in (one, two)}


def test_partners_over_the_api(town: Town, many: list[str], api_client: Any) -> None:
    found = api_client.get("/api/v1/giving/partners", params={"q": "하늘모임 3"}).json()
    assert [(one["id"], one["name"]) for one in found["partners"]] == [(many[3], "하늘모임 3")]
    assert found["more"] is False
    assert api_client.get("/api/v1/giving/partners").json()["more"] is True


def test_every_agreement_stands_on_a_page(town: Town, api_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.desks, "AGREEMENTS_PAGE", 2)
    making.gate_of(monkeypatch, 50)
    cause = making.agreed(town, 5)
    steward, code = town.stewards[0], queries.code_of(cause)
    pages = [queries.agreements(cause, steward, number) for number in (1, 2, 3)]
    assert [len(page.entries) for page in pages] == [2, 2, 1]
    assert len({entry.id for page in pages for entry in page.entries}) == 5
    last = pages[2].entries[0]
    desk = browser(steward)
    shown = desk.get(url("agreements", code), {"page": 3}).content.decode()
    assert str(last.id) in shown
    assert "?page=2" in shown
    struck = desk.post(f"{url('agreements', code)}?page=3", form(agreement=str(last.id), why="같은 사람입니다"))
    assert struck["Location"].endswith("?page=3"), "the steward goes on where they were"
    assert queries.counted_agreements(cause) == 4
    assert actions.agree(folk.person(), cause, key=key()) == 5
