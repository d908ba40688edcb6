"""Tables of channels: columns, constraints, indexes. No behaviour."""

from .broadcasts import Broadcast, Template
from .channels import Barrier, Channel, ConsentLine, Friend, FriendDate, Reach
from .dealing import DealerTemplate
from .inbox import Attachment, CannedText, Conversation, Message, MessageComplaint, OwnAnswer, PushSubscription
from .pictures import ChannelPicture
from .sending import Attempt, Body, DayCount, DealerLoad, Dispatch, Held, Report, Sending

__all__ = [
    "Attachment",
    "Attempt",
    "Barrier",
    "Body",
    "Broadcast",
    "CannedText",
    "Channel",
    "ChannelPicture",
    "ConsentLine",
    "Conversation",
    "DayCount",
    "DealerLoad",
    "DealerTemplate",
    "Dispatch",
    "Friend",
    "FriendDate",
    "Held",
    "Message",
    "MessageComplaint",
    "OwnAnswer",
    "PushSubscription",
    "Reach",
    "Report",
    "Sending",
    "Template",
]
