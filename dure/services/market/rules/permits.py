"""Who may do what. Every action asks one of these, so that no face can forget a permission."""

from typing import Final

from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.services.market.types import NewShop, Place, ShopClosed, ShopState, WrongPlace

NAME_LENGTH: Final = (2, 60)
SELLS_LENGTH: Final = (1, 60)
CONTACT_LENGTH_MAX: Final = 60
ABOUT_LENGTH_MAX: Final = 500
STALL_LENGTH_MAX: Final = 20


def somebody(by: Actor) -> PersonId:
    """Who acts, when it must be a person. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def verified(by: Actor) -> None:
    """Where others pay, one person is one person: an address that was proved. Raises NotAllowed."""
    if not by.verified:
        raise NotAllowed(needs="verified_account")


def may_work(by: Actor, organisation: OrganisationId) -> None:
    """Only people of the shop or association itself: stewards and auditors see no shop's regulars. Raises NotAllowed."""
    somebody(by)
    if not by.works_for(organisation):
        raise NotAllowed(needs="shop_member")


def may_own(by: Actor, organisation: OrganisationId) -> None:
    """Only an owner binds the organisation. Raises NotAllowed."""
    somebody(by)
    if not by.owns(organisation):
        raise NotAllowed(needs="owner")


def may_steward(by: Actor) -> None:
    """Only a steward. Raises NotAllowed."""
    if not by.is_steward:
        raise NotAllowed(needs="steward")


def may_look(by: Actor) -> None:
    """Stewards, and auditors, who change nothing. Raises NotAllowed."""
    if not (by.is_steward or by.is_auditor or by.is_system):
        raise NotAllowed(needs="steward_or_auditor")


def may_see_money(by: Actor, organisation: OrganisationId) -> None:
    """Sums of an organisation: its own people, stewards, auditors. Raises NotAllowed."""
    if not by.works_for(organisation):
        may_look(by)


def may_run(by: Actor) -> None:
    """Only the platform itself, by a task or a reaction. Raises NotAllowed."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def may_confirm(by: Actor, organisation: OrganisationId, asked_by: PersonId) -> None:
    """A steward without a part in it says who speaks for a market. Raises NotAllowed."""
    may_steward(by)
    if by.person == asked_by or by.works_for(organisation):
        raise NotAllowed(needs="no_stake")


def may_end(by: Actor, organisation: OrganisationId) -> None:
    """Who says that an organisation speaks for its market no longer: its owner, or a steward. Raises NotAllowed."""
    somebody(by)
    if not (by.owns(organisation) or by.is_steward):
        raise NotAllowed(needs="owner")


def may_grant(by: Actor, organisation: OrganisationId, *, gains: bool = False) -> None:
    """A steward gives a fund's won, but not to an organisation that they belong to, nor where a shop of theirs `gains` by it: one
    in the market whose coupons it pays. Raises NotAllowed.
    """
    may_steward(by)
    if gains or by.works_for(organisation):
        raise NotAllowed(needs="no_stake")


def check_shop(new: NewShop) -> None:
    """Whether the words of a shop fit. Raises BadValue."""
    texts = (
        ("name", new.name, NAME_LENGTH),
        ("sells", new.sells, SELLS_LENGTH),
        ("contact", new.contact, (0, CONTACT_LENGTH_MAX)),
        ("about", new.about, (0, ABOUT_LENGTH_MAX)),
        ("stall", new.stall, (0, STALL_LENGTH_MAX)),
    )
    for field, text, (least, most) in texts:
        if not least <= len(text.strip()) <= most:
            raise BadValue(field=field, reason="length")
        if "\x00" in text:
            raise BadValue(field=field, reason="null_character")
    if new.stall and new.market is None:
        raise BadValue(field="stall", reason="no_market")


def may_trade(state: ShopState) -> None:
    """A closed shop makes no coupons and takes none. Raises ShopClosed."""
    if state is ShopState.CLOSED:
        raise ShopClosed()


def may_answer_place(place: Place) -> None:
    """The association answers a shop that asked, or thinks again. Raises WrongPlace."""
    if place is Place.NONE:
        raise WrongPlace(place=place.value)


def may_carry(place: Place) -> None:
    """An association carries coupons of its own shops only. Raises WrongPlace."""
    if place is not Place.ACCEPTED:
        raise WrongPlace(place=place.value)
