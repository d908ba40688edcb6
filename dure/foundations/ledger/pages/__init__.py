"""The pages of the ledger: the sandbox's checkout, webhooks of providers, a donor's receipts."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext

from dure.foundations.ledger import queries
from dure.kit.ui.home import Entry

from . import owed, payouts, receipts, reconciling, sandbox, settling, transfers, webhooks
from .acting import visiting
from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "desk_entries", "desk_urlpatterns", "me_entries", "urlpatterns"]

app_name = "ledger"
urlpatterns = [
    path("sandbox/<str:order>/", sandbox.checkout, name="sandbox"),
    path("sandbox/cards/<uuid:mandate>/", sandbox.card, name="sandbox_card"),
    path("hooks/<str:provider>/", webhooks.receive, name="webhook"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/<uuid:payment>/", transfers.refund_account, name="refund_account"),
    path("receipts/", receipts.overview, name="receipts"),
    path("receipts/<int:year>/", receipts.overview, name="receipts_of"),
    path("receipts/<int:year>/statement.pdf", receipts.statement, name="statement"),
    path("receipts/<int:year>/<uuid:issuer>/", receipts.issue, name="issue_receipt"),
    path("receipts/<uuid:receipt>.pdf", receipts.receipt, name="receipt"),
]
desk_urlpatterns = [
    path("differences/", reconciling.listed, name="differences"),
    path("differences.csv", reconciling.table, name="differences_csv"),
    path("payouts/", payouts.listed, name="payouts"),
    path("payouts/<uuid:file>/", payouts.one, name="payout_file"),
    path("payouts/<uuid:file>/release/", payouts.release, name="payout_release"),
    path("payouts/<uuid:file>/drop/", payouts.drop, name="payout_drop"),
    path("payouts/<uuid:file>/confirm/", payouts.confirm, name="payout_confirm"),
    path("payouts/<uuid:file>/paper/<str:form>/", payouts.paper, name="payout_paper"),
    path("payouts/lines/<uuid:line>/returned/", payouts.came_back, name="payout_returned"),
    path("settlements/", settling.listed, name="settlements"),
    path("settlements/<uuid:settlement>/bank/", settling.bank, name="settlement_bank"),
    path("settlements/<uuid:settlement>/reverse/", settling.reverse, name="settlement_reverse"),
    path("owed/", owed.listed, name="owed"),
    path("owed/<uuid:refund>/enter/", owed.enter, name="owed_enter"),
    path("owed/<uuid:refund>/confirm/", owed.confirm, name="owed_confirm"),
    path("owed/<uuid:refund>/take-back/", owed.take_back, name="owed_take_back"),
    path("owed/<uuid:refund>/retry/", owed.retry, name="owed_retry"),
    path("differences/<uuid:difference>/", reconciling.one, name="difference"),
    path("differences/<uuid:difference>/ask/", reconciling.ask, name="ask_difference"),
    path("differences/<uuid:difference>/note/", reconciling.note, name="note_difference"),
    path("differences/<uuid:difference>/explain/", reconciling.explain, name="explain_difference"),
]


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """What the ledger has for stewards and auditors."""
    by = visiting(request)
    if not by.roles:
        return ()
    unsent = len(queries.payouts_waiting(by)) + queries.payout_files_open()
    differ, unpaid, owed_back = queries.differences_open(), queries.settlements_waiting(), queries.owed_waiting()
    return (
        Entry(
            gettext("Reconciliation"), reverse("ledger-desk:differences"), "check", badge=str(differ) if differ else ""
        ),
        Entry(gettext("Settlements"), reverse("ledger-desk:settlements"), "coin", badge=str(unpaid) if unpaid else ""),
        Entry(gettext("Payout files"), reverse("ledger-desk:payouts"), "file", badge=str(unsent) if unsent else ""),
        Entry(gettext("Refunds owed"), reverse("ledger-desk:owed"), "undo", badge=str(owed_back) if owed_back else ""),
    )


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """The ledger's line on 나."""
    if not request.user.is_authenticated:
        return ()
    note = gettext("Receipts and statements for the tax office")
    entries = [Entry(gettext("Donation receipts"), reverse("ledger:receipts"), "receipt", note)]
    me = request.user.pk
    if queries.awaited_deposits(me) or queries.refunds_without_account(me):
        note = gettext("Money you still send, or that waits to go back to you")
        entries.insert(0, Entry(gettext("Bank transfers"), reverse("ledger:transfers"), "clock", note))
    return tuple(entries)
