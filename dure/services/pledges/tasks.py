"""What pledges does on its own, when a time has come. Each task is safe to run again."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.channels.types import AdFormWrong, AdLooksLikeInfo, ContentTooLong
from dure.foundations.people.types import PersonId, system
from dure.kit import show
from dure.kit.faces import Words
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import reminding
from dure.services.pledges.types import (
    AppealHeard,
    DisputeDecided,
    MeetingCalled,
    MeetingCancelled,
    MeetingId,
    MeetingMoved,
    MeetingSeatGiven,
    PlaceOffered,
    PledgeId,
    PledgeMade,
    ProjectCancelled,
    ProjectId,
    ProofRejected,
    SeasonId,
    SeasonSettled,
)

EVERY_MINUTE = "* * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"
IN_HALF_HOURS = "0,5,10,15,20,25 * * * *"  # UTC, whose hours begin with those of Seoul
EVERY_WEEK = "41 1 * * 1"  # UTC: Monday, 10:41 in Seoul
EVERY_NIGHT = "7 19 * * *"  # UTC: 04:07 in Seoul
ROUNDS_MAX = 200
WAIT_SECONDS = 0.2  # for the next batch of the books
log = structlog.get_logger(__name__)

__all__ = [
    "forget_proofs",
    "forget_words",
    "lapse_offers",
    "pay_receivers",
    "remind",
    "return_deposits",
    "settle_seasons",
    "sweep_files",
    "sweep_reminders",
]


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(queueing_lock="pledges.lapse_offers")
def lapse_offers(timestamp: int) -> int:
    """Hand places that were kept and not taken to the next on the list. Answers how many lapsed."""
    return actions.lapse_offers(system("pledges.lapse_offers"))


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="pledges.settle_seasons")
def settle_seasons(timestamp: int) -> int:
    """Make the books of seasons that a steward has begun to settle. Answers how many deposits."""
    by, done = system("pledges.settle_seasons"), 0
    for season in queries.seasons_settling():
        for _round in range(ROUNDS_MAX):
            more = actions.settle_next(by, season)
            done += more
            if not more:
                break
    return done


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="pledges.return_deposits")
def return_deposits(timestamp: int) -> int:
    """Hand refunds over, also those of seasons whose books are being made meanwhile. Answers how many."""
    by, done = system("pledges.return_deposits"), 0
    for _round in range(ROUNDS_MAX):
        is_over = not queries.seasons_settling()
        more = sum(actions.return_deposits(by, season) for season in queries.seasons_with_refunds())
        done += more
        if not more and is_over:
            break
        if not more:
            time.sleep(WAIT_SECONDS)
    return done


@app.periodic(cron=EVERY_WEEK)
@app.task(queueing_lock="pledges.pay_receivers")
def pay_receivers(timestamp: int) -> int:
    """Ask that receivers are paid at their banks what they received. Answers how many."""
    return actions.ask_payouts(system("pledges.pay_receivers"))


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="pledges.forget_proofs")
def forget_proofs(timestamp: int) -> int:
    """Delete what proved the days of seasons settled half a year ago. Answers how many proofs were emptied."""
    by, done = system("pledges.forget_proofs"), 0
    for _round in range(ROUNDS_MAX):
        more = actions.forget_proofs(by)
        done += more
        if not more:
            break
    return done


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="pledges.forget_words")
def forget_words(timestamp: int) -> int:
    """Delete what was said under proofs of seasons settled half a year ago. Answers how many comments and cheers."""
    by, done = system("pledges.forget_words"), 0
    for _round in range(ROUNDS_MAX):
        more = actions.forget_words(by)
        done += more
        if not more:
            break
    return done


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="pledges.sweep_files")
def sweep_files(timestamp: int) -> int:
    """Delete pictures that no proof has any more. Answers how many."""
    return actions.sweep_files(system("pledges.sweep_files"))


@app.periodic(cron=IN_HALF_HOURS)
@app.task(queueing_lock="pledges.remind")
def remind(timestamp: int) -> int:
    """Remind those who asked for it of a day that they have not proved yet. Answers how many people."""
    done = 0
    with translation.override(settings.LANGUAGE_CODE):
        letter = actions.Letter(
            key="reminder",
            text=gettext("Today still waits for your proof: #{names}"),
            about=None,
            label=gettext("To my projects"),
            address=reverse("pledges:mine"),
        )
        for _round in range(ROUNDS_MAX):
            more = len(actions.remind(system("pledges.remind"), letter, _named))
            done += more
            if not more:
                break
    return done


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="pledges.sweep_reminders")
def sweep_reminders(timestamp: int) -> int:
    """Forget whom we reminded a week ago. Answers how many rows."""
    return actions.sweep_reminders(system("pledges.sweep_reminders"))


def _named(titles: Sequence[str]) -> str:
    """Some titles in a line; where they had better not be said, that it is one's own project."""
    if not titles:
        return gettext("Your project")
    line = ", ".join(titles[: reminding.NAMED_MAX])
    more = len(titles) - reminding.NAMED_MAX
    return gettext("{names} and {n} more").format(names=line, n=more) if more > 0 else line


# What follows from news: people hear what became of what they asked for. Each is safe to run again: a letter has a key.


def greet(news: PledgeMade, news_id: UUID) -> None:
    """Who is in hears from the channel from now on."""
    actions.bring_along(actions.TELLER, PersonId(news.person))


def tell_place(news: PlaceOffered, news_id: UUID) -> None:
    """A place is kept for somebody: until when."""
    actions.bring_along(actions.TELLER, PersonId(news.person))
    _tell(
        f"place:{news_id.hex}",
        ProjectId(news.project),
        lambda name: gettext("{name}: a place is kept for you until {until}.").format(
            name=name, until=show.moment(news.until)
        ),
        (_("Take the place"), reverse("pledges:pledge", args=[news.pledge])),
        [PersonId(news.person)],
    )


def tell_rejected(news: ProofRejected, news_id: UUID) -> None:
    """A day does not count, and one may appeal."""
    _tell(
        f"rejected:{news_id.hex}",
        queries.pledge(PledgeId(news.pledge)).project,
        lambda name: gettext("{name}: day {day} does not count. Read why; you can ask a steward to look at it.").format(
            name=name, day=news.day
        ),
        (_("Read why"), reverse("pledges:pledge", args=[news.pledge])),
        [PersonId(news.person)],
    )


def tell_heard(news: AppealHeard, news_id: UUID) -> None:
    """What a steward decided on an appeal."""

    def words(name: str) -> str:
        if news.upheld:
            return gettext("{name}: a steward decided on your appeal. Day {day} counts.").format(
                name=name, day=news.day
            )
        said = gettext("{name}: a steward decided on your appeal. Day {day} does not count.")
        return said.format(name=name, day=news.day)

    _tell(
        f"heard:{news_id.hex}",
        queries.pledge(PledgeId(news.pledge)).project,
        words,
        (_("To my hundred days"), reverse("pledges:pledge", args=[news.pledge])),
        [PersonId(news.person)],
    )


def tell_dispute(news: DisputeDecided, news_id: UUID) -> None:
    """What two stewards decided on a settled count; the sum stands on the page."""

    def words(name: str) -> str:
        if news.upheld and not news.kept:
            return gettext(
                "{name}: two stewards decided on your dispute. These days count; the number of days you kept stays the same."
            ).format(name=name)
        if news.upheld and not news.refund:
            return gettext(
                "{name}: two stewards decided on your dispute. Days count after all; all of your deposit was yours before."
            ).format(name=name)
        if news.upheld:
            return gettext(
                "{name}: two stewards decided on your dispute. Days count after all; the account is put right."
            ).format(name=name)
        return gettext("{name}: two stewards decided on your dispute. It stays as it was settled.").format(name=name)

    _tell(
        f"dispute:{news.dispute.hex}",
        queries.pledge(PledgeId(news.pledge)).project,
        words,
        (_("Read why"), reverse("pledges:dispute", args=[news.pledge])),
        [PersonId(news.person)],
    )


def tell_cancelled(news: ProjectCancelled, news_id: UUID) -> None:
    """A project does not go on; what was paid goes back."""
    project = ProjectId(news.project)
    _tell(
        f"cancelled:{news.project.hex}",
        project,
        lambda name: gettext("{name}: the project was cancelled. All that was paid for it goes back.").format(
            name=name
        ),
        (_("To my projects"), reverse("pledges:mine")),
        queries.cancelled_in(project),
    )


def tell_meeting(news: MeetingCalled, news_id: UUID) -> None:
    """A meeting is called: whoever goes on is asked whether they come."""
    _tell_of_meeting(
        news_id,
        MeetingId(news.meeting),
        _("{name}: a meeting is called for {when}. Please say whether you come."),
        [one for one in queries.going_on(ProjectId(news.project)) if one != news.by],
    )


def tell_meeting_moved(news: MeetingMoved, news_id: UUID) -> None:
    """Time or place changed: whoever wanted to come, and did not say anew since, is asked again."""
    said = _("{name}: time or place of the meeting changed, it is on {when} now. Please say again whether you come.")
    _tell_of_meeting(news_id, MeetingId(news.meeting), said, queries.asked_again(MeetingId(news.meeting)))


def tell_meeting_off(news: MeetingCancelled, news_id: UUID) -> None:
    """A meeting does not take place: whoever wanted to come hears of it."""
    persons = [one for one in queries.wanting(MeetingId(news.meeting)) if one != news.by]
    said = _("{name}: the meeting on {when} does not take place. Read why.")
    _tell_of_meeting(news_id, MeetingId(news.meeting), said, persons)


def tell_seat(news: MeetingSeatGiven, news_id: UUID) -> None:
    """Somebody on the list has a place now."""
    said = _("{name}: a place came free, you can come to the meeting on {when}.")
    _tell_of_meeting(news_id, MeetingId(news.meeting), said, [PersonId(news.person)])


def _tell_of_meeting(news_id: UUID, meeting: MeetingId, words: Words, persons: Sequence[PersonId]) -> None:
    """Write about a meeting by project and time, as long as it has not begun; what its leader wrote stands on its page."""
    try:
        found = queries.meeting(meeting)
    except NotFound:  # forgotten meanwhile
        return
    if clock.now() >= found.starts_at:
        return
    _tell(
        f"meeting:{news_id.hex}",
        found.project,
        lambda name: str(words).format(name=name, when=show.moment(found.starts_at)),
        (_("To the meeting"), reverse("pledges:meeting", args=[meeting])),
        persons,
        until=found.starts_at,
    )


def tell_settled(news: SeasonSettled, news_id: UUID) -> None:
    """What became of one's own deposits: each person hears their own sums. One sending, however many people."""
    sums = queries.settled_of(SeasonId(news.season))
    with translation.override(settings.LANGUAGE_CODE):
        letter = actions.Letter(
            key=f"settled:{news.season.hex}",
            text=gettext("The season is settled. #{back} come back to you, #{given} were given."),
            about=news.season,
            label=gettext("To my projects"),
            address=reverse("pledges:mine"),
            variables={
                person: {"back": show.money(one.refund), "given": show.money(one.donation)}
                for person, one in sums.items()
            },
        )
    actions.tell(actions.TELLER, letter, tuple(sums))


def _tell(
    key: str,
    project: ProjectId,
    words: Callable[[str], str],
    button: tuple[Words, str],
    persons: Sequence[PersonId],
    until: datetime | None = None,
) -> None:
    """Write about a project by its title; by none, where the title reads like an offer. After `until` it is not delivered."""
    with translation.override(settings.LANGUAGE_CODE):
        for name in (queries.project(project).title, gettext("Your project")):
            letter = actions.Letter(key, words(name), project, str(button[0]), button[1], expires_at=until)
            try:
                actions.tell(actions.TELLER, letter, persons)
            except (AdFormWrong, AdLooksLikeInfo, ContentTooLong) as refusal:
                log.warning("pledges_title_not_told", project=str(project), code=refusal.code)
            else:
                return
