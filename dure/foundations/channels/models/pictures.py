"""Pictures that a channel puts into what it sends to many."""

from django.db import models

from dure.base import clock, ids

from .channels import Channel
from .inbox import private

PICTURES = "channels/pictures"  # a folder of the private store


class ChannelPicture(models.Model):
    """A picture of a channel, written anew, in the private store: for who works there and who has its messages."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    by = models.UUIDField()
    digest = models.BinaryField(max_length=32)  # of what was sent in: the same picture again is the same file
    file = models.FileField(storage=private, upload_to=PICTURES, max_length=100)
    bytes = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "channels_picture"
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="channels_picture_once")]

    def __str__(self) -> str:
        return str(self.id)
