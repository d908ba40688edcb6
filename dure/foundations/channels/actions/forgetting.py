"""When an account closes: what its person said is erased; that something was said, and what the channel said, stays."""

import msgspec
from django.db import transaction

from dure.base import ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotAllowed
from dure.foundations.channels import models
from dure.foundations.channels.types import Content, Speaker, Text
from dure.kit import tx

__all__ = ["forget_words"]

ERASED = Content((Text(""),))


def forget_words(by: Actor, person: PersonId) -> int:
    """Erase a person's own words, files and browsers; answers how many messages. Safe to run again."""
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    models.PushSubscription.objects.filter(person=person).delete()
    models.MessageComplaint.objects.filter(by=person).update(why="")
    said = models.Message.objects.filter(conversation__person=person, speaker=Speaker.PERSON).exclude(words="", by=None)
    bodies = list(said.values_list("body", flat=True))
    if bodies:
        blank = models.Body.objects.create(id=ids.new(), content=msgspec.json.encode(ERASED))
        said.update(body=blank, words="", by=None)
        models.Body.objects.filter(id__in=bodies).delete()  # of people's words each has its own
    for row in models.Attachment.objects.filter(by=person, conversation__person=person):
        _drop(row)
    return len(bodies)


def _drop(row: models.Attachment) -> None:
    store, name = row.file.storage, row.file.name
    row.delete()
    if name:
        transaction.on_commit(lambda: store.delete(name))
