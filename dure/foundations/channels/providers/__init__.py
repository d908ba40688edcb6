"""Adapters to dealers. To add one, write a class with the methods of `types.dealing.Dealer` and name it here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.channels.queries import dealing as queries
from dure.foundations.channels.queries import push as push_keys
from dure.foundations.channels.types import Dealer, Reporting, Reviewing, Route

from .letters import Letters
from .mail import Mail, Post
from .nhn import Account as NhnAccount
from .nhn import Nhn
from .nhn_templates import NhnTemplates
from .push import WebPush
from .push_lines import Lines
from .push_sealing import Voice
from .solapi import Account as SolapiAccount
from .solapi import Solapi
from .solapi_templates import SolapiTemplates

__all__ = ["dealer", "dealers", "dealers_of", "played_by", "reporting", "reviewers", "reviewing"]

_lines = Lines()


def _solapi_account() -> SolapiAccount | None:
    ours = settings.DURE
    if not ours.solapi_key:
        return None
    return SolapiAccount(
        key=ours.solapi_key,
        secret=ours.solapi_secret,
        sender=ours.solapi_sender,
        channel=ours.solapi_channel,
        hook_secret=ours.solapi_hook_secret,
        url=ours.solapi_url,
    )


def _nhn_account() -> NhnAccount | None:
    ours = settings.DURE
    if not ours.nhn_appkey:
        return None
    return NhnAccount(
        appkey=ours.nhn_appkey,
        secret=ours.nhn_secret,
        sender=ours.nhn_sender,
        signature=ours.nhn_signature,
        url=ours.nhn_url,
    )


def _solapi() -> Solapi | None:
    return _make_solapi(account) if (account := _solapi_account()) else None


def _nhn() -> Nhn | None:
    return _make_nhn(account) if (account := _nhn_account()) else None


def _push() -> WebPush:
    ours = settings.DURE
    return _make_push(
        push_keys.vapid_scalar(), _contact(), (*ours.push_hosts, *((ours.push_url,) if ours.push_url else ()))
    )


def _mail() -> Mail | Letters | None:
    ours = settings.DURE
    if ours.email_url:
        return Mail(Post(url=ours.email_url, sender=ours.email_from))
    return Letters(ours.email_from) if ours.demo else None


# An adapter keeps its lines open, so one of each is made, and another one when the settings are others.
@lru_cache(maxsize=4)
def _make_solapi(account: SolapiAccount) -> Solapi:
    return Solapi(account, queries.template_codes)


@lru_cache(maxsize=4)
def _make_nhn(account: NhnAccount) -> Nhn:
    return Nhn(account, queries.template_codes)


@lru_cache(maxsize=4)
def _make_voice(key: int, contact: str) -> Voice:
    return Voice(key, contact, clock.now)


@lru_cache(maxsize=4)
def _make_push(key: int, contact: str, hosts: tuple[str, ...]) -> WebPush:
    return WebPush(_make_voice(key, contact), hosts, _lines)


def _contact() -> str:
    """Where a push service can complain: an address of ours it can reach."""
    ours = settings.DURE
    return ours.origin if ours.origin.startswith("https://") else f"mailto:{ours.email_from}"


_ADAPTERS: dict[str, Callable[[], Dealer | None]] = {"push": _push, "mail": _mail, "nhn": _nhn, "solapi": _solapi}
_stand_ins: ContextVar[tuple[Dealer, ...]] = ContextVar("stand_ins", default=())


@contextmanager
def played_by(*stand_ins: Dealer) -> Iterator[None]:
    """In this block, and in what is started from it, these are the dealers, and no others. For simulations and tests."""
    token = _stand_ins.set(stand_ins)
    try:
        yield
    finally:
        _stand_ins.reset(token)


def dealers() -> tuple[Dealer, ...]:
    """Those that are set up. Of two that carry the same route the first one is asked first."""
    return _stand_ins.get() or tuple(found for make in _ADAPTERS.values() if (found := make()) is not None)


def dealers_of(route: Route) -> tuple[Dealer, ...]:
    """Those that carry a route here."""
    return tuple(one for one in dealers() if route in one.routes)


def dealer(name: str) -> Dealer:
    """The dealer called `name`. Raises NotFound when there is none or it is not set up here."""
    for one in dealers():
        if one.dealer == name:
            return one
    raise NotFound(what="dealer")


def reporting(name: str) -> Reporting:
    """The dealer called `name`, if it is one that sends reports. Raises NotFound."""
    found: Reporting | None = {"solapi": _solapi, "nhn": _nhn}.get(name, lambda: None)()
    if found is None:
        raise NotFound(what="dealer")
    return found


def reviewers() -> tuple[str, ...]:
    """The names of the dealers at which templates are registered here."""
    solapi = _solapi_account()
    return (*(("nhn",) if _nhn_account() else ()), *(("solapi",) if solapi and solapi.channel else ()))


def reviewing(name: str) -> Reviewing:
    """The dealer called `name`, if templates are registered there. Raises NotFound."""
    if name == "solapi" and (solapi := _solapi_account()) and solapi.channel:
        return SolapiTemplates(solapi)
    if name == "nhn" and (nhn := _nhn_account()):
        return NhnTemplates(nhn)
    raise NotFound(what="dealer")
