"""What comes too late or too early is said at once: a gift taken back after the payout, a use dated before the box."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import OrganisationId
from dure.kit.visiting import browser, form
from dure.services.giving import actions, queries
from dure.services.giving.types import BoxId, PaidOutAlready

from . import making
from .making import PDF, Town, key
from .test_pages import url


def test_after_the_payout_the_page_says_at_once_that_it_is_too_late_and_whom_to_ask(town: Town) -> None:
    donor = folk.person()
    box = making.opened(town, 100_000)
    gift = making.given(donor, box, 100_000)
    page = url("take_back", gift.id)
    assert 'name="why"' in browser(donor).get(page).content.decode()
    actions.close(town.owner, box, key=key())
    actions.revise_plan(town.owner, box, (making.line("oil", 100_000),), key=key())
    for steward in town.stewards:
        making.approve(steward, box)
    actions.pay_out(town.stewards[0], box, key=key())
    text = browser(donor).get(page).content.decode()
    assert 'name="why"' not in text
    assert people.organisation(OrganisationId(town.partner)).contact_email in text
    assert "이제 이 기부는 돌려받을 수 없습니다" in text
    assert page in browser(donor).get(url("gift", gift.id)).content.decode()
    assert browser(donor).post(page, form(why="")).status_code == 409
    with pytest.raises(PaidOutAlready):
        actions.refund_gift(donor, gift.id, "", key=key())


def test_a_use_is_not_dated_before_the_box_opened(town: Town) -> None:
    box, _gifts = making.paid_out(town, (100_000,))
    code, before = queries.code_of(box), clock.today() - timedelta(days=1)
    with pytest.raises(BadValue) as early:
        actions.add_report_line(town.owner, BoxId(box), before, ("가게", "기름", 1), ("a.pdf", PDF), key=key())
    assert early.value.reason == "before_opening"
    said = form(spent_on=before.isoformat(), payee="가게", purpose="기름", amount=1)
    refused = browser(town.owner).post(url("report_line", code), said | {"proof": SimpleUploadedFile("a.pdf", PDF)})
    assert "모금함이 열리기 전에는" in refused.content.decode()


def test_the_way_to_report_words_is_folded_away_and_named_for_screen_readers(town: Town) -> None:
    box = making.opened(town)
    making.given(folk.person("이웃"), box, 1_000, words=("힘내세요", True))
    text = browser(folk.person()).get(url("cause", queries.code_of(box))).content.decode()
    menu = text[text.index('<details class="more">') :].split("</details>")[0]
    assert 'aria-label="이웃님의 글에 할 수 있는 일"' in menu
    assert "object/" in menu
    assert "object/" not in browser().get(url("cause", queries.code_of(box))).content.decode()
