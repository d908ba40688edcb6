"""What people read for a code, wherever they read it: kinds and states of organisations, roles, numbers, banks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.people import rules
from dure.foundations.people.types import NumberKind, OrgKind, OrgRole, OrgState, PlatformRole, ReceiptCode

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
