"""Donors hear what became of their gifts: one letter a box, only who agreed to letters, and on their own page."""

from django.core.mail import EmailMessage

from dure.base import clock
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.rules import text_for
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, Origin
from dure.kit import tx
from dure.kit.visiting import browser
from dure.services.giving import actions, queries, tasks
from dure.services.giving.types import PayoutPaid

from . import making
from .making import Town, key
from .test_pages import url

ORIGIN = Origin(face="page", language="ko")


def agreeing() -> Actor:
    donor = folk.person()
    text = text_for("letters")
    assert text is not None
    with tx.durable():
        people_actions.give_consent(donor, "letters", text.version, ORIGIN)
    return donor


def test_each_donor_who_agreed_reads_one_letter_a_box(town: Town, mailoutbox: list[EmailMessage]) -> None:
    reader, silent, regretting = agreeing(), folk.person(), agreeing()
    box = making.opened(town, 100_000)
    for donor, won in ((reader, 30_000), (reader, 20_000), (silent, 40_000), (regretting, 10_000)):
        making.given(donor, box, won)
    actions.close(town.owner, box, key=key())
    actions.revise_plan(town.owner, box, (making.line("oil", 100_000),), key=key())
    for steward in town.stewards:
        making.approve(steward, box)
    actions.pay_out(town.stewards[0], box, key=key())
    mailoutbox.clear()
    news = PayoutPaid(box, town.partner, 100_000, clock.today(), clock.now())
    for _ in range(2):  # news may come twice
        tasks.write_donors(news, box)
    with tx.durable():
        people_actions.withdraw_consent(regretting, "letters", ORIGIN)
    assert tasks.send_letters(0) == 1
    assert tasks.send_letters(0) == 0
    (letter,) = mailoutbox
    assert letter.to == [people.profile(folk.id_of(reader)).email]
    assert "지급" in letter.subject
    assert "50,000원" in letter.body
    assert "/me/consents/" in letter.body
    assert queries.code_of(box) in letter.body


def test_the_own_page_says_what_became_of_each_gift(town: Town) -> None:
    donor = folk.person()
    box = making.opened(town)
    making.given(donor, box, 1_000)
    assert "모금함이 열려 있고" in browser(donor).get(url("mine")).content.decode()
