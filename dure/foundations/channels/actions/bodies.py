"""Content, stored once and never changed: whatever refers to it refers to these very words."""

import msgspec

from dure.base import ids
from dure.foundations.channels import models
from dure.foundations.channels.types import Content

__all__: list[str] = []


def stored(content: Content) -> models.Body:
    """A new body with this content."""
    return models.Body.objects.create(id=ids.new(), content=msgspec.json.encode(content))


def content_of(body: models.Body) -> Content:
    """What a body says."""
    return msgspec.json.decode(bytes(body.content), type=Content)
