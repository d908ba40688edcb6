"""When an account closes: what its person said is erased; that something was said, and what the channel said, stays."""

import re
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from dure.base import ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotAllowed
from dure.foundations.channels import models
from dure.foundations.channels.types import Content, Speaker, Text
from dure.kit import tx

__all__ = ["forget_told", "forget_words", "sweep_files"]

ERASED = Content((Text(""),))
SWEEP_AT_ONCE = 1_000
_NAME = re.compile(r"([0-9a-f-]{36})\.[a-z0-9]+")


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


def forget_told(by: Actor, begins: str, instead: Content) -> int:
    """Take back from the outbox and out of conversations what sendings with such keys said and whom they reached; how many.

    For a house that keeps what it told for a time only. In its place in a conversation stands `instead`: positions have no gap.
    Safe to run again.
    """
    tx.demand()
    if not by.is_system or not begins:
        raise NotAllowed(needs="system")
    rows = list(models.Sending.objects.select_for_update().filter(key__startswith=begins))
    if not rows:
        return 0
    blank = models.Body.objects.create(id=ids.new(), content=msgspec.json.encode(instead))
    sent = models.Dispatch.objects.filter(sending__in=rows)
    models.Message.objects.filter(dispatch__in=sent).update(body=blank, dispatch=None, variables=None, words="")
    models.Report.objects.filter(attempt__dispatch__in=sent).delete()
    models.Attempt.objects.filter(dispatch__in=sent).delete()
    models.Held.objects.filter(dispatch__in=sent).delete()
    sent.delete()
    said = [row.body_id for row in rows]
    for row in rows:
        models.Sending.objects.filter(id=row.id).update(body=blank, key=f"forgotten:{row.id}", count=0)
    models.Body.objects.filter(id__in=said).delete()
    return len(rows)


def sweep_files(by: Actor, before: datetime) -> int:
    """Delete files from before `before` that no message and no channel has: somebody was killed while they were sent. Answers
    how many.
    """
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    attached, pictures = models.Attachment.objects.all(), models.ChannelPicture.objects.all()
    return _swept(models.FILES, attached, before) + _swept(models.PICTURES, pictures, before)


def _swept(folder: str, having: QuerySet[models.Attachment] | QuerySet[models.ChannelPicture], before: datetime) -> int:
    """Delete the files of one folder that no row has, by the id in their name."""
    store = models.private()
    if not store.exists(folder):
        return 0
    _folders, names = store.listdir(folder)
    gone = 0
    for first in range(0, len(names), SWEEP_AT_ONCE):
        ours = {found[1]: found[0] for name in names[first : first + SWEEP_AT_ONCE] if (found := _NAME.fullmatch(name))}
        ids_here = {str(one): f"{folder}/{name}" for one, name in ours.items()}
        known = having.filter(id__in=list(map(UUID, ids_here))).values_list("id", flat=True)
        for one in set(ids_here) - {str(row) for row in known}:
            if store.get_modified_time(ids_here[one]) < before:
                store.delete(ids_here[one])
                gone += 1
    return gone


def _drop(row: models.Attachment) -> None:
    store, name = row.file.storage, row.file.name
    row.delete()
    if name:
        transaction.on_commit(lambda: store.delete(name))
