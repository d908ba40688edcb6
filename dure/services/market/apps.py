"""The house card of market."""

from datetime import timedelta

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention

from . import types


class MarketConfig(AppConfig):
    name = "dure.services.market"
    label = "market"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="market",
        icon="org",
        news=(
            types.ShopOpened,
            types.AssociationConfirmed,
            types.CouponGiven,
            types.CouponRedeemed,
            types.RedemptionUndone,
            types.RedemptionRefused,
            types.CreditGranted,
            types.TaskDone,
            types.CourseCompleted,
        ),
        retention=(
            Retention(
                what="who became a friend of a shop and whom it answered on which day, as awards see it",
                keep=timedelta(days=116),
                why="until the awards of the shop's course are given: eight weeks, the open month, and a month for them",
                by="dure.services.market.tasks.forget_friends",
            ),
            Retention(
                what="who held a coupon; coupons that nobody used",
                keep=timedelta(days=90),
                why="from the campaign's last day on: so long somebody may come back with a question about one",
                by="dure.services.market.tasks.forget_coupons",
            ),
            Retention(
                what="uses of coupons without a line that did not count",
                keep=timedelta(days=400),
                why="as long as an id that is sent twice gets the answer that it got before",
                by="dure.services.market.tasks.forget_coupons",
            ),
            Retention(
                what="redemptions and what they came to, without the person",
                keep=timedelta(days=2_343),
                why="국세기본법 85조의3: five years from the 31st of May after the year in which they were settled",
                by="dure.services.market.tasks.forget_coupons",
            ),
        ),
    )

    def ready(self) -> None:
        """Answer in the chats of all channels, pay for their messages, give coupons for them; take part in the data export."""
        from dure.foundations.channels.queries import offer_commands, offer_coupons, offer_payer
        from dure.foundations.people.queries import contribute_export
        from dure.services.market.actions.messages import CREDITS
        from dure.services.market.bot import commands
        from dure.services.market.pages.carried import COUPONS
        from dure.services.market.queries import export_of, export_of_learning

        offer_commands(self.label, commands())
        offer_payer(self.label, CREDITS)
        offer_coupons(COUPONS)
        contribute_export(self.label, export_of)
        contribute_export("lessons", export_of_learning)
