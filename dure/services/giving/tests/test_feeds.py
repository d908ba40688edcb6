"""What others read by machine: the Atom feed, grant data, the donate action, the open ledger."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from jsonschema import Draft4Validator, FormatChecker  # type: ignore[import-untyped]  # the package ships no types

from dure.foundations.people.tests import making as folk
from dure.services.giving import queries
from dure.services.giving.pages import donate_action

from . import making
from .making import Town

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$"}
TEXT = {"type": "string", "minLength": 1}
WON = {"type": "integer", "minimum": 1}
MOMENT = {"type": "string", "format": "date-time"}
ADDRESS = {"type": "string", "pattern": "^https?://"}
OURS = {"type": "string", "pattern": "^360G-[A-Za-z0-9-]+$"}
ORGANISATIONS = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object", "required": ["id", "name"], "properties": {"id": OURS, "name": TEXT}},
}
# Written from the text of the 360Giving data standard 1.4: what it requires, and the types of all that we write.
GRANT: dict[str, Any] = {
    "type": "object",
    "required": [
        *("id", "title", "description", "currency", "amountAwarded", "awardDate"),
        *("recipientOrganization", "fundingOrganization"),
    ],
    "additionalProperties": False,
    "properties": {
        "id": OURS,
        "title": TEXT | {"maxLength": 139},
        "description": TEXT,
        "currency": {"enum": ["KRW"]},
        "amountAwarded": WON,
        "amountDisbursed": WON,
        "awardDate": DATE,
        "url": ADDRESS,
        "recipientOrganization": ORGANISATIONS,
        "fundingOrganization": ORGANISATIONS,
        "beneficiaryLocation": {
            "type": "array",
            "items": {"type": "object", "properties": {"name": TEXT, "countryCode": {"enum": ["KR"]}}},
        },
        "fromOpenCall": {"enum": ["Yes", "No"]},
        "dateModified": MOMENT,
        "dataSource": ADDRESS,
    },
}
PACKAGE: dict[str, Any] = {
    "type": "object",
    "required": ["grants"],
    "additionalProperties": False,
    "properties": {
        "version": {"enum": ["1.4"]},
        "title": TEXT,
        "identifier": OURS,
        "publisher": {
            "type": "object",
            "required": ["name"],
            "properties": {"identifier": OURS, "name": TEXT, "website": ADDRESS},
        },
        "accessURL": ADDRESS,
        "downloadURL": ADDRESS,
        "license": ADDRESS,
        "modified": MOMENT,
        "grants": {"type": "array", "uniqueItems": True, "items": GRANT},
    },
}


def url(name: str, *args: object) -> str:
    return reverse(f"giving:{name}", args=args)


def said(monkeypatch: pytest.MonkeyPatch, **changed: object) -> None:
    monkeypatch.setattr(settings, "DURE", replace(settings.DURE, **changed))  # type: ignore[arg-type]  # names and values are given by the test


def package(language: str = "ko") -> dict[str, Any]:
    answer = Client().get(url("grants"), headers={"accept-language": language})
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    Draft4Validator(PACKAGE, format_checker=FormatChecker()).validate(found)
    return found


def feed() -> ElementTree.Element:
    return ElementTree.fromstring(Client().get(url("feed")).content)  # noqa: S314 - our own feed


def test_the_feed_is_atom(town: Town) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: id, title, updated, an author, a link to itself, and the same of each entry."""
    boxes = [making.opened(town, title=f"예시 모금함 {n} 고치기") for n in range(2)]
    making.closed(town, (100_000,))
    found = feed()
    assert found.tag == f"{ATOM}feed"
    assert {link.get("rel") for link in found.findall(f"{ATOM}link")} == {"alternate", "self"}
    entries = found.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for one in (found, *entries):
        for needed in ("id", "title", "updated"):
            (element,) = one.findall(f"{ATOM}{needed}")
            assert element.text
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated", "")).tzinfo
        assert one.findtext(f"{ATOM}author/{ATOM}name")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert ids[1:] == [f"urn:uuid:{box}" for box in reversed(boxes)]
    closed = entries[0]
    assert closed.findtext(f"{ATOM}updated", "") > closed.findtext(f"{ATOM}published", "")


def test_what_people_write_reaches_readers_as_text(town: Town) -> None:
    making.opened(town, title="<b>굵은</b> 제목 & 예시\x0b", beneficiary="<script>alert(1)</script> 어르신 \x07 열 분")
    entry = feed().find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "<b>굵은</b> 제목 & 예시"  # type text: shown as it stands
    summary = entry.find(f"{ATOM}summary")
    assert summary is not None
    assert summary.get("type") == "html"
    assert summary.text == "&lt;script&gt;alert(1)&lt;/script&gt; 어르신  열 분"


def test_grant_data_before_and_after_the_first_payout(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    said(monkeypatch, origin="https://dure.example.org", operator_name="예시군 두레", grants_prefix="")
    assert package()["grants"] == []
    box, _ = making.paid_out(town, (60_000, 40_500))
    found = package()
    (grant,) = found["grants"]
    assert grant["id"] == f"360G-dure-example-org-{queries.code_of(box)}"
    assert grant["amountAwarded"] == grant["amountDisbursed"] == 100_500
    assert grant["fundingOrganization"] == [{"id": "360G-dure-example-org-org-operator", "name": "예시군 두레"}]
    assert found["publisher"]["name"] == "예시군 두레"
    assert "plannedDates" not in grant
    assert package("en") == found


def test_two_towns_name_nothing_alike(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.paid_out(town, (100_500,))

    def ids(origin: str, prefix: str = "") -> set[str]:
        said(monkeypatch, origin=origin, grants_prefix=prefix)
        found = package()
        (grant,) = found["grants"]
        people = (*grant["recipientOrganization"], *grant["fundingOrganization"])
        return {found["identifier"], grant["id"], *(one["id"] for one in people)}

    towns = [ids("https://one.example.org"), ids("https://two.example.org"), ids("https://one.example.org", "360G-x")]
    assert len(set.union(*towns)) == sum(len(one) for one in towns)


def test_the_page_of_a_box_holds_its_donate_action(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    said(monkeypatch, origin="https://dure.example.org")
    box = making.opened(town, title="</script><!-- 예시 & 제목", goal=300_000)
    making.given(folk.person(), box, 12_345)
    code = queries.code_of(box)
    page = Client().get(url("cause", code)).content.decode()
    _, _, rest = page.partition('<script type="application/ld+json">')
    block = rest.partition("</script>")[0]
    assert not set("<>&") & set(block)
    action = json.loads(block)
    assert action == json.loads(Client().get(url("donate_action", code)).content)
    assert action["@type"] == "DonateAction"
    assert action["name"] == "</script><!-- 예시 & 제목"
    assert action["actionStatus"] == "https://schema.org/PotentialActionStatus"
    won = {"@type": "MonetaryAmount", "currency": "KRW"}
    assert action["result"] == won | {"name": "raised", "value": 12_345}
    assert action["object"] == won | {"name": "goal", "value": 300_000}
    assert action["target"]["urlTemplate"] == f"https://dure.example.org{url('give', code)}"


def test_no_donate_action_before_a_box_and_none_to_do_after_it(town: Town) -> None:
    proposed = queries.code_of(making.proposed(town))
    assert Client().get(url("donate_action", proposed)).status_code == 404
    assert "ld+json" not in Client().get(url("cause", proposed)).content.decode()
    closed, _ = making.closed(town, (100_000,))
    action = donate_action.described(queries.cause(closed, town.owner))
    assert action is not None
    assert action["actionStatus"] == "https://schema.org/CompletedActionStatus"
    assert "target" not in action


def rows_of(code: str, language: str = "ko") -> list[list[str]]:
    answer = Client().get(url("ledger_csv", code), headers={"accept-language": language})
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # the client's type does not know streams
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_open_ledger_as_a_table(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.services.giving.pages.open_ledger.PIECE_ROWS", 2)
    box, _ = making.paid_out(town, (60_000, 40_500))
    words, names, *rows = rows_of(queries.code_of(box))
    assert words[-1] == "금액(원)"
    assert names == ["seq", "transfer", "at", "kind", "kind_said", "from", "from_said", "to", "to_said", "amount_won"]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert [int(row["amount_won"]) for row in found] == [60_000, 40_500, 100_500]
    assert [row["kind_said"] for row in found] == ["기부", "기부", "지급"]
    assert all(row["at"].endswith("+09:00") for row in found)
    assert rows_of(queries.code_of(box), "en")[1:2] == [names]


def test_a_ledger_is_read_in_pages(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    box, _ = making.paid_out(town, (60_000, 40_500))
    whole = tuple(queries.ledger_rows(box))
    monkeypatch.setattr("dure.services.giving.queries.boxes.LEDGER_PAGE", 2)
    first = queries.ledger_page(box)
    assert len(first) == 2
    assert first + queries.ledger_page(box, first[-1].seq) == whole
    assert queries.ledger_page(box, whole[-1].seq) == ()
