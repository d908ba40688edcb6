"""The public page and the open data say the same, show nobody, and are cached only as long as they are true."""

import csv
import hashlib
import io
import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.impact import actions, queries, rules, types
from dure.foundations.impact.pages import says
from dure.foundations.impact.types import Count, Counter
from dure.foundations.people.types import system
from dure.kit import faces

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture
def counted() -> None:
    now = clock.now()
    counts: list[Count] = []
    for number in range(1, 41):
        event, at = UUID(int=number), now - timedelta(days=number)
        counts.append(Count(Counter.WON_GIVEN, 1000 * number, event, at))
        counts.append(Count(Counter.GIFTS, 1, event, at))
        counts.append(Count(Counter.TAKING_PART, 1, event, at, who=UUID(int=number % 7)))
    due = now - timedelta(days=3)
    counts += [Count(Counter.REPORTS_DUE, 1, UUID(int=number), due) for number in range(1, 13)]
    counts += [Count(Counter.REPORTS_ON_TIME, 1, UUID(int=number), due) for number in range(1, 11)]
    actions.count_many(BY, counts)


def rows(client: Client, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/impact/{name}").content.decode())))


def test_an_empty_page_says_what_to_do(client: Client) -> None:
    page = client.get("/impact/")
    assert page.status_code == 200
    assert "아직 센 것이 없습니다" in page.content.decode()
    assert len(rows(client, "indicators.csv")) == len(rules.INDICATORS)


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(("language", "words"), [("ko", "함께 바꾼 것"), ("en", "What we changed together")])
def test_every_figure_has_unit_day_base_and_formula(client: Client, language: str, words: str) -> None:
    text = client.get("/impact/", headers={"Accept-Language": language}).content.decode()
    assert words in text
    assert "style=" not in text
    assert "820,000" in text
    assert "83.3" in text
    for one in rules.INDICATORS:
        assert f'id="{one.id}"' in text
        assert rules.written(one.formula).replace(">", "&gt;") in text


@pytest.mark.usefixtures("counted")
def test_weeks_of_any_indicator_can_be_seen(client: Client) -> None:
    for one in rules.INDICATORS:
        assert client.get("/impact/", {"of": one.id}).status_code == 200
    assert client.get("/impact/", {"of": "nothing"}).status_code == 200
    assert client.post("/impact/").status_code == 405


@pytest.mark.usefixtures("counted")
def test_csv_json_and_page_are_the_same_figures(client: Client) -> None:
    table = {row["id"]: row for row in rows(client, "indicators.csv")}
    programs = {one["id"]: one for one in json.loads(client.get("/impact/indicators.json").content)["indicators"]}
    for figure in queries.figures():
        row, one = table[figure.indicator.id], programs[figure.indicator.id]
        assert row["name_ko"] != row["name_en"]
        assert (float(row["value"]) if row["value"] else None) == one["value"]
        assert row["lineage"].split() == one["lineage"]
        assert row["until"] == clock.today().isoformat()
    on_time = table["reports_on_time"]
    assert [on_time[field] for field in ("value", "part", "whole", "n")] == ["83.3", "10", "12", "12"]
    assert float(on_time["low_95"]) < 83.3 < float(on_time["high_95"])
    assert table["people_taking_part"]["value"] == "7"


@pytest.mark.usefixtures("counted")
def test_weeks_add_up_to_the_figure(client: Client) -> None:
    weeks = rows(client, "weekly.csv")
    assert len(weeks) == len(rules.INDICATORS) * rules.WEEKS_SHOWN
    assert sum(int(row["value"]) for row in weeks if row["id"] == "won_given") == 820_000


@pytest.mark.usefixtures("counted")
def test_the_data_package_describes_the_files_byte_by_byte(client: Client) -> None:
    package = json.loads(client.get("/impact/datapackage.json").content)
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    for resource in package["resources"]:
        content = client.get(f"/impact/{resource['path']}").content
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header, *lines = csv.reader(io.StringIO(content.decode()))
        fields = resource["schema"]["fields"]
        assert header == [field["name"] for field in fields]
        for line in lines:
            for cell, field in zip(line, fields, strict=True):
                assert _is(cell, field["type"]), (field, cell)
        keys = [tuple(line[header.index(key)] for key in resource["schema"]["primaryKey"]) for line in lines]
        assert len(set(keys)) == len(keys)


def _is(cell: str, kind: str) -> bool:
    if cell == "":
        return True
    match kind:
        case "integer":
            return cell.lstrip("-").isdigit()
        case "number":
            return cell.lstrip("-").replace(".", "", 1).isdigit()
        case "date":
            return len(cell) == 10 and cell[4] == cell[7] == "-"
        case "boolean":
            return cell in ("true", "false")
        case _:
            return True


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("name", ["indicators.csv", "indicators.json", "weekly.csv", "datapackage.json"])
def test_a_file_is_sent_again_only_when_something_was_counted(client: Client, name: str) -> None:
    first = client.get(f"/impact/{name}")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in first.headers.get("Vary", "")
    assert not first.cookies
    again = client.get(f"/impact/{name}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.count(BY, Count(Counter.WON_GIVEN, 5, UUID(int=1000), clock.now()))
    assert client.get(f"/impact/{name}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.usefixtures("counted")
def test_no_file_points_at_a_person(client: Client) -> None:
    for name in ("indicators.csv", "weekly.csv", "indicators.json"):
        text = client.get(f"/impact/{name}").content.decode()
        assert str(UUID(int=1)) not in text
    few = [row for row in rows(client, "weekly.csv") if row["id"] == "people_taking_part"]
    assert all(row["value"] == "" or int(row["value"]) >= rules.PEOPLE_FLOOR or row["value"] == "0" for row in few)


def test_every_refusal_has_words() -> None:
    refusals = [kind for kind in vars(types).values() if isinstance(kind, type) and kind.__module__ == types.__name__]
    assert faces.without_words([kind for kind in refusals if issubclass(kind, Refusal)], says.SAYS) == []


def test_the_words_name_everything_that_is_counted_as_taking_part() -> None:
    """Each kind of news that feeds the figure has its word in how it is counted, and none is said not to count."""
    said = {"CauseProposed": "proposed", "AgreementGiven": "agreed", "GiftsReceived": "gave", "MatchGiven": "cheered"}
    told = {news.split(".")[1] for news in rules.BY_ID["people_taking_part"].lineage}
    words = says.INDICATORS["people_taking_part"]
    with translation.override("en"):
        for news in told & set(said):
            assert said[news] in str(words.how), news
        assert "Agreeing" not in str(words.limits)
