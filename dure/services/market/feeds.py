"""Open data of market: markets and shops as tables (CSV), new coupons as a feed (Atom, RFC 4287). No account, no person in it."""

import csv
from collections.abc import Iterable, Iterator
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.services.market import queries
from dure.services.market.names import offer_line, offer_words
from dure.services.market.types import Market, MarketId, Shop

FEED_SIZE = 40
BYTE_ORDER_MARK = "\ufeff"  # without it a common spreadsheet reads Korean as noise
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_XML = dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF))
MARKET_COLUMNS = (
    *("code", "name", "rhythm", "days", "road_address", "lot_address", "latitude", "longitude", "region"),
    *("stalls", "since", "listed_on", "page"),
)
SHOP_COLUMNS = ("code", "name", "sells", "market_code", "market", "stall", "opened_on", "page")


@require_safe
def markets_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every market of the list, with the address of its page."""
    return _table("markets", MARKET_COLUMNS, (_market(one) for one in queries.all_markets()))


@require_safe
def shops_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every shop that is open here. Telephone numbers stay on the shops' own pages: a table of them is for calling people up."""
    names = {one.id: one for one in queries.all_markets()}
    return _table("shops", SHOP_COLUMNS, (_shop(one, names) for one in queries.open_shops()))


@require_safe
def offers_feed(request: HttpRequest) -> HttpResponse:
    """Coupons that anybody can take, the newest first."""
    feed = Atom1Feed(
        title=gettext("Markets and shops: new coupons"),
        link=_address("markets"),
        description=gettext("Coupons that anybody can take at markets and shops here."),
        language=getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        author_name=(settings.DURE.operator_name or gettext("Dure")).translate(NOT_IN_XML),
        feed_url=_address("offers_feed"),
    )
    for one in queries.newest_offers(FEED_SIZE):
        said = " · ".join(part for part in (offer_words(one.offer), offer_line(one.offer), one.terms) if part)
        feed.add_item(
            title=f"{one.issuer}: {one.title}".translate(NOT_IN_XML),
            link=_address("campaign", one.code),
            description=escape(said.translate(NOT_IN_XML)),  # a summary is HTML; what people write is text
            unique_id=f"urn:uuid:{one.id}",
            pubdate=one.made_at,
            updateddate=one.made_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


class _Line:
    """What `csv` writes into: hands each line on."""

    def write(self, line: str) -> str:
        return line


def _table(name: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> StreamingHttpResponse:
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + writer.writerow(columns)
        for row in rows:
            yield writer.writerow([_cell(value) for value in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dure-{name}.csv"'
    return answer


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula is marked as text; shops choose their names themselves."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _market(one: Market) -> tuple[object, ...]:
    lat, lon = (one.at.lat, one.at.lon) if one.at else ("", "")
    days = " ".join(str(day) for day in one.days)
    where = (one.road_address, one.lot_address, lat, lon, one.region)
    since = one.since or ""
    return (
        one.code,
        one.name,
        one.rhythm.value,
        days,
        *where,
        one.stalls or "",
        since,
        one.listed_on,
        _address("market", one.code),
    )


def _shop(one: Shop, markets: dict[MarketId, Market]) -> tuple[object, ...]:
    market = markets.get(one.market) if one.market and one.place == "accepted" else None
    its = (market.code, market.name) if market else ("", "")
    return (
        one.code,
        one.name,
        one.sells,
        *its,
        one.stall,
        clock.local(one.opened_at).date(),
        _address("shop", one.code),
    )


def _address(name: str, *arguments: str) -> str:
    """The public address, whichever name the server was asked by: ids and links stay the same for ever."""
    return f"{settings.DURE.origin}{reverse(f'market:{name}', args=arguments)}"


urlpatterns = [
    path("markets.csv", markets_csv, name="markets_csv"),
    path("shops.csv", shops_csv, name="shops_csv"),
    path("coupons.atom", offers_feed, name="offers_feed"),
]
