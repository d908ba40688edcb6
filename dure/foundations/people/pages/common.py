"""What every page of people begins with: who asks, a recent proof, words for enums."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.people import rules
from dure.foundations.people.types import (
    Actor,
    NumberKind,
    OrgKind,
    OrgRole,
    OrgState,
    PlatformRole,
    ReceiptCode,
)

WRITES_PER_MINUTE = 30

KINDS: dict[str, Promise] = {
    OrgKind.NGO: _("NGO or association"),
    OrgKind.FOUNDATION: _("Foundation"),
    OrgKind.MARKET: _("Market"),
    OrgKind.SHOP: _("Shop"),
    OrgKind.VILLAGE: _("Village"),
    OrgKind.CLINIC: _("Clinic or hospital"),
    OrgKind.AGENCY: _("Public agency"),
    OrgKind.COMPANY: _("Company"),
}
STATES: dict[str, tuple[Promise, str]] = {
    OrgState.UNVERIFIED: (pgettext_lazy("organisation", "Not verified"), "grey"),
    OrgState.SUBMITTED: (pgettext_lazy("organisation", "Being checked"), "sun"),
    OrgState.VERIFIED: (pgettext_lazy("organisation", "Verified"), ""),
    OrgState.REJECTED: (pgettext_lazy("organisation", "Needs changes"), "warn"),
    OrgState.REVOKED: (pgettext_lazy("organisation", "No longer verified"), "warn"),
}
ROLES: dict[str, Promise] = {
    OrgRole.OWNER: pgettext_lazy("in an organisation", "Owner"),
    OrgRole.STAFF: pgettext_lazy("in an organisation", "Staff"),
    PlatformRole.STEWARD: _("Steward"),
    PlatformRole.AUDITOR: _("Auditor"),
}
NUMBERS: dict[str, Promise] = {
    NumberKind.BUSINESS: _("Business number"),
    NumberKind.NON_PROFIT: _("Non-profit number"),
    NumberKind.CORPORATE: _("Corporate number"),
}
RECEIPTS: dict[str, Promise] = {
    ReceiptCode.NONE: _("None"),
    ReceiptCode.SPECIAL: _("Special donations (10)"),
    ReceiptCode.GENERAL: _("General donations (40)"),
    ReceiptCode.RELIGIOUS: _("Religious bodies (41)"),
}
BANKS: dict[str, Promise] = {
    "002": _("Korea Development Bank"),
    "003": _("Industrial Bank of Korea"),
    "004": _("Kookmin Bank"),
    "007": _("Suhyup Bank"),
    "011": _("NongHyup Bank"),
    "012": _("Local NongHyup"),
    "020": _("Woori Bank"),
    "023": _("SC First Bank"),
    "027": _("Citibank Korea"),
    "031": _("iM Bank"),
    "032": _("Busan Bank"),
    "034": _("Gwangju Bank"),
    "035": _("Jeju Bank"),
    "037": _("Jeonbuk Bank"),
    "039": _("Kyongnam Bank"),
    "045": _("Community credit cooperatives (MG)"),
    "048": _("Credit unions (Shinhyup)"),
    "050": _("Savings banks"),
    "064": _("Forestry cooperatives"),
    "071": _("Korea Post"),
    "081": _("Hana Bank"),
    "088": _("Shinhan Bank"),
    "089": _("K bank"),
    "090": _("Kakao Bank"),
    "092": _("Toss Bank"),
}
assert set(BANKS) == rules.BANK_CODES  # noqa: S101 - a code without a name would be a gap on the page


def acting(request: HttpRequest) -> Actor:
    """Who asks: somebody who is logged in. Raises NotAllowed, which leads to the log-in page and back."""
    by = visiting(request)
    rules.may_act_for_self(by)
    return by


def visiting(request: HttpRequest) -> Actor:
    """Who asks, logged in or not."""
    return cast(Actor, vars(request)["actor"])


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form; None when the page is only looked at. An empty form that was sent is still a form."""
    return request.POST if request.method == "POST" else None


def recently_proved[**P, R: HttpResponseBase](view: Callable[P, R]) -> Callable[P, R]:
    """For pages that a borrowed telephone must not open: log-in, then a proof not older than a few minutes."""
    proved: Callable[..., R] = reauthentication_required(view)

    @wraps(view)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        acting(cast(HttpRequest, args[0]))
        return proved(*args, **kwargs)

    return inner


def choices(words: dict[str, Promise]) -> list[tuple[str, Any]]:
    """A table of words as the choices of a form field."""
    return [(str(value), label) for value, label in words.items()]
