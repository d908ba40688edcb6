"""Mail in a demonstration without a mail server: written under var/mail like the letters of accounts, and shown on their page."""

import smtplib
from collections.abc import Sequence

from django.core.mail import EmailMessage

from dure.foundations.channels.rules import dealing
from dure.foundations.channels.rules.dealer_codes import NOT_HEARD
from dure.foundations.channels.types import AttemptState, Carriage, Outcome, Route

from .carrying import outcome

MANY_MAX = 100
A_SECOND = 100


class Letters:
    """The dealer of mail where nothing is really sent."""

    dealer = "letters"
    many_max = MANY_MAX
    a_second = A_SECOND
    routes = frozenset({Route.MAIL})

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        return [self._written(one) for one in batch]

    def _written(self, one: Carriage) -> Outcome:
        subject = " ".join((dealing.heading(one.content) or one.sender).split())
        text = "\n\n".join(filter(None, (dealing.plain(one.content), one.link))) + "\n"
        headers = {"List-Unsubscribe": f"<{one.leave_link}>"} if one.leave_link else {}
        try:
            EmailMessage(subject, text, self._sender, [str(one.to)], headers=headers).send()
        except (OSError, smtplib.SMTPException):
            return outcome(one.key, NOT_HEARD)
        return Outcome(key=one.key, state=AttemptState.ACCEPTED)
