"""The house card of ledger."""

from datetime import timedelta

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention

from . import types


class LedgerConfig(AppConfig):
    name = "dure.foundations.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="ledger",
        icon="ledger",
        news=(
            types.ReservationExpired,
            types.PaymentCaptured,
            types.PaymentCapturedLate,
            types.PaymentFailed,
            types.SecondPaymentReturned,
            types.RefundAsked,
            types.RefundSettled,
            types.RefundRefused,
            types.WebhookSent,
            types.ReceiptIssued,
            types.ReceiptReversed,
            types.DonationReversed,
        ),
        retention=(
            Retention(
                what="a donor's name, address and number on a receipt",
                keep=timedelta(days=5 * 366),
                why="an issuer keeps what it issued for five years; after that it is erased, the sums stay",
            ),
        ),
    )
