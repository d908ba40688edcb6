"""Pictures of a cause: read, turned, made small and written anew, so that no hidden data of a camera is shown."""

import io
import threading
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from itertools import batched
from uuid import UUID

from django.core.files.base import ContentFile
from PIL import ExifTags, Image

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotFound
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.services.giving import models, rules
from dure.services.giving.types import CauseId, Want

from .common import drop_file, lock_cause, state_of

PICTURES_MAX = 8
PICTURE_BYTES_MAX = 12_000_000
SIDE_PIXELS_MAX = 1_600
PIXELS_MAX = 60_000_000  # of a telephone's largest; some 240 MB of memory while it is read
ALT_LENGTH = (2, 200)
QUALITY = 82
TURNS = {  # what a camera wrote about how it was held -> what puts the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
YOUNG = timedelta(days=1)
FILES_AT_ONCE = 500
_one_at_a_time = threading.Lock()  # a few small files that unfold to that much must not fill the memory together


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


def small_webp(content: bytes) -> tuple[bytes, int, int]:
    """(WebP, width, height) of the picture: upright, at most SIDE_PIXELS_MAX a side, without metadata. Raises BadValue."""
    if not 0 < len(content) <= PICTURE_BYTES_MAX:
        raise BadValue(field="picture", reason="size")
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise BadValue(field="picture", reason="size")
            with _one_at_a_time:
                return _written_anew(opened)
    except BadValue:
        raise
    except Exception as error:
        raise BadValue(field="picture", reason="kind") from error


def _written_anew(opened: Image.Image) -> tuple[bytes, int, int]:
    """Small, upright, on white where it was transparent."""
    opened.draft("RGB", (SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))  # a JPEG is read at about the size that is needed
    whole = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    whole.thumbnail((SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))
    turn = TURNS.get(whole.getexif().get(ExifTags.Base.Orientation, 1))
    upright = whole.transpose(turn) if turn is not None else whole
    if upright.mode == "RGBA":
        sheet = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(sheet, upright).convert("RGB")
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue(), upright.width, upright.height
