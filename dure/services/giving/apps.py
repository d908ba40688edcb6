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
            types.PlanRevised,
            types.PlanApproved,
            types.PayoutPaid,
            types.ReportFiled,
        ),
        retention=(
            Retention(
                what="proofs of spending", keep=timedelta(days=3_650), why="books of a collection are kept ten years"
            ),
            Retention(what="agreements", keep=timedelta(days=1_095), why="to answer doubts about a gate"),
        ),
    )
