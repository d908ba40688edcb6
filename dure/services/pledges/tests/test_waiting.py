"""Proving without a line: what a telephone kept is taken once, however often it is sent; a no has words and takes nothing."""

import base64
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.kit.visiting import browser, text
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import Pledge, ProofKind, ProofState

from . import making
from .making import Ground, key

HOSTILE = (b"", b"%PDF-1.7 not a picture", b"GIF89a" + b"\0" * 64, b"\xff\xd8\xff\xe0 a JPEG that breaks off")


def a_photo(side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "green").save(out, "JPEG")
    return out.getvalue()


def photos(ground: Ground) -> None:
    models.Project.objects.filter(id=ground.project.id).update(proof=ProofKind.PHOTO)


def sent(client: Client, pledge: Pledge, once: str, **said: object) -> Any:
    address = reverse("pledges:send", args=[pledge.id])
    return client.post(address, {"idempotency_key": once, "text": "", **said})


def test_what_waited_is_taken_once_however_often_it_is_sent(ground: Ground) -> None:
    by = ground.people[0]
    pledge, client, once = making.joined(by, ground.project), browser(by), key()
    with making.on_day(ground, 3):
        first = sent(client, pledge, once, day="3", text="걸었어요")
        assert (first.status_code, first.json()) == (201, {"key": once, "state": "counts"})
        assert sent(client, pledge, once, day="3", text="걸었어요").json() == first.json()
        assert models.Proof.objects.count() == 1
        assert "이날 인증을 마쳤어요" in text(client, "pledges:pledge", pledge.id) or "Done for this day" in text(
            client, "pledges:pledge", pledge.id
        )
        other = sent(client, pledge, once, day="2", text="걸었어요")
        assert (other.status_code, "said" in other.json()) == (422, True)
    assert queries.days_of(pledge.id) == {3: ProofState.COUNTS}


def test_it_counts_when_it_arrives_not_when_it_was_written(ground: Ground) -> None:
    by = ground.people[0]
    pledge, client = making.joined(by, ground.project), browser(by)
    with making.on_day(ground, 3):
        assert sent(client, pledge, key(), day="2", text="어제 걸었어요").json()["state"] == "late"
        assert queries.day_of(pledge.id, 2).sent_at == clock.now()  # type: ignore[union-attr]  # it is there
        early = sent(client, pledge, key(), day="4", text="미리 걸었어요")
        assert (early.status_code, "4" in early.json()["said"] or bool(early.json()["said"])) == (409, True)
    with making.on_day(ground, 9):
        closed = sent(client, pledge, key(), day="3", text="그날 걸었어요")
        assert closed.status_code == 409
        assert len(closed.json()["said"]) > 10
    assert queries.days_of(pledge.id) == {2: ProofState.LATE}


def test_a_photo_arrives_and_what_is_none_is_refused_in_words(ground: Ground) -> None:
    photos(ground)
    by = ground.people[0]
    pledge, client = making.joined(by, ground.project), browser(by)
    with making.on_day(ground, 1):
        for content in HOSTILE:
            no = sent(client, pledge, key(), day="1", picture=SimpleUploadedFile("a.jpg", content, "image/jpeg"))
            assert (no.status_code, bool(no.json()["said"])) == (422, True), content
        assert sent(client, pledge, key(), day="1", text="사진이 없어요").status_code == 422
        assert models.Proof.objects.count() == 0
        photo = SimpleUploadedFile("photo", a_photo(), "application/octet-stream")
        assert sent(client, pledge, key(), day="1", picture=photo).status_code == 201
    proof = queries.day_of(pledge.id, 1)
    assert proof is not None
    assert proof.has_picture


@pytest.mark.parametrize("day", ["", "0", "101", "-1", "오늘", "1; 2"])
def test_a_day_that_is_none_is_refused_in_words(ground: Ground, day: str) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    with making.on_day(ground, 1):
        no = sent(browser(by), pledge, key(), day=day, text="걸었어요")
    assert (no.status_code, bool(no.json()["said"])) == (422, True)


def test_nobody_and_somebody_else_are_refused(ground: Ground) -> None:
    by, other = ground.people[:2]
    pledge = making.joined(by, ground.project)
    with making.on_day(ground, 1):
        assert sent(browser(), pledge, key(), day="1", text="걸었어요").status_code == 401
        for who in (other, ground.leader, ground.stewards[0]):
            assert sent(browser(who), pledge, key(), day="1", text="걸었어요").status_code == 403
    assert models.Proof.objects.count() == 0


def test_the_line_says_whose_it_is(ground: Ground) -> None:
    one, other = (browser(by).get(reverse("pledges:line")) for by in ground.people[:2])
    nobody = browser().get(reverse("pledges:line"))
    assert one.json()["whose"] not in ("", other.json()["whose"])
    assert nobody.json()["whose"] == ""
    assert one.json()["csrf"]
    assert "no-store" in one.headers["Cache-Control"]
    pledge = making.joined(ground.people[0], ground.project)
    assert f'data-whose="{one.json()["whose"]}"' in text(browser(ground.people[0]), "pledges:pledge", pledge.id)


def test_a_proof_without_the_token_of_a_form_is_refused(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser(by).cookies
    with making.on_day(ground, 1):
        assert sent(strict, pledge, key(), day="1", text="걸었어요").status_code == 403
        token = strict.get(reverse("pledges:line")).json()["csrf"]
        once = key()
        answer = strict.post(
            reverse("pledges:send", args=[pledge.id]),
            {"idempotency_key": once, "day": "1", "text": "걸었어요"},
            headers={"X-CSRFToken": token},
        )
    assert answer.status_code == 201


def test_the_worker_is_one_script_with_what_waits_in_it(ground: Ground) -> None:
    answer = browser().get(reverse("pledges:worker"))
    script = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert script.index("self.dureWaiting") < script.index('addEventListener("install"')


def test_a_page_kept_before_a_day_opens_has_a_form_that_sleeps(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    models.Project.objects.filter(id=ground.project.id).update(window_start=9 * 60, window_until=12 * 60)
    asleep = "<div data-prove-card hidden>"
    with making.on_day(ground, 0):
        page = text(browser(by), "pledges:pledge", pledge.id)
        assert asleep in page
        assert f'data-first="{ground.season.starts_on.isoformat()}"' in page
        assert 'data-window="540,720"' in page
    with making.on_day(ground, 1, 8 * 60):
        assert asleep in text(browser(by), "pledges:pledge", pledge.id)
        no = browser(by).post(reverse("pledges:pledge", args=[pledge.id]), {"idempotency_key": key(), "text": "일찍"})
        assert no.status_code == 200  # as before: nothing is done
        assert models.Proof.objects.count() == 0
    with making.on_day(ground, 1, 10 * 60):
        page = text(browser(by), "pledges:pledge", pledge.id)
        assert asleep not in page
        assert 'data-days="1"' in page
    with making.on_day(ground, 104):
        assert "data-prove-card" not in text(browser(by), "pledges:pledge", pledge.id)
    actions.leave(by, pledge.id, key=key())
    assert "data-prove-card" not in text(browser(by), "pledges:pledge", pledge.id)


# Photos over the API


def ask(api_client: Any, by: Actor | None, pledge: UUID, once: str, **body: object) -> Any:
    headers = {"Idempotency-Key": once}
    if by is not None:
        headers["Authorization"] = f"Bearer {bearer.mint(folk.id_of(by), verified=by.verified)}"
    return api_client.put(f"/api/v1/pledges/mine/{pledge}/days/2/photo", headers=headers, json=body)


def test_a_photo_over_the_api(api_client: Any, ground: Ground) -> None:
    photos(ground)
    by, other = ground.people[:2]
    pledge = making.joined(by, ground.project)
    before = clock.today() - timedelta(days=2)
    models.Season.objects.filter(id=ground.season.id).update(
        starts_on=clock.today() - timedelta(days=1), join_until=before, propose_until=before
    )
    good = base64.b64encode(a_photo()).decode()
    for content in (*HOSTILE[1:], b"not base64"):
        said = "*no base64*" if content == b"not base64" else base64.b64encode(content).decode()
        no = ask(api_client, by, pledge.id, key(), picture=said)
        assert (no.status_code, no.json()["code"]) == (422, "bad_value"), content
    assert ask(api_client, None, pledge.id, key(), picture=good).status_code == 401
    assert ask(api_client, other, pledge.id, key(), picture=good).status_code == 403
    assert models.Proof.objects.count() == 0
    once = key()
    taken = ask(api_client, by, pledge.id, once, picture=good, text="오늘의 밥상")
    assert (taken.status_code, taken.json()["has_picture"], taken.json()["text"]) == (200, True, "오늘의 밥상")
    assert ask(api_client, by, pledge.id, once, picture=good, text="오늘의 밥상").json() == taken.json()
    assert models.Proof.objects.count() == 1
