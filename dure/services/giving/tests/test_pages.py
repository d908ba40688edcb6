"""The pages through the client: each one opens, each form keeps what was typed, each no has words and a status."""

import re
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.ledger.types import OrderId
from dure.foundations.people.tests import making as folk
from dure.kit import faces
from dure.kit.visiting import browser, form
from dure.services.giving import pages, queries, types
from dure.services.giving.types import CauseState

from . import making
from .making import PDF, Town, key


def url(name: str, *args: object) -> str:
    return reverse(f"giving:{name}", args=args)


def draft_form(town: Town, goal: int = 300_000, line: int = 300_000) -> dict[str, object]:
    return form(
        title="윗말 놀이터 예시 고치기",
        beneficiary="예시 어린이 열 명",
        story="예시로 쓰는 이야기입니다. 무엇을 언제까지 어떻게 고칠지 서른 글자가 넘게 적습니다.",
        topic="children",
        region_name="솔내리",
        partner=str(town.partner),
        goal=goal,
        days_open=30,
        **{"lines-TOTAL": 1, "line0-label": "그네", "line0-amount": line, "line0-kind": "direct"},
    )


def test_every_refusal_of_giving_has_words() -> None:
    own = [one for one in vars(types).values() if isinstance(one, type) and issubclass(one, Refusal)]
    assert own
    assert faces.without_words(own, pages.SAYS) == []


def test_from_the_form_to_the_gate(town: Town) -> None:
    proposer = browser(town.proposer)
    answer = proposer.post(url("new"), draft_form(town))
    assert answer.status_code == 303, answer.content.decode()[:2000]
    page = proposer.get(answer["Location"])
    assert "아직 초안입니다" in page.content.decode()
    code = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
    assert browser().get(url("cause", code)).status_code == 404
    assert proposer.post(url("propose", code), form()).status_code == 303
    assert browser().get(url("cause", code)).status_code == 200


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(town: Town) -> None:
    answer = browser(town.proposer).post(url("new"), draft_form(town, goal=300_000, line=299_999))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "299,999" in page
    assert "윗말 놀이터 예시 고치기" in page
    assert "그네" in page
    unknown = draft_form(town) | {"region_name": "없는마을"}
    assert "그런 이름의 지역을" in browser(town.proposer).post(url("new"), unknown).content.decode()


def test_more_lines_without_any_script(town: Town) -> None:
    said = draft_form(town) | {"more_lines": "1"}
    page = browser(town.proposer).post(url("new"), said).content.decode()
    assert 'name="line3-label"' in page
    assert "그네" in page


def test_log_in_is_asked_for_and_leads_back(town: Town) -> None:
    for name in ("new", "mine"):
        answer = browser().get(url(name))
        assert answer.status_code == 303
        assert "next=" in answer["Location"]


def test_every_public_page_of_every_stage_opens(town: Town) -> None:
    stages = [
        making.proposed(town),
        making.agreed(town, 1),
        making.opened(town),
        making.closed(town, (100_000,))[0],
        making.paid_out(town, (100_000,))[0],
        making.reported(town, (60_000, 40_500), (70_000, 30_500))[0],
    ]
    people = [browser(), browser(folk.person()), browser(town.proposer), browser(town.owner), browser(town.stewards[0])]
    for cause in stages:
        code = queries.code_of(cause)
        for who in people:
            assert who.get(url("cause", code)).status_code == 200
        assert people[3].get(url("work", code)).status_code == 200
        assert people[4].get(url("vet", code)).status_code == 200
        assert people[4].get(url("agreements", code)).status_code == 200
        assert people[1].get(url("work", code)).status_code == 403
        assert people[1].get(url("vet", code)).status_code == 403


def test_lists_desks_and_funds_open(town: Town) -> None:
    box = making.opened(town)
    making.given(folk.person(), box, 5_000)
    assert browser().get(url("list")).status_code == 200
    for query in (
        "?kind=gate",
        "?kind=all&topic=elders&order=fullest",
        "?q=nothing",
        "?page=99",
        "?topic=wrong&order=x",
    ):
        assert browser().get(url("list") + query).status_code == 200
    steward = browser(town.stewards[0])
    for queue in ("", "plans", "gate", "open", "closed", "ended"):
        assert steward.get(url("desk") + f"?queue={queue}").status_code == 200
    assert steward.get(url("funds")).status_code == 200
    assert browser(town.owner).get(url("organisation", town.partner)).status_code == 200
    assert browser(folk.person()).get(url("desk")).status_code == 403
    assert browser(folk.person()).get(url("organisation", town.partner)).status_code == 403


def test_give_by_form_pay_and_see_it(town: Town) -> None:
    box, donor = making.opened(town), folk.person()
    code, mine = queries.code_of(box), browser(donor)
    answer = mine.post(url("give", code), form(amount=5_000, message="따뜻하게", name_shown="yes"))
    assert answer.status_code == 303
    order = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
    back = mine.get(url("paid", code), making.chosen(OrderId(order)))
    assert back.status_code == 303
    assert "5,000원" in mine.get(back["Location"]).content.decode()
    assert "따뜻하게" in browser().get(url("cause", code)).content.decode()
    assert "5,000원" in mine.get(url("mine")).content.decode()
    gift = queries.my_gifts(donor.person)[0].id  # type: ignore[arg-type]  # an actor of these tests is a person
    assert browser(folk.person()).get(url("gift", gift)).status_code == 404
    assert mine.post(url("take_back", gift), form(why="")).status_code == 303
    assert "돌려드렸습니다" in mine.get(url("gift", gift)).content.decode()


def test_a_gift_that_is_too_small_is_turned_back_with_words(town: Town) -> None:
    code = queries.code_of(making.opened(town))
    answer = browser(folk.person()).post(url("give", code), form(amount=5, message="x", name_shown="yes"))
    assert answer.status_code == 422


def test_the_partner_plans_and_reports_by_form(town: Town) -> None:
    box, _ = making.closed(town, (100_000,))
    code, owner = queries.code_of(box), browser(town.owner)
    lines = {"lines-TOTAL": 1, "line0-label": "난방유", "line0-amount": 99_999, "line0-kind": "direct"}
    wrong = owner.post(url("plan", code), form(**lines))
    assert wrong.status_code == 422
    assert "100,000" in wrong.content.decode()
    assert owner.post(url("plan", code), form(**(lines | {"line0-amount": 100_000}))).status_code == 303
    for steward in town.stewards:
        assert browser(steward).post(url("approve_plan", code), form(version=1)).status_code == 303
    assert browser(town.stewards[0]).post(url("pay_out", code), form()).status_code == 303
    said = form(spent_on=clock.today().isoformat(), payee="예시 석유", purpose="난방유", amount=100_000)
    bad = owner.post(url("report_line", code), said | {"proof": SimpleUploadedFile("a.exe", b"MZ bad")})
    assert bad.status_code == 422
    assert "예시 석유" in bad.content.decode()
    good = said | {faces.KEY_FIELD: key(), "proof": SimpleUploadedFile("영수증 1.html", PDF)}
    assert owner.post(url("report_line", code), good).status_code == 303
    line = queries.report_lines(box)[0].id
    proof = owner.get(url("proof", code, line))
    assert b"".join(proof.streaming_content) == PDF  # type: ignore[attr-defined]  # the client's type does not know streams
    assert unquote(proof["Content-Disposition"]).endswith("영수증 1.pdf")  # by its content, not as it was called
    assert proof["Content-Type"] == "application/pdf"
    assert browser(folk.person()).get(url("proof", code, line)).status_code == 403
    assert owner.post(url("file_report", code), form()).status_code == 303
    assert queries.card(box).state is CauseState.REPORTED


@pytest.mark.parametrize("language", ["ko", "en"])
def test_both_languages(town: Town, language: str) -> None:
    making.opened(town)
    page = browser().get(url("list"), headers={"accept-language": language}).content.decode()
    assert ("두레 모금" in page) == (language == "ko")
    assert ("Giving together" in page) == (language == "en")


def test_one_key_proposes_once_however_often_the_form_is_sent(town: Town) -> None:
    said = draft_form(town)
    proposer = browser(town.proposer)
    assert proposer.post(url("new"), said)["Location"] == proposer.post(url("new"), said)["Location"]
    assert queries.page(types.CauseFilter(proposer=town.proposer.person)).total == 1


def test_a_hidden_proposal_cannot_be_reached_by_its_verbs(town: Town) -> None:
    code = queries.code_of(making.drafted(town))
    stranger = browser(folk.person())
    for name in ("propose", "withdraw", "discard", "agree"):
        assert stranger.post(url(name, code), form()).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/giving/?page=%C2%B2",
        "/giving/?page=" + "9" * 5_000,
        "/giving/?page=0",
        "/giving/?page=-1",
        "/giving/%00/",
        "/giving/?q=%00",
        "/giving/?region=%C2%B2",
        "/giving/new/?like=%00",
        "/giving/X/paid/?orderId=%00&paymentKey=x&amount=1",
        "/giving/{code}/wall/?before=0001-01-01T00:00:00%2B23:59",
        "/giving/{code}/wall/?before=9999-12-31T23:59:59-23:59",
        "/giving/{code}/paid/?orderId=x&paymentKey=y&amount=%C2%B2",
        "/giving/{code}/paid/?orderId=x&paymentKey=y&amount=" + "9" * 5_000,
        "/giving/{code}/paid/?orderId=" + "x" * 3_000 + "&paymentKey=" + "y" * 3_000 + "&amount=1",
        "/map/?q=%00",
        "/pay/receipts/99999999/",
    ],
)
def test_an_odd_address_is_answered_and_breaks_nothing(town: Town, path: str) -> None:
    code = queries.card(making.opened(town)).code
    client = browser(folk.person())
    client.raise_request_exception = False
    assert client.get(path.replace("{code}", code)).status_code < 500


def test_an_odd_number_of_lines_loses_nothing(town: Town) -> None:
    answer = browser(town.proposer).post("/giving/new/", form(title="표본 제목", **{"lines-TOTAL": "²"}))
    assert answer.status_code == 422
    assert "표본 제목" in answer.content.decode()


def test_the_sums_of_an_open_box_ask_again_by_themselves(town: Town) -> None:
    box = making.opened(town)
    code = queries.card(box).code
    assert f'hx-get="{url("raised", code)}"' in browser().get(url("cause", code)).content.decode()
    making.given(folk.person(), box, 7_000)
    part = browser().get(url("raised", code), headers={"HX-Request": "true"}).content.decode()
    assert "7,000" in part
    assert "<html" not in part
    assert browser().get(url("raised", code)).status_code == 302, "without scripts it leads to the page"
    draft = queries.card(making.drafted(town)).code
    assert browser().get(url("raised", draft), headers={"HX-Request": "true"}).status_code == 404


def test_a_shared_address_shows_what_it_is_about(town: Town) -> None:
    box = making.opened(town, title='<b>예시</b> "겨울" 나기')
    making.given(folk.person(), box, 5_000)
    page = browser().get(url("cause", queries.code_of(box))).content.decode()
    assert '<meta property="og:title" content="&lt;b&gt;예시&lt;/b&gt; &quot;겨울&quot; 나기">' in page
    assert re.search(r'property="og:image" content="https?://[^"]+"', page)
    said = re.search(r'property="og:description" content="([^"]+)"', page)
    assert said
    assert "5,000원" in said[1]
    draft = making.drafted(town)
    own = browser(town.proposer).get(url("cause", queries.code_of(draft))).content.decode()
    assert "og:title" not in own
