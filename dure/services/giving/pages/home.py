"""What giving shows on the home page: first what waits for this person, then boxes, causes at the gate and new reports."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import show
from dure.kit.ui.home import HomeCard
from dure.services.giving import queries
from dure.services.giving.types import CauseCard, CauseFilter, CauseState, Queue

from .common import actor
from .words import TASKS

BOXES_SHOWN = 6
REPORTS_SHOWN = 3
TASKS_SHOWN = 5
OWN_SHOWN = 3


def home_cards(request: HttpRequest) -> Sequence[HomeCard]:
    """What waits for whoever looks comes first."""
    by = actor(request)
    return [*_waiting(by), *_running(), *_reported()]


def _waiting(by: Actor) -> Iterator[HomeCard]:
    """Tasks: as a proposer, for a partner, as a steward. Whoever does none of this has none."""
    badge = gettext("your turn")
    if by.person is not None:
        mine = queries.page(CauseFilter(proposer=by.person, states=(CauseState.NEEDS_WORK,)))
        for one in mine.cards[:OWN_SHOWN]:
            yield _task(one, gettext("Please rework it"), reverse("giving:cause", args=[one.code]), badge)
    for organisation in people.organisations(organisation for organisation, _ in by.memberships):
        for one, want in queries.partner_tasks(organisation)[:TASKS_SHOWN]:
            yield _task(one, str(TASKS[want]), reverse("giving:work", args=[one.code]), badge)
    if by.is_steward:
        yield from _queues(by, badge)


def _task(card: CauseCard, what: str, href: str, badge: str) -> HomeCard:
    return HomeCard(title=card.title, note=what, href=href, sign="clock", badge=badge, mark=True)


def _queues(by: Actor, badge: str) -> Iterator[HomeCard]:
    counts, desk = queries.queue_counts(by), reverse("giving:desk")
    queues = (
        (counts.vetting, ngettext("{n} proposal to check", "{n} proposals to check", counts.vetting), desk),
        (
            counts.plans,
            ngettext("{n} plan to approve", "{n} plans to approve", counts.plans),
            f"{desk}?queue={Queue.PLANS.value}",
        ),
        (
            counts.objections,
            ngettext(
                "Readers object to words in {n} place", "Readers object to words in {n} places", counts.objections
            ),
            desk,
        ),
    )
    for count, said, href in queues:
        if count:
            title = said.format(n=show.count(count))
            yield HomeCard(title=title, note=gettext("Stewards' desk"), href=href, sign="desk", badge=badge, mark=True)


def _running() -> Iterator[HomeCard]:
    """Open boxes and causes at the gate, the newest first."""
    for one in queries.page(CauseFilter(states=(CauseState.OPEN, CauseState.PROPOSED))).cards[:BOXES_SHOWN]:
        if one.state is CauseState.OPEN:
            note = gettext("{won} · {percent} of the goal").format(
                won=show.money(one.totals.raised), percent=show.percent(one.totals.raised, one.goal)
            )
        else:
            note = gettext("{n} of {all} people agree").format(
                n=show.count(one.agreements), all=show.count(one.agreements_needed)
            )
        emergency = one.emergency and one.opens_at is not None  # before that it is only claimed
        yield HomeCard(
            title=one.title,
            note=note,
            href=reverse("giving:cause", args=[one.code]),
            sign="gift" if one.state is CauseState.OPEN else "hand",
            when=one.opens_at,
            badge=gettext("emergency") if emergency else "",
            mark=emergency,
        )


def _reported() -> Iterator[HomeCard]:
    """The newest reports: what became of what people gave."""
    cards = queries.newly_reported(REPORTS_SHOWN)
    at = queries.changed_at(one.id for one in cards)
    for one in cards:
        note = gettext("{won} used and reported to the last won").format(won=show.money(one.totals.spent))
        href = reverse("giving:cause", args=[one.code])
        yield HomeCard(title=one.title, note=note, href=href, sign="receipt", when=at.get(one.id))
