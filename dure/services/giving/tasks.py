"""What giving does by itself. Each task is safe to run again."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrgRole, PersonId, system
from dure.services.giving import actions, queries
from dure.services.giving.types import LetterKind, PartnerAsked, PayoutPaid, RegularPaused, ReportFiled

EVERY_MINUTE = "* * * * *"
LETTERS_PER_MINUTE = 300
EVERY_HOUR = "7 * * * *"
EVERY_NIGHT = "37 4 * * *"


def write_partner_asked(news: PartnerAsked, news_id: UUID) -> None:
    """Ask the owners of an organisation by letter, as long as it has not answered. A retry may send it twice."""
    found = (card for card, want in queries.partner_tasks(news.partner) if card.id == news.cause)
    card = next(found, None)
    if card is None:  # answered meanwhile
        return
    address = settings.DURE.origin + reverse("giving:cause", args=[card.code])
    for owner in sorted(people.member_ids(news.partner, role=OrgRole.OWNER)):
        profile = people.profile(owner)
        with translation.override(profile.language):
            context = {"card": card, "anew": news.anew, "address": address}
            subject = render_to_string("giving/letters/partner_asked_subject.txt", context)
            text = render_to_string("giving/letters/partner_asked.txt", context)
        EmailMessage(
            " ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [profile.email]
        ).send()


def write_donors(news: PayoutPaid | ReportFiled, news_id: UUID) -> None:
    """Donors hear what became of their gifts: at the payout, and when every won is reported."""
    kind = LetterKind.PAID_OUT if isinstance(news, PayoutPaid) else LetterKind.REPORTED
    actions.write_donors(system("giving.write_donors"), news.box, kind)


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="giving.send_letters")
def send_letters(timestamp: int) -> int:
    """Send the next letters to donors."""
    letters = actions.take_letters(system("giving.send_letters"), LETTERS_PER_MINUTE)
    for letter in letters:
        profile, card = people.profile(PersonId(letter.donor)), queries.card(letter.box)
        with translation.override(profile.language):
            context = {
                "card": card,
                "kind": letter.kind,
                "sum": queries.given_to(letter.donor, letter.box),
                "mine": settings.DURE.origin + reverse("giving:mine"),
                "address": settings.DURE.origin + reverse("giving:cause", args=[card.code]),
                "consents": settings.DURE.origin + reverse("people:consents"),
            }
            subject = render_to_string("giving/letters/became_subject.txt", context)
            text = render_to_string("giving/letters/became.txt", context)
        EmailMessage(
            " ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [profile.email]
        ).send()
    return len(letters)


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="giving.close_due")
def close_due(timestamp: int) -> int:
    """Close boxes whose time is over."""
    return actions.close_due(system("giving.close_due"))


@app.periodic(cron=EVERY_HOUR)
@app.task(queueing_lock="giving.end_missed_gates")
def end_missed_gates(timestamp: int) -> int:
    """End proposals whose time at the gate is over."""
    return actions.end_missed_gates(system("giving.end_missed_gates"))


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="giving.refund_stopped")
def refund_stopped(timestamp: int) -> int:
    """Go on giving back the gifts of stopped boxes."""
    return actions.refund_all_stopped(system("giving.refund_all_stopped"))


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="giving.forget")
def forget(timestamp: int) -> int:
    """Erase what is kept for a while only."""
    return actions.forget(system("giving.forget"), clock.now())


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="giving.sweep_files")
def sweep_files(timestamp: int) -> int:
    """Delete pictures and proofs that nothing refers to."""
    return actions.sweep_files(system("giving.sweep_files"))


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="giving.charge_regular", lock="giving.charge_regular")
def charge_regular(timestamp: int) -> int:
    """Charge the regular gifts that are due, and go on with those that are not settled."""
    return actions.charge_regular(system("giving.charge_regular"))


def write_regular_paused(news: RegularPaused, news_id: UUID) -> None:
    """Tell a donor by letter that their regular gift rests, because the card was refused. A retry may send it twice."""
    profile, regular = people.profile(PersonId(news.donor)), queries.my_regular(people.actor(news.donor), news.regular)
    with translation.override(profile.language):
        address = settings.DURE.origin + reverse("giving:regular", args=[regular.id])
        context = {"regular": regular, "address": address}
        subject = render_to_string("giving/letters/regular_paused_subject.txt", context)
        text = render_to_string("giving/letters/regular_paused.txt", context)
    EmailMessage(" ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [profile.email]).send()
