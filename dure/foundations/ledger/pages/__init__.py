"""The pages of the ledger: the sandbox's checkout, webhooks of providers, a donor's receipts."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext

from dure.kit.ui.home import Entry

from . import receipts, sandbox, webhooks
from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "me_entries", "urlpatterns"]

app_name = "ledger"
urlpatterns = [
    path("sandbox/<str:order>/", sandbox.checkout, name="sandbox"),
    path("hooks/<str:provider>/", webhooks.receive, name="webhook"),
    path("receipts/", receipts.overview, name="receipts"),
    path("receipts/<int:year>/", receipts.overview, name="receipts_of"),
    path("receipts/<int:year>/statement.pdf", receipts.statement, name="statement"),
    path("receipts/<int:year>/<uuid:issuer>/", receipts.issue, name="issue_receipt"),
    path("receipts/<uuid:receipt>.pdf", receipts.receipt, name="receipt"),
]


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """The ledger's line on 나."""
    if not request.user.is_authenticated:
        return ()
    note = gettext("Receipts and statements for the tax office")
    return (Entry(gettext("Donation receipts"), reverse("ledger:receipts"), "receipt", note),)
