"""What the identity party does by itself: make its keys, hand over the one for checking, tell the visit party of its places."""

import structlog
from django.conf import settings
from django.utils import translation
from procrastinate.contrib.django import app

from dure.base.actors import system
from dure.base.refusals import Refusal
from dure.foundations.channels.types import Content, Text
from dure.kit import peers
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.actions import identity_spoken as spoken
from dure.services.checkin.actions import identity_tracing as tracing
from dure.services.checkin.names import FORGOTTEN
from dure.services.checkin.types import Party

from . import days

BY = system("checkin.tell_register")
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.tell_register")
def tell_register(timestamp: int) -> None:
    """Tell it within a minute, and again the next minute where it did not answer."""
    if not peers.url_of(Party.VISITS):
        return
    try:
        actions.tell_register(BY)
    except Refusal as refusal:
        log.warning("register_waits", why=refusal.code)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.begin_days")
def begin_days(timestamp: int) -> None:
    """Make the keys that are missing, and hand over what the visit party needs; again the next minute where it did not answer."""
    if not days.begin(Party.IDENTITY) or not peers.url_of(Party.VISITS):
        return
    try:
        actions.hand_over(days.BY)
    except Refusal as refusal:
        log.warning("passes_wait", why=refusal.code)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.hand_spoken")
def hand_spoken(timestamp: int) -> None:
    """Hand over codes to read out that the visit party does not have yet; again the next minute where it did not answer."""
    if not peers.url_of(Party.VISITS):
        return
    try:
        spoken.hand_spoken(BY)
    except Refusal as refusal:
        log.warning("spoken_wait", why=refusal.code)


@app.periodic(cron="11 * * * *")
@app.task(queueing_lock="checkin.forget_told")
def forget_told(timestamp: int) -> None:
    """Forget who was told, and what, of days past their 28."""
    with translation.override(settings.LANGUAGE_CODE):
        instead = Content((Text(str(FORGOTTEN)),))
    tracing.forget_told(BY, instead)
