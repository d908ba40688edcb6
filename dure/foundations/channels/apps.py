"""The house card of channels."""

from datetime import timedelta

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention

from . import types


class ChannelsConfig(AppConfig):
    name = "dure.foundations.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="channels",
        icon="chat",
        news=(
            types.ChannelOpened,
            types.FriendJoined,
            types.FriendLeft,
            types.AdConsentChanged,
            types.MessageSaid,
            types.ConversationTurned,
            types.BroadcastSent,
            types.SendingDone,
            types.KeyPressed,
            types.NumberMoved,
        ),
        retention=(
            Retention(
                what="what became of messages: dispatches, attempts, reports, day counts",
                keep=timedelta(days=400),
                why="a complaint about an ad comes within a year; the message itself stays in its conversation",
                by="dure.foundations.channels.tasks.forget_sendings",
            ),
            Retention(
                what="addresses of browsers that may be woken",
                keep=timedelta(days=400),
                why="from their last sign of life on; a browser that says that it is gone is forgotten at once",
                by="dure.foundations.channels.tasks.prune_browsers",
            ),
            Retention(
                what="telephone numbers that wait for their code",
                keep=timedelta(days=1),
                why="the code is good for ten minutes",
                by="dure.foundations.channels.tasks.tidy_ways",
            ),
            Retention(
                what="the end of addresses that lead nowhere any more",
                keep=timedelta(days=90),
                why="their owner reads which number was lost, and why; a chosen address is kept until it is taken back",
                by="dure.foundations.channels.tasks.tidy_ways",
            ),
            Retention(
                what="files that no message and no channel has",
                keep=timedelta(days=1),
                why="somebody was interrupted while they were sent",
                by="dure.foundations.channels.tasks.sweep_files",
            ),
        ),
    )

    def ready(self) -> None:
        """Take part in every person's data export; let bots answer what channels know."""
        from dure.foundations.channels.bot import COMMANDS
        from dure.foundations.channels.queries import conversations_export, export_of, offer_commands, ways_export
        from dure.foundations.people.queries import contribute_export

        contribute_export(self.label, export_of)
        contribute_export("conversations", conversations_export)
        contribute_export("ways", ways_export)
        offer_commands(self.label, COMMANDS)
