"""A partner learns that it is asked, and asked anew: by letter to its owners."""

from django.core.mail import EmailMessage

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.kit.models import News
from dure.services.giving import actions, queries, tasks
from dure.services.giving.types import PartnerAsked

from . import making
from .making import Town, key
from .strategies import draft


def test_owners_of_a_partner_are_told_that_it_is_asked_and_asked_anew(
    town: Town, mailoutbox: list[EmailMessage]
) -> None:
    cause = making.drafted(town, 1_000_000)
    actions.propose(town.proposer, cause, key=key())
    tasks.write_partner_asked(PartnerAsked(cause, town.partner, False, clock.now()), cause)
    (letter,) = mailoutbox
    assert "맡" in letter.subject
    assert letter.to == [people.profile(folk.id_of(town.owner)).email]
    assert queries.code_of(cause) in letter.body
    actions.answer_as_partner(town.owner, cause, True, key=key())
    actions.agree(folk.person(), cause, key=key())
    actions.ask_work(town.stewards[0], cause, "Say for whom.", key=key())
    actions.edit(town.proposer, cause, draft(900_000, town.partner, town.region), key=key())
    news = News.objects.filter(kind="giving.PartnerAsked").order_by("id")
    assert [one.body["anew"] for one in news] == [False, True]
    mailoutbox.clear()
    tasks.write_partner_asked(PartnerAsked(cause, town.partner, True, clock.now()), cause)
    assert "다시" in mailoutbox[0].body
    actions.answer_as_partner(town.owner, cause, False, key=key())
    mailoutbox.clear()
    tasks.write_partner_asked(PartnerAsked(cause, town.partner, True, clock.now()), cause)
    assert mailoutbox == [], "answered meanwhile"
