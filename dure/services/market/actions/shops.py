"""Shops open, find their market, close."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotFound
from dure.foundations.channels.types import ChannelId
from dure.kit import outbox, tx
from dure.services.market import models, queries
from dure.services.market.rules import permits, redeeming
from dure.services.market.types import AssociationState, NewShop, Place, Shop, ShopId, ShopKnown, ShopOpened, ShopState

from .common import lock_shop, market_of, voice_of

CODE_LENGTH = 6


def open_shop(by: Actor, new: NewShop, *, key: str) -> Shop:
    """Open the shop of an organisation. In a market it asks the association, which says yes or no.

    Raises NotAllowed, BadValue, NotFound, ShopKnown.
    """
    with tx.action(by, "market.open_shop", key, new, UUID) as done:
        if done:
            return queries.shop(ShopId(done.answer()))
        permits.may_work(by, new.organisation)
        permits.check_shop(new)
        if new.market is not None and not models.Market.objects.filter(id=new.market).exists():
            raise NotFound(what="market")
        known = models.Shop.objects.filter(organisation_id=new.organisation).first()
        if known is not None:
            raise ShopKnown(code_of=known.code)
        row = models.Shop(
            id=ids.new(),
            code=ids.speakable(CODE_LENGTH),
            organisation_id=new.organisation,
            market_id=new.market,
            place=Place.ASKED if new.market else Place.NONE,
            channel_id=voice_of(new.organisation),
            **_words(new),
        )
        _save_once(row, new.organisation)
        outbox.emit(ShopOpened(shop=ShopId(row.id), organisation=new.organisation, market=new.market, at=row.opened_at))
        done.keep(row.id)
        return queries.shop(ShopId(row.id))


def edit_shop(by: Actor, shop: ShopId, new: NewShop, *, key: str) -> Shop:
    """Change the words of a shop, or its market: another one is asked anew. Raises NotAllowed, BadValue, NotFound."""
    with tx.action(by, "market.edit_shop", key, (shop, new), UUID) as done:
        if done:
            return queries.shop(ShopId(done.answer()))
        row = lock_shop(shop)
        permits.may_work(by, OrganisationId(row.organisation_id))
        permits.check_shop(new)
        if new.market != row.market_id:
            if new.market is not None and not models.Market.objects.filter(id=new.market).exists():
                raise NotFound(what="market")
            row.market_id, row.place = new.market, Place.ASKED if new.market else Place.NONE
            models.Campaign.objects.filter(shop=row).update(carried_at=None)  # nobody carries what is no longer theirs
        for field, value in _words(new).items():
            setattr(row, field, value)
        row.save()
        done.keep(row.id)
        return queries.shop(shop)


def close_shop(by: Actor, shop: ShopId, *, key: str) -> Shop:
    """Close a shop: it makes and takes no coupons any more; what its counter took before counts, also when it is uploaded later.

    Raises NotAllowed, NotFound."""
    with tx.action(by, "market.close_shop", key, shop, UUID) as done:
        if not done:
            row = lock_shop(shop)
            permits.may_own(by, OrganisationId(row.organisation_id))
            if row.state != ShopState.CLOSED:
                row.state, row.closed_at = ShopState.CLOSED, clock.now()
                row.save(update_fields=["state", "closed_at"])
            models.Campaign.objects.filter(shop=row, state="open").update(state="stopped")
            done.keep(row.id)
        return queries.shop(shop)


def reopen_shop(by: Actor, shop: ShopId, *, key: str) -> Shop:
    """Open a closed shop again, as it stood: its words, its place, its regulars. What its counter notes while it was closed does
    not count, also when it is uploaded now. Raises NotAllowed, NotFound.
    """
    with tx.action(by, "market.reopen_shop", key, shop, UUID) as done:
        if not done:
            row = lock_shop(shop)
            permits.may_own(by, OrganisationId(row.organisation_id))
            if row.closed_at is not None:
                _note_closure(row, row.closed_at)
            row.state, row.closed_at = ShopState.OPEN, None
            row.save(update_fields=["state", "closed_at"])
            done.keep(row.id)
        return queries.shop(shop)


def adopt_channel(by: Actor, channel: ChannelId, organisation: OrganisationId) -> None:
    """The first channel that an organisation opens is the voice of its shop, and of the market it speaks for. Safe to repeat."""
    permits.may_run(by)
    with tx.durable():
        models.Shop.objects.filter(organisation_id=organisation, channel__isnull=True).update(channel_id=channel)
        models.Association.objects.filter(
            organisation_id=organisation, channel__isnull=True, state=AssociationState.CONFIRMED
        ).update(channel_id=channel)


def answer_place(by: Actor, shop: ShopId, yes: bool, *, key: str) -> Shop:
    """The association says whether a shop is one of its market's. It may think again. Raises NotAllowed, NotFound, WrongPlace."""
    with tx.action(by, "market.answer_place", key, (shop, yes), UUID) as done:
        if not done:
            row = lock_shop(shop)
            permits.may_answer_place(Place(row.place))
            permits.may_work(by, queries.speaker_of(market_of(row)))
            row.place = Place.ACCEPTED if yes else Place.REFUSED
            row.save(update_fields=["place"])
            if not yes:
                models.Campaign.objects.filter(shop=row).update(carried_at=None)
            done.keep(row.id)
        return queries.shop(shop)


def _note_closure(row: models.Shop, closed_at: datetime) -> None:
    """Remember it for as long as a counter may come with what it took then."""
    now = clock.now()
    models.Closure.objects.filter(shop=row, opened_at__lt=now - redeeming.AWAY_MAX).delete()
    models.Closure.objects.create(shop=row, closed_at=closed_at, opened_at=now)


def _words(new: NewShop) -> dict[str, str]:
    return {
        "name": new.name.strip(),
        "sells": new.sells.strip(),
        "contact": new.contact.strip(),
        "about": new.about.strip(),
        "stall": new.stall.strip(),
    }


def _save_once(row: models.Shop, organisation: OrganisationId) -> None:
    """Two people of one organisation may press at the same moment: the second learns of the first one's shop."""
    row.opened_at = clock.now()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = models.Shop.objects.filter(organisation_id=organisation).first()
        if known is None:
            raise
        raise ShopKnown(code_of=known.code) from None
