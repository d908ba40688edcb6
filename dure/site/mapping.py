"""From news to the map: which open boxes stand where. Wired in wiring.py; safe to run again, in any order."""

from uuid import UUID

from dure.foundations.people.types import system
from dure.foundations.places import actions, queries
from dure.foundations.places.types import PointDraft
from dure.services.giving import queries as giving
from dure.services.giving.types import BoxClosed, BoxOpened, BoxStopped, CauseState

BOX = "box"
BY = system("site.mapping")


def box_opened(news: BoxOpened, news_id: UUID) -> None:
    """An open box stands in the middle of its region; nobody's door is pointed at."""
    card = giving.card(news.box)
    region = queries.regions([card.region]).get(card.region)
    if card.state is CauseState.OPEN and region is not None and region.centre is not None:
        actions.put_points(BY, [PointDraft(BOX, news.box, card.title, region.centre, region.code)])


def box_ended(news: BoxClosed | BoxStopped, news_id: UUID) -> None:
    """A box that takes no more gifts is taken off."""
    point = queries.point_of(BOX, news.box)
    if point is not None:
        actions.remove_point(BY, point.id)
