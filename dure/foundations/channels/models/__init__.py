"""Tables of channels: columns, constraints, indexes. No behaviour."""

from .broadcasts import Broadcast, Template
from .channels import Barrier, Channel, ConsentLine, Friend, FriendDate, NumberAsk, Reach
from .dealing import DealerTemplate
from .inbox import (
    FILES,
    Attachment,
    CannedText,
    Conversation,
    Message,
    MessageComplaint,
    OwnAnswer,
    PushSubscription,
    private,
)
from .pictures import PICTURES, ChannelPicture
from .sending import Attempt, Body, DayCount, DealerLoad, Dispatch, Held, Report, Sending

__all__ = [
    "FILES",
    "PICTURES",
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
    "NumberAsk",
    "OwnAnswer",
    "PushSubscription",
    "Reach",
    "Report",
    "Sending",
    "Template",
    "private",
]
