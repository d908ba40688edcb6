"""Pictures of a cause: read, turned, made small and written anew, so that no hidden data of a camera is shown."""

from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from itertools import batched
from uuid import UUID

from django.core.files.base import ContentFile

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotFound
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.photos import small_webp
from dure.services.giving import models, rules
from dure.services.giving.types import CauseId, Want

from .common import drop_file, lock_cause, state_of

PICTURES_MAX = 8
ALT_LENGTH = (2, 200)
YOUNG = timedelta(days=1)
FILES_AT_ONCE = 500


def add_picture(by: Actor, cause: CauseId, content: bytes, alt: str, *, key: str) -> UUID:
    """Add a picture with words for those who cannot see it. Raises NotAllowed, WrongState, BadValue."""
    with tx.action(by, "giving.add_picture", key, (cause, alt, sha256(content).hexdigest()), UUID) as done:
        if done:
            return done.answer()
        locked = lock_cause(cause)
        rules.may_edit(by, locked.proposer_id, state_of(locked), Want.EDIT)
        if not ALT_LENGTH[0] <= len(alt.strip()) <= ALT_LENGTH[1]:
            raise BadValue(field="alt", reason="length")
        last = models.Picture.objects.filter(cause=locked).order_by("-position").first()
        if models.Picture.objects.filter(cause=locked).count() >= PICTURES_MAX:
            raise BadValue(field="pictures", reason="count")
        drawn, width, height = small_webp(content)
        picture = models.Picture(id=ids.new(), cause=locked, width=width, height=height, alt=alt.strip())
        picture.position = last.position + 1 if last else 0
        picture.file.save(f"{picture.id}.webp", ContentFile(drawn), save=False)
        picture.save(force_insert=True)
        return done.keep(picture.id)


def remove_picture(by: Actor, picture: UUID, *, key: str) -> None:
    """Take a picture out of a draft. Raises NotAllowed, WrongState, NotFound."""
    with tx.action(by, "giving.remove_picture", key, picture, bool) as done:
        if done:
            return
        found = models.Picture.objects.filter(id=picture).first()
        if found is None:
            raise NotFound(what="picture")
        locked = lock_cause(found.cause_id)
        rules.may_edit(by, locked.proposer_id, state_of(locked), Want.EDIT)
        drop_file(found.file)
        found.delete()
        done.keep(True)


def sweep_files(by: Actor) -> int:
    """Delete pictures and proofs that no row knows (anymore); answers how many. Run by a task, safe to run again.

    A file is written before its row is committed, so what is younger than a day is let be.
    """
    rules.may_run(by)
    store, until = models.private(), clock.now() - YOUNG
    swept = 0
    for folder, known in ((models.PICTURES, _known_pictures), (models.PROOFS, _known_proofs)):
        names = [f"{folder}/{name}" for name in store.listdir(folder)[1]] if store.exists(folder) else []
        for some in batched(names, FILES_AT_ONCE):
            for name in set(some) - known(some):
                if store.get_modified_time(name) < until:
                    store.delete(name)
                    swept += 1
    return swept


def _known_pictures(names: Collection[str]) -> set[str]:
    return set(models.Picture.objects.filter(file__in=names).values_list("file", flat=True))


def _known_proofs(names: Collection[str]) -> set[str]:
    return set(models.ReportLine.objects.filter(proof__in=names).values_list("proof", flat=True))
