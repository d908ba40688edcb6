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
                by="dure.foundations.ledger.tasks.purge",
            ),
            Retention(
                what="the account a payer transferred to or gets money back to, and secrets of a payment at its provider",
                keep=timedelta(days=30),
                why="deposits and refunds need it until they are done; 30 days after the last change it is erased",
                by="dure.foundations.ledger.tasks.purge",
            ),
        ),
    )

    def ready(self) -> None:
        """Take part in every person's data export, and in the question whether they can leave."""
        from dure.foundations.ledger.queries import closing_objections, export_of
        from dure.foundations.people.queries import contribute_export, object_to_closing

        contribute_export(self.label, export_of)
        object_to_closing(self.label, closing_objections)
