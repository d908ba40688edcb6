"""No file is left of a message that never was: undone with its transaction, or swept at night."""

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from dure.base import clock
from dure.base.actors import system
from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions, models
from dure.foundations.people.tests import making as folk
from dure.kit import tx

from . import making
from .talking import Stall, client_id, stall

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture
def mill() -> Stall:
    return stall()


@pytest.fixture
def folder() -> Iterator[Path]:
    where = Path(str(models.private().path(models.FILES)))
    where.mkdir(parents=True, exist_ok=True)
    before = set(where.iterdir())
    yield where
    for one in set(where.iterdir()) - before:
        one.unlink()


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(out, "PNG")
    return out.getvalue()


def attach(mill: Stall, *, fails: bool = False) -> None:
    by = folk.person()
    with tx.durable():
        actions.attach(by, actions.begin_conversation(by, mill.channel), photo(), client_id())
        if fails:
            raise ZeroDivisionError


def test_what_is_undone_leaves_no_file_and_what_is_done_keeps_its_own(mill: Stall, folder: Path) -> None:
    before = set(folder.iterdir())
    with pytest.raises(ZeroDivisionError):
        attach(mill, fails=True)
    assert set(folder.iterdir()) == before
    attach(mill)
    assert len(set(folder.iterdir()) - before) == 1


def test_what_a_crash_left_is_swept_once_it_is_old(mill: Stall, folder: Path) -> None:
    attach(mill)
    (kept,) = [Path(str(row.file.path)) for row in models.Attachment.objects.all()]
    left, young = (folder / f"01900000-0000-7000-8000-00000000000{one}.webp" for one in (1, 2))
    strange = folder / "README"
    for one in (left, young, strange):
        one.write_bytes(b"x")
    long_ago = (clock.now() - timedelta(days=3)).timestamp()
    for one in (left, kept, strange):
        os.utime(one, (long_ago, long_ago))
    with tx.durable():
        assert actions.sweep_files(BY, clock.now() - timedelta(days=1)) == 1
    assert not left.exists()
    assert kept.exists()
    assert young.exists()
    assert strange.exists(), "what is not named like ours is not ours to delete"
    with pytest.raises(NotAllowed), tx.durable():
        actions.sweep_files(folk.person(), clock.now())


def test_a_picture_of_a_channel_leaves_no_file_behind_that_nobody_has() -> None:
    channel, owner = making.channel()
    where = Path(str(models.private().path(models.PICTURES)))
    where.mkdir(parents=True, exist_ok=True)
    before = set(where.iterdir())

    def kept_and_undone() -> None:
        with tx.durable():
            actions.keep_picture(owner, channel.id, photo())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kept_and_undone()
    assert set(where.iterdir()) == before, "undone with its transaction"
    with tx.durable():
        actions.keep_picture(owner, channel.id, photo())
    (kept,) = set(where.iterdir()) - before
    left = where / "01900000-0000-7000-8000-000000000003.webp"
    left.write_bytes(b"x")
    long_ago = (clock.now() - timedelta(days=3)).timestamp()
    for one in (left, kept):
        os.utime(one, (long_ago, long_ago))
    with tx.durable():
        assert actions.sweep_files(BY, clock.now() - timedelta(days=1)) == 1
    assert (left.exists(), kept.exists()) == (False, True)
    kept.unlink()
