"""The house card of channels."""

from django.apps import AppConfig

from dure.kit.house import HouseCard

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
        ),
    )
