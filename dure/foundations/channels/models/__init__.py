"""Tables of channels: columns, constraints, indexes. No behaviour."""

from .broadcasts import Broadcast, Template
from .channels import Barrier, Channel, ConsentLine, Friend, FriendDate, Reach
from .inbox import CannedText, Conversation, Message, MessageComplaint, PushSubscription
from .sending import Attempt, Body, DealerLoad, Dispatch, Report, Sending

__all__ = [
    "Attempt",
    "Barrier",
    "Body",
    "Broadcast",
    "CannedText",
    "Channel",
    "ConsentLine",
    "Conversation",
    "DealerLoad",
    "Dispatch",
    "Friend",
    "FriendDate",
    "Message",
    "MessageComplaint",
    "PushSubscription",
    "Reach",
    "Report",
    "Sending",
    "Template",
]
