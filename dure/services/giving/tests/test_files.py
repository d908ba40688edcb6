"""Files live and die with what they belong to, and a draft's pictures are its proposer's alone."""

import io
import os
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import system
from dure.kit.visiting import browser
from dure.services.giving import actions, models, queries
from dure.services.giving.types import CauseId

from . import making
from .making import PDF, Town, key
from .test_pages import url


def pictured(town: Town, cause: CauseId) -> models.Picture:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    made = actions.add_picture(town.proposer, cause, out.getvalue(), "예시 그림", key=key())
    return models.Picture.objects.get(id=made)


def seen(address: str, by: Any = None) -> int:
    answer = browser(by).get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # the client's type does not know streams
    return int(answer.status_code)


def test_a_picture_is_seen_by_those_who_may_see_its_cause(town: Town) -> None:
    cause = making.drafted(town)
    picture = pictured(town, cause)
    (shown,) = queries.pictures_of([cause])[cause]
    assert shown.url == url("picture", picture.id)
    assert seen(shown.url, town.proposer) == 200
    assert [seen(shown.url, by) for by in (None, folk.person(), town.stewards[0])] == [404, 404, 404]
    actions.propose(town.proposer, cause, key=key())
    assert seen(shown.url) == 200
    actions.withdraw(town.proposer, cause, "", key=key())
    assert [seen(shown.url, by) for by in (None, town.proposer, town.stewards[0])] == [404, 200, 200]


@pytest.mark.parametrize("verb", ["remove_picture", "discard"])
def test_a_removed_picture_leaves_the_disk(town: Town, verb: str, django_capture_on_commit_callbacks: Any) -> None:
    cause = making.drafted(town)
    picture = pictured(town, cause)
    store, name = picture.file.storage, str(picture.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        getattr(actions, verb)(town.proposer, picture.id if verb == "remove_picture" else cause, key=key())
        assert store.exists(name), "not before it is certain"
    assert not store.exists(name)


def test_a_removed_proof_leaves_the_disk(town: Town, django_capture_on_commit_callbacks: Any) -> None:
    box, _ = making.paid_out(town, (100_000,))
    line = models.ReportLine.objects.get(id=making.spend(town, box, 100_000))
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_report_line(town.owner, line.id, key=key())
    assert not line.proof.storage.exists(str(line.proof.name))


def test_the_sweep_takes_what_nothing_refers_to(town: Town) -> None:
    kept = pictured(town, making.drafted(town))
    store = models.private()
    lost = store.save(f"{models.PROOFS}/lost.pdf", io.BytesIO(PDF))
    young = store.save(f"{models.PICTURES}/young.webp", io.BytesIO(b"x"))
    old = (clock.now() - timedelta(days=2)).timestamp()
    for name in (lost, str(kept.file.name)):
        os.utime(store.path(name), (old, old))
    assert actions.sweep_files(system("test")) >= 1
    assert [store.exists(name) for name in (lost, young, str(kept.file.name))] == [False, True, True]
    store.delete(young)
    with pytest.raises(NotAllowed):
        actions.sweep_files(town.stewards[0])
