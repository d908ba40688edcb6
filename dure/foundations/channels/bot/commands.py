"""What every channel's bot answers: who it is, how to leave, how to reach a person, and what to say when it knows nothing."""

from django.urls import reverse
from django.utils.translation import gettext

from dure.foundations.channels import queries
from dure.foundations.channels.types import Answer, AskedIn, Button, ButtonKind, Card, Command, Content, Said, Text


def about(said: Said) -> Answer:
    """Who speaks here, and how to reach them otherwise."""
    channel = queries.channel(said.channel)
    words = "\n".join(part for part in (channel.about[:200], channel.contact) if part)
    return Content((Card(channel.name, words or gettext("It has not written anything about itself yet.")),))


def leave(said: Said) -> Answer:
    """How to leave the channel: one tap, nothing else."""
    channel = queries.channel(said.channel)
    words = gettext(
        "You leave with one tap on the channel's page. Nothing comes any more from that moment, and you can come back."
    )
    page = Button(gettext("To its page"), ButtonKind.LINK, f"{reverse('channels:inbox')[:-6]}{channel.handle}/")
    return Content((Text(words),), (page,))


def person(said: Said) -> Answer:
    """A human being. In our inbox the conversation then waits for staff; elsewhere only the contact helps."""
    if said.asked_in is AskedIn.INBOX:
        return Content((Text(gettext("I have called somebody. They will write to you here; you need not stay.")),))
    contact = queries.channel(said.channel).contact
    return Content((Text(gettext("You reach a person here: {contact}").format(contact=contact or "-")),))


def fallback(said: Said) -> Answer:
    """What is said when nobody knows an answer."""
    words = gettext("I did not understand that. Choose below, or ask for a person.")
    if said.asked_in is AskedIn.SKILL:
        return Content((Text(words),))
    return Content((Text(words),), (Button(gettext("Ask for a person"), ButtonKind.ACTION, "channels.person"),))


COMMANDS = (
    Command("channels.person", person, ("상담원", "사람", "직원", "person", "human"), ""),
    Command("channels.leave", leave, ("나가기", "친구 끊기", "그만 받기", "차단", "수신거부", "leave"), "나가기"),
    Command("channels.about", about, ("소개", "연락처", "전화번호", "위치", "about", "contact"), "소개"),
    Command("channels.fallback", fallback),
)
