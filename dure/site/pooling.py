"""Between seasons and donation boxes: which boxes a season may name, and what a season gave for one. Wired in wiring.py.

Neither house knows the other. Safe to run again; in any order, for the box is read as it stands.
"""

from uuid import UUID

from dure.base.refusals import NotFound
from dure.foundations.people.types import OrganisationId, system
from dure.services.giving import actions as giving_actions
from dure.services.giving import queries as giving
from dure.services.giving.types import (
    BoxClosed,
    BoxExtended,
    BoxId,
    BoxNotOpen,
    BoxOpened,
    BoxStopped,
    CauseState,
    PooledGift,
    PooledReturned,
    RegistrationNeeded,
)
from dure.services.pledges import actions as pledges
from dure.services.pledges.types import GiftsPooled, OpenBox

BY = system("site.pooling")
STOPPED = (CauseState.STOPPED, CauseState.REFUNDED)


def box_moved(news: BoxOpened | BoxExtended | BoxClosed | BoxStopped, news_id: UUID) -> None:
    """A box that is open can be named by a season; any other cannot."""
    card = giving.card(news.box)
    if card.state is CauseState.OPEN and card.closes_at is not None:
        pledges.note_box(BY, OpenBox(card.id, OrganisationId(card.partner), card.title, card.closes_at))
    else:
        pledges.drop_box(BY, news.box, is_stopped=card.state in STOPPED)


def fill_box(news: GiftsPooled, news_id: UUID) -> None:
    """The box takes what a season gave for it; where it cannot, its organisation is paid instead."""
    sum_of_many = PooledGift(
        id=news.pool, box=BoxId(news.box), account=news.account, amount=news.won, title=news.season
    )
    try:
        giving_actions.take_pooled(BY, sum_of_many)
    except (BoxNotOpen, RegistrationNeeded, NotFound):
        pledges.drop_pool(BY, news.pool, is_stopped=_is_stopped(news.box))


def pool_returned(news: PooledReturned, news_id: UUID) -> None:
    """The box was stopped: what it had of a season stays until somebody decides."""
    pledges.drop_pool(BY, news.pooled, is_stopped=True)


def _is_stopped(box: UUID) -> bool:
    try:
        return giving.card(box).state in STOPPED
    except NotFound:
        return True
