"""What village broadcast does on its own, when a time has come. Each task is safe to run again, and in two places at once."""

import threading
from collections.abc import Callable
from uuid import UUID

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from dure.foundations.people.types import Actor, system
from dure.services.broadcast import actions, providers, queries
from dure.services.broadcast.names import text_of
from dure.services.broadcast.rules import studio as rules
from dure.services.broadcast.types import AnnouncementId, NoChannel, Taken, Wanted

log = structlog.get_logger(__name__)
EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "23 19 * * *"  # UTC: 04:23 in Seoul
ROUNDS_MAX = 500

_MAKING = threading.Lock()  # one voice at a time in a worker: what is on the air has the rest of it

__all__ = ["air", "air_soon", "forget_announcements", "make_voices", "make_voices_soon", "ring"]


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="broadcast.air")
def air(timestamp: int) -> int:
    """Say what is on the air to those whose turn it is. Answers how many steps were taken."""
    return _aired()


@app.task(name="broadcast.air_soon")
def air_soon() -> int:
    """The same for what was just sent, in the second from which it is not taken back any more."""
    return _aired()


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="broadcast.ring")
def ring(timestamp: int) -> int:
    """Call, or send a text to, who listens without an account; call who is to be asked for their word. Answers how many of these
    the gateway took.
    """
    by = system("broadcast.ring")
    _repeated(lambda: actions.open_households(by))
    _repeated(lambda: actions.ring_households(by))
    if (
        not settings.DURE.telephone_url
    ):  # nobody calls for us: who was entered waits, and who listens is on the head's list
        return 0
    _repeated(lambda: actions.ask_households(by))
    with translation.override(settings.LANGUAGE_CODE):
        return actions.place_rings(by, placed)


def placed(wanted: Wanted) -> Taken:
    """Have the gateway make a call, or send a text with the words of an announcement."""
    if wanted.text is None:
        return providers.place_call(wanted)
    said = queries.announcement(AnnouncementId(wanted.text))
    language = "en" if translation.get_language() == "en" else "ko"
    words = text_of(wanted.village, rules.spoken(said.kind, said.words, language), settings.DURE.telephone_number)
    return providers.send_text(wanted, words)


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="broadcast.make_voices")
def make_voices(timestamp: int) -> int:
    """Make the sound of announcements that have none. Answers how many were tried."""
    return _made()


@app.task(name="broadcast.make_voices_soon")
def make_voices_soon() -> int:
    """The same for what was just written, so that its author hears it before it is sent."""
    return _made()


def _made() -> int:
    if not _MAKING.acquire(blocking=False):  # whoever makes one goes on until nothing waits
        return 0
    try:
        by, done = system("broadcast.make_voices"), 0
        while done < ROUNDS_MAX and actions.make_voice(by, providers.made_of):
            done += 1
        return done
    finally:
        _MAKING.release()


def _aired() -> int:
    """Batch by batch, and before each one whatever came on the air meanwhile: what is urgent waits for one batch at most."""
    by, done = system("broadcast.air"), 0
    with translation.override(settings.LANGUAGE_CODE):
        wording = actions.Wording(gettext("Listen to it"), _address, gettext("If you heard it, please press 1."))

    try:
        done = _batches(by, wording)
        if _repeated(lambda: actions.learn_fates(by)):  # who was not reached goes on at once
            done += _batches(by, wording)
    except NoChannel:  # whoever runs the place has closed it: what is on the air waits, and ends
        log.info("no_channel_to_air")
    actions.lapse_asked(by)
    return done


def _batches(by: Actor, wording: actions.Wording) -> int:
    """Take what is due; answers how many steps."""
    done = 0
    for _round in range(ROUNDS_MAX):
        opened, more = actions.open_airings(by), actions.air_due(by, wording)
        done += more
        if not opened and not more:
            break
    return done


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="broadcast.forget_announcements")
def forget_announcements(timestamp: int) -> int:
    """Delete who heard what half a year ago. Answers how many rows."""
    by = system("broadcast.forget_announcements")
    return _repeated(
        lambda: (
            actions.forget_announcements(by)
            + actions.forget_voices(by)
            + actions.forget_calls(by)
            + actions.lapse_requests(by)
        )
    )


def _address(announcement: UUID) -> str:
    return reverse("broadcast:announcement", args=[announcement])


def _repeated(step: Callable[[], int]) -> int:
    """Take a step until nothing is left for it, so many times at most; answers how much was done."""
    done = 0
    for _round in range(ROUNDS_MAX):
        more = step()
        done += more
        if not more:
            break
    return done
