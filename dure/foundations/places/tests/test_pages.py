"""The map page: the drawing and the list say the same, every hit is offered, every no has words."""

import re

import pytest
from django.test import Client

from dure.base.refusals import Refusal
from dure.foundations.places import demo, pages, types
from dure.kit import faces

pytestmark = pytest.mark.django_db


def test_an_empty_map_says_what_to_do(client: Client) -> None:
    page = client.get("/map/")
    assert page.status_code == 200
    assert "dure import regions" in page.content.decode()


@pytest.mark.usefixtures("county")
def test_the_county_is_shown_at_once_with_list_parity(client: Client) -> None:
    text = client.get("/map/").content.decode()
    assert "<h1>가람군</h1>" in text
    drawn = re.findall(r"<title>([^<]+)</title></path>", text)
    listed = re.findall(r'<a href="/map/\?in=\d{10}">([^<]+)</a>', text)
    assert sorted(drawn) == sorted(listed) == ["가람읍", "솔내면"]
    assert "style=" not in text
    assert "2,235" in text


@pytest.mark.usefixtures("county")
def test_what_is_shaded_can_be_chosen(client: Client) -> None:
    text = client.get("/map/?in=99010&show=hall").content.decode()
    assert "마을회관" in text
    assert "1,000명당" in text
    assert "솔내리 마을회관" in text
    assert client.get("/map/?in=99010&show=nothing").status_code == 200


@pytest.mark.usefixtures("county")
def test_a_village_has_the_regions_around_it_and_what_is_near(client: Client) -> None:
    text = client.get(f"/map/?in={demo.VILLAGES['윗말']}").content.decode()
    assert re.findall(r'<a href="\?in=\d{10}">([^<]+)</a>', text) == ["예시도", "가람군", "솔내면"]
    assert "0 m" in text


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize(("said", "hits"), [("솔내", 2), ("윗말", 1), ("%00", 0), ("없는 곳", 0), ("리" * 200, 0)])
def test_searching_offers_every_hit(client: Client, said: str, hits: int) -> None:
    page = client.get("/map/", {"q": said})
    assert page.status_code == 200
    assert len(re.findall(r'class="whole" href="\?in=', page.content.decode())) == hits


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("code", ["1111000000", "abc", "９９０１０", "99010; --", "1" * 500])
def test_an_unknown_code_is_refused_in_words(client: Client, code: str) -> None:
    page = client.get("/map/", {"in": code})
    assert page.status_code == 404
    assert "이름으로 찾아보세요" in page.content.decode()
    assert client.post("/map/").status_code == 405


@pytest.mark.usefixtures("county")
def test_in_english(client: Client) -> None:
    text = client.get("/map/", headers={"Accept-Language": "en"}).content.decode()
    assert "Population density" in text


def test_every_refusal_has_words() -> None:
    refusals = [kind for kind in vars(types).values() if isinstance(kind, type) and kind.__module__ == types.__name__]
    assert faces.without_words([kind for kind in refusals if issubclass(kind, Refusal)], pages.SAYS) == []
