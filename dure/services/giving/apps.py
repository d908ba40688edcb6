"""The house card of giving."""

from datetime import timedelta

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention
from dure.services.giving import types


class GivingConfig(AppConfig):
    name = "dure.services.giving"
    label = "giving"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="giving",
        icon="gift",
        news=(
            types.CauseProposed,
            types.PartnerAsked,
            types.PartnerAnswered,
            types.AgreementGiven,
            types.AgreementEnded,
            types.GateReached,
            types.GateReopened,
            types.NeedsWorkAsked,
            types.CauseRejected,
            types.CauseWithdrawn,
            types.BoxOpened,
            types.BoxExtended,
            types.GiftsReceived,
            types.GiftRefunded,
            types.MatchGiven,
            types.MatchReturned,
            types.BoxClosed,
            types.BoxStopped,
            types.BoxRefunded,
            types.PooledReturned,
            types.PlanRevised,
            types.PlanApproved,
            types.PayoutPaid,
            types.ReportFiled,
            types.RegularPaused,
        ),
        retention=(
            Retention(
                what="proofs of spending",
                keep=timedelta(days=3_653),
                why="books of a collection are kept ten years",
                by="dure.services.giving.tasks.forget",
            ),
            Retention(
                what="the mark of a mailbox beside an agreement",
                keep=timedelta(days=30),
                why="from the end of the gate on: until then it keeps one person from agreeing twice",
                by="dure.services.giving.tasks.forget",
            ),
            Retention(
                what="words beside gifts and cheers of people who left",
                keep=timedelta(days=1),
                why="erased in the night after they leave; sums and days stay in the books",
                by="dure.services.giving.tasks.forget",
            ),
        ),
    )

    def ready(self) -> None:
        """Take part in every person's data export, and in the question whether they can leave."""
        from dure.foundations.people.queries import contribute_export, object_to_closing
        from dure.services.giving.queries import closing_objections, export_of

        contribute_export(self.label, export_of)
        object_to_closing(self.label, closing_objections)
