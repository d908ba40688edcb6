"""The pages through the client: each opens for whom it is, is closed to all others, and every no has words."""

import io
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import Scenario
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import faces
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, pages, queries, types
from dure.services.pledges.types import Pledge, PledgeState, ProjectState, ProofKind, ProofState, SeasonState

from . import making
from .making import Ground

pytestmark = pytest.mark.django_db


def test_every_refusal_has_words() -> None:
    own = [one for one in vars(types).values() if isinstance(one, type) and issubclass(one, Refusal)]
    assert len(own) > 10
    assert faces.without_words(own, pages.SAYS) == []


# Who sees what: all that is not listed is refused

ROLES = ("nobody", "outside", "inside", "leader", "steward", "auditor")
EVERYBODY = set(ROLES)
SEES: Mapping[str, set[str]] = {
    "pledges:home": EVERYBODY,
    "pledges:project": EVERYBODY,
    "pledges:join": EVERYBODY - {"nobody"},
    "pledges:mine": EVERYBODY - {"nobody"},
    "pledges:propose": EVERYBODY - {"nobody"},
    "pledges:pledge": {"inside"},
    "pledges:consent": {"inside"},
    "pledges:appeal": {"inside"},
    "pledges:group": {"inside", "leader", "steward", "auditor"},
    "pledges:picture": {"inside", "leader", "steward", "auditor"},
    "pledges:edit": {"leader"},
    "pledges-desk:lead": {"leader", "steward", "auditor"},
    "pledges-desk:stewards": {"steward", "auditor"},
}


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_which_page(ground: Ground, role: str) -> None:
    inside, outside = ground.people[:2]
    pledge, proof = with_proof(ground, inside)
    by = {
        "nobody": None,
        "outside": outside,
        "inside": inside,
        "leader": ground.leader,
        "steward": ground.stewards[0],
        "auditor": folk.auditor(),
    }[role]
    client = browser(by)
    of_project, of_pledge, of_proof = [ground.project.code], [pledge.id], [proof.id]
    takes: Mapping[str, list[object]] = {
        **dict.fromkeys(("pledges:project", "pledges:join", "pledges:group", "pledges:edit"), of_project),  # type: ignore[arg-type]  # lists of what an address takes
        "pledges-desk:lead": of_project,  # type: ignore[dict-item]  # as above
        **dict.fromkeys(("pledges:pledge", "pledges:consent"), of_pledge),  # type: ignore[arg-type]  # as above
        **dict.fromkeys(("pledges:appeal", "pledges:picture"), of_proof),  # type: ignore[arg-type]  # as above
        "pledges:propose": [ground.season.code],
    }
    for name, allowed in SEES.items():
        answer = client.get(reverse(name, args=takes.get(name, [])))
        status = answer.status_code
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # the client's type does not know streams
        assert (status == 200) == (role in allowed), (name, role, status)
        assert status in (200, 302, 303, 403, 404), (name, role, status)


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def with_proof(ground: Ground, by: Actor) -> tuple[Pledge, types.Proof]:
    """Somebody in the project who proved its first day with a picture."""
    models.Project.objects.filter(id=ground.project.id).update(proof=ProofKind.PHOTO)
    pledge = making.joined(by, ground.project, ground.consent)
    with making.on_day(ground, 1):
        return pledge, making.prove(by, pledge, 1, picture=a_picture())


# A citizen's way


def test_from_the_list_to_the_deposit(ground: Ground) -> None:
    by = ground.people[0]
    client = browser(by)
    assert ground.project.title in text(client, "pledges:home")
    assert ground.project.title in client.get(reverse("pledges:home"), {"q": "산책"}).content.decode()
    nothing = client.get(reverse("pledges:home"), {"q": "수영", "proof": "photo", "room": "1"}).content.decode()
    assert ground.project.title not in nothing
    assert reverse("pledges:join", args=[ground.project.code]) in text(client, "pledges:project", ground.project.code)
    address = reverse("pledges:join", args=[ground.project.code])
    assert client.post(address, form()).status_code == 422
    said = form(gives="yes", receiver=str(ground.season.receivers[0].id))
    answer = client.post(address, said)
    assert answer.status_code == 303
    assert client.post(address, said).headers["Location"] == answer.headers["Location"]
    [pledge] = queries.my_pledges(making.person_of(by))
    assert pledge.consent == ground.consent
    assert reverse("pledges:pay", args=[pledge.id]) in text(client, "pledges:pledge", pledge.id)
    assert client.post(reverse("pledges:pay", args=[pledge.id])).headers["Location"] == answer.headers["Location"]
    order = making.payment_of(pledge).order
    back = client.get(SANDBOX.decide(order, Scenario.APPROVE))
    assert back.status_code == 303
    assert queries.pledge(pledge.id).state is PledgeState.JOINED
    page = text(client, "pledges:pledge", pledge.id)
    assert "10,000" in page
    assert page.count("hush") >= 100


def test_a_payment_that_is_declined_says_so(ground: Ground) -> None:
    by = ground.people[0]
    client = browser(by)
    client.post(reverse("pledges:join", args=[ground.project.code]), form(gives="no"))
    [pledge] = queries.my_pledges(making.person_of(by))
    back = client.get(SANDBOX.decide(making.payment_of(pledge).order, Scenario.NOT_ENOUGH_FUNDS))
    assert back.status_code == 402
    turned = making.asked(ground.people[1], ground.project)
    order = making.payment_of(turned).order
    assert actions.pay_deposit(ground.people[1], turned.id)
    back = browser(ground.people[1]).get(SANDBOX.decide(order, Scenario.CANCEL))
    assert back.status_code == 200
    assert queries.pledge(turned.id).state is PledgeState.FAILED


def test_a_day_is_proved_on_the_page(ground: Ground) -> None:
    models.Project.objects.filter(id=ground.project.id).update(proof=ProofKind.PHOTO)
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    client, address = browser(by), reverse("pledges:pledge", args=[pledge.id])
    with making.on_day(ground, 1):
        assert client.post(address, form(text="사진이 없어요")).status_code == 422
        photo = SimpleUploadedFile("a.jpg", a_picture(), "image/jpeg")
        assert client.post(address, form(picture=photo, text="좋은 아침")).status_code == 303
        proof = queries.day_of(pledge.id, 1)
        assert proof is not None
        assert (proof.state, proof.text, proof.has_picture) == (ProofState.COUNTS, "좋은 아침", True)
        picture = client.get(reverse("pledges:picture", args=[proof.id]))
        assert (picture.headers["Content-Type"], picture.headers["Cache-Control"]) == (
            "image/webp",
            "private, no-store",
        )
        assert b"".join(picture.streaming_content)[8:12] == b"WEBP"  # type: ignore[attr-defined]  # as above
        assert "좋은 아침" in text(client, "pledges:group", ground.project.code)
        assert client.post(reverse("pledges:withdraw", args=[proof.id]), form()).status_code == 303
        assert queries.day_of(pledge.id, 1) is None
    with making.on_day(ground, 3):
        photo = SimpleUploadedFile("a.jpg", a_picture(), "image/jpeg")
        assert client.post(address, form(picture=photo, day="2")).status_code == 303
        assert queries.days_of(pledge.id) == {2: ProofState.LATE}
        assert client.post(address, form(picture=photo, day="77")).status_code == 422


def test_home_reminds_of_today_and_of_a_kept_place(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    with making.on_day(ground, 1):
        assert reverse("pledges:pledge", args=[pledge.id]) in browser(by).get("/").content.decode()
        making.prove(by, pledge, 1)
        assert reverse("pledges:pledge", args=[pledge.id]) not in browser(by).get("/").content.decode()


def test_consent_and_leaving(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    client = browser(by)
    assert client.post(reverse("pledges:consent", args=[pledge.id]), form(gives="no")).status_code == 303
    assert not queries.pledge(pledge.id).consent.gives
    assert browser(ground.people[1]).post(reverse("pledges:leave", args=[pledge.id]), form()).status_code == 403
    assert client.post(reverse("pledges:leave", args=[pledge.id]), form()).status_code == 303
    assert queries.pledge(pledge.id).state is PledgeState.LEFT


# Leaders and stewards


def project_form(**changed: object) -> dict[str, object]:
    said = {
        "title": "책 스무 쪽",
        "promise": "날마다 스무 쪽을 읽어요",
        "proof": "number",
        "unit": "쪽",
        "how": "읽은 쪽 수를 적어요",
        "days_a_week": "5",
        "start": "05:00",
        "end": "09:30",
        "capacity": "10",
    }
    return form(**{**said, **changed})


def test_a_project_is_proposed_returned_changed_and_opened(ground: Ground) -> None:
    by, steward = ground.people[0], browser(ground.stewards[0])
    client, address = browser(by), reverse("pledges:propose", args=[ground.season.code])
    assert client.post(address, project_form(capacity="1")).status_code == 422
    assert client.post(address, project_form(end="05:30")).status_code == 422
    assert client.post(address, project_form()).status_code == 303
    [made] = queries.led_by(making.person_of(by))
    assert (made.window.start, made.window.until, made.unit) == (300, 570, "쪽")
    assert made.title in text(steward, "pledges-desk:stewards")
    review = reverse("pledges-desk:review", args=[made.code])
    assert client.post(review, form(answer="approve")).status_code == 403
    assert steward.post(review, form(answer="return", why="시간이 짧아요")).status_code == 303
    assert "시간이 짧아요" in text(client, "pledges:edit", made.code)
    assert client.post(reverse("pledges:edit", args=[made.code]), project_form(end="")).status_code == 303
    assert steward.post(review, form(answer="approve")).status_code == 303
    assert queries.project(made.id).state is ProjectState.OPEN
    assert queries.project(made.id).window.until == 1_440


def test_a_late_proof_is_rejected_appealed_and_heard_on_pages(ground: Ground) -> None:
    by, leader, steward = ground.people[0], browser(ground.leader), browser(ground.stewards[0])
    pledge = making.joined(by, ground.project)
    with making.on_day(ground, 2):
        proof = making.prove(by, pledge, 1)
        assert "1일째" in text(leader, "pledges-desk:lead", ground.project.code)
        judge = reverse("pledges-desk:judge", args=[proof.id])
        assert browser(by).post(judge, form(answer="yes")).status_code == 403
        assert leader.post(judge, form(answer="no", why="사진이 없어요")).status_code == 303
        assert "사진이 없어요" in text(browser(by), "pledges:pledge", pledge.id)
        appeal = reverse("pledges:appeal", args=[proof.id])
        assert browser(by).post(appeal, form(why="글로 보냈어요")).status_code == 303
        assert "글로 보냈어요" in text(steward, "pledges-desk:stewards")
        hear = reverse("pledges-desk:hear", args=[proof.id])
        assert leader.post(hear, form(answer="yes")).status_code == 403
        assert steward.post(hear, form(answer="yes")).status_code == 303
    assert queries.proof(proof.id).state is ProofState.ACCEPTED


def test_handing_over_and_cancelling(ground: Ground) -> None:
    one, other = ground.people[:2]
    for by in (one, other):
        making.joined(by, ground.project)
    over = reverse("pledges-desk:hand_over", args=[ground.project.code, one.person])
    assert browser(other).post(over, form()).status_code == 403
    assert browser(ground.leader).post(over, form()).status_code == 303
    assert queries.project(ground.project.id).leader == one.person
    cancel = reverse("pledges-desk:cancel", args=[ground.project.code])
    assert browser(one).post(cancel, form(why="못 하겠어요")).status_code == 403
    assert browser(ground.stewards[0]).post(cancel, form(why="길잡이가 없어요")).status_code == 303
    assert queries.project(ground.project.id).state is ProjectState.CANCELLED


def test_a_season_is_opened_and_settled_at_the_desk(ground: Ground) -> None:
    steward, today = browser(ground.stewards[0]), clock.today()
    said = {
        "name": "가을 백일",
        "propose_until": today.isoformat(),
        "join_until": (today + timedelta(days=1)).isoformat(),
        "starts_on": (today + timedelta(days=2)).isoformat(),
        "deposit": "10,000",
        "grace_minutes": "60",
        "fee_percent": "0",
        "receivers": [str(ground.receiver)],
    }
    assert steward.post(reverse("pledges-desk:stewards"), form(**said)).status_code == 303
    assert (
        steward.post(reverse("pledges-desk:stewards"), form(**{**said, "starts_on": today.isoformat()})).status_code
        == 422
    )
    assert {one.name for one in queries.seasons()} == {"가을 백일", ground.season.name}
    pledge = making.joined(ground.people[0], ground.project, ground.consent)
    making.proved(ground, ground.people[0], pledge, 63)
    settle = reverse("pledges-desk:settle", args=[ground.season.code])
    assert steward.post(settle, form()).status_code == 409
    with making.after_review(ground):
        assert browser(ground.leader).post(settle, form()).status_code == 403
        assert steward.post(settle, form()).status_code == 303
        while actions.settle_next(making.BY, ground.season.id):
            pass
    assert queries.season(ground.season.id).state is SeasonState.SETTLED
    page = text(browser(ground.people[0]), "pledges:pledge", pledge.id)
    assert "6,300" in page
    assert "3,700" in page
    text(steward, "pledges-desk:stewards")
    text(browser(), "pledges:home")
