"""Tables of conversations."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.foundations.channels.types import Attended, Speaker

from .channels import Channel
from .sending import Body, Dispatch

CLIENT_ID_LENGTH = 40
FILES = "channels/files"  # a folder of the private store


def private() -> Storage:
    """Files that only a page which asks for a permission hands out."""
    return storages["private"]


class Conversation(models.Model):
    """A channel and one person."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    attended = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Attended], default="bot")
    assigned_to = models.UUIDField(null=True)
    waiting_since = models.DateTimeField(null=True)
    last_position = models.PositiveIntegerField(default=0)
    read_by_person = models.PositiveIntegerField(default=0)  # the position up to which they read
    read_by_staff = models.PositiveIntegerField(default=0)
    muted = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)  # of the last message

    class Meta:
        db_table = "channels_conversation"
        constraints = [models.UniqueConstraint(fields=["channel", "person"], name="channels_conversation_once")]
        indexes = [
            models.Index(fields=["person", "-at"], name="channels_conversation_mine"),
            models.Index(fields=["channel", "attended", "-at"], name="channels_conversation_theirs"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.person_id}"


class Message(models.Model):
    """One entry of a conversation. A sending's entries share one body."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    speaker = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Speaker])
    by = models.UUIDField(null=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    dispatch = models.OneToOneField(Dispatch, models.PROTECT, related_name="+", null=True)
    client_id = models.CharField(max_length=CLIENT_ID_LENGTH, blank=True)
    variables = models.JSONField(null=True)  # what was filled in, once its dispatch is forgotten
    words = models.TextField(blank=True)  # what search looks through
    confidential = models.BooleanField(
        default=False, db_default=False
    )  # for the person alone: staff of the channel do not see it
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "channels_message"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="channels_message_position"),
            models.UniqueConstraint(
                fields=["conversation", "client_id"], name="channels_message_once", condition=~Q(client_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.position}"


class Attachment(models.Model):
    """A picture or a sound that somebody sent in a conversation: written anew or checked, in the private store."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")
    by = models.UUIDField()
    kind = models.CharField(max_length=10)
    media = models.CharField(max_length=20)
    file = models.FileField(storage=private, upload_to=FILES, max_length=100)
    bytes = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveSmallIntegerField(default=0)
    client_id = models.CharField(max_length=CLIENT_ID_LENGTH + 2)  # of the message it came with, and its place there
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "channels_attachment"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "by", "client_id"], name="channels_attachment_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class OwnAnswer(models.Model):
    """A question that a channel's bot answers in the channel's own words."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    title = models.CharField(max_length=40)
    phrases = models.JSONField(default=list)
    text = models.CharField(max_length=1000)

    class Meta:
        db_table = "channels_own_answer"
        constraints = [models.UniqueConstraint(fields=["channel", "title"], name="channels_own_answer_title")]

    def __str__(self) -> str:
        return self.title


class CannedText(models.Model):
    """A text that staff pick and then send; never sent by itself."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    title = models.CharField(max_length=40)
    text = models.CharField(max_length=1000)

    class Meta:
        db_table = "channels_canned_text"
        constraints = [models.UniqueConstraint(fields=["channel", "title"], name="channels_canned_text_title")]

    def __str__(self) -> str:
        return self.title


class MessageComplaint(models.Model):
    """Somebody reports a message to the stewards."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    by = models.UUIDField()
    why = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)
    decided = models.CharField(max_length=20, blank=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        db_table = "channels_complaint"
        constraints = [models.UniqueConstraint(fields=["message", "by"], name="channels_complaint_once")]

    def __str__(self) -> str:
        return self.why


class PushSubscription(models.Model):
    """A browser that may be woken (RFC 8030); endpoint and keys are the browser's."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    endpoint = models.TextField()
    endpoint_hash = models.BinaryField(max_length=32, unique=True)
    p256dh = models.BinaryField(max_length=65)
    auth = models.BinaryField(max_length=16)
    device = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=clock.now)
    heard_at = models.DateTimeField(null=True)  # the service worker answered a heartbeat
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "channels_push_subscription"
        indexes = [models.Index(fields=["person"], name="channels_push_of")]

    def __str__(self) -> str:
        return self.device
