"""A certificate says what was settled and what its person wants said; whoever has its code sees that it is true."""

import io
import json
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from dure.base.refusals import KeyReused, NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.kit import bearer
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, documents, models, queries
from dure.services.pledges.rules import commitment, keepsakes
from dure.services.pledges.types import NotSettledYet, Pledge, PledgeId, ShownName

from . import making
from .making import BY, Ground, key


def kept(ground: Ground, days: int = 63) -> Pledge:
    """A settled pledge of the first person."""
    by = ground.people[0]
    pledge = making.joined(by, ground.project, ground.consent)
    making.proved(ground, by, pledge, days)
    making.settled(ground)
    return queries.pledge(pledge.id)


def words(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


@given(st.text(min_size=1, max_size=30).filter(str.strip))
def test_no_more_of_a_name_is_shown_than_was_chosen(name: str) -> None:
    assert keepsakes.shown_name(name, ShownName.NONE) == ""
    first = keepsakes.shown_name(name, ShownName.FIRST)
    assert first[0] == name.strip()[0]
    assert set(first[1:]) <= {keepsakes.CIRCLE}
    assert keepsakes.shown_name(name, ShownName.WHOLE) == name.strip()


def test_a_certificate_shows_what_was_settled_and_its_count_reaches_the_published_root(ground: Ground) -> None:
    pledge, by = kept(ground), ground.people[0]
    once = key()
    made = actions.make_certificate(by, pledge.id, ShownName.FIRST, key=once)
    assert actions.make_certificate(by, pledge.id, ShownName.FIRST, key=once) == made
    with pytest.raises(KeyReused):
        actions.make_certificate(by, pledge.id, ShownName.NONE, key=once)
    own = people.person(making.person_of(by)).name
    assert (made.kept, made.name) == (63, own[0] + "○" * (len(own) - 1))
    count = queries.count_of_certificate(made.code)
    way = [(one.is_left, bytes.fromhex(one.hash)) for one in count.way]
    assert commitment.root_of(commitment.leaf(pledge.id, 63), way).hex() == queries.season(ground.season.id).root
    assert queries.certificate_by_code(f" {made.code[:4].lower()}-{made.code[4:]} ") == made


def test_a_new_one_ends_the_old_one_and_taken_back_it_leads_nowhere(ground: Ground) -> None:
    pledge, by = kept(ground), ground.people[0]
    old = actions.make_certificate(by, pledge.id, ShownName.WHOLE, key=key())
    new = actions.make_certificate(by, pledge.id, ShownName.NONE, key=key())
    assert (new.name, new.code != old.code) == ("", True)
    with pytest.raises(NotFound):
        queries.certificate_by_code(old.code)
    once = key()
    for _ in range(2):
        actions.withdraw_certificate(by, pledge.id, key=once)
    with pytest.raises(NotFound):
        queries.certificate_by_code(new.code)
    for name in ("certificate", "certificate_pdf", "certificate_png", "certificate_file"):
        assert browser().get(reverse(f"pledges:{name}", args=[new.code])).status_code == 404


def test_only_its_person_has_one_made_and_only_of_what_is_settled(ground: Ground) -> None:
    by = ground.people[0]
    joined = making.joined(by, ground.project, ground.consent)
    with pytest.raises(NotSettledYet):
        actions.make_certificate(by, joined.id, ShownName.NONE, key=key())
    assert browser(by).get(reverse("pledges:my_certificate", args=[joined.id])).status_code == 409
    making.settled(ground)
    for who in (ground.people[1], ground.leader, ground.stewards[0], folk.auditor()):
        with pytest.raises(NotAllowed):
            actions.make_certificate(who, joined.id, ShownName.NONE, key=key())
        with pytest.raises(NotAllowed):
            actions.withdraw_certificate(who, joined.id, key=key())
        assert browser(who).get(reverse("pledges:my_certificate", args=[joined.id])).status_code == 403
    with pytest.raises(NotAllowed):
        actions.forget_certificates(by, folk.id_of(by))


def test_who_closes_the_account_is_named_nowhere_any_more(ground: Ground) -> None:
    pledge, by = kept(ground), ground.people[0]
    made = actions.make_certificate(by, pledge.id, ShownName.WHOLE, key=key())
    export = json.loads(json.dumps(list(queries.export_of(folk.id_of(by))["pledges"]), default=str))  # type: ignore[call-overload]  # an iterator
    assert export[0]["certificate"] == {"code": made.code, "name": made.name}
    assert [actions.forget_certificates(BY, folk.id_of(by)) for _ in range(2)] == [1, 0]
    assert models.Certificate.objects.count() == 0
    assert making.broken() == []


def test_the_paper_and_the_picture_say_the_same_each_time(ground: Ground) -> None:
    pledge, by = kept(ground), ground.people[0]
    made = actions.make_certificate(by, pledge.id, ShownName.WHOLE, key=key())
    pdf = documents.certificate_pdf(made)
    assert documents.certificate_pdf(made) == pdf
    said = words(pdf)
    for part in (ground.project.title, made.name, made.code, "63"):
        assert part in said, said
    with Image.open(io.BytesIO(documents.certificate_png(made))) as picture:
        assert picture.height > picture.width > 800
    without = documents.certificate_pdf(actions.make_certificate(by, pledge.id, ShownName.NONE, key=key()))
    assert made.name not in words(without)


def test_from_the_pledge_to_the_check_on_pages(ground: Ground) -> None:
    pledge, client = kept(ground), browser(ground.people[0])
    mine = reverse("pledges:my_certificate", args=[pledge.id])
    assert mine in text(client, "pledges:pledge", pledge.id)
    assert client.post(mine, form(shown="somebody else")).status_code == 422
    assert client.post(mine, form(shown="whole")).status_code == 303
    made = queries.certificate_of(ground.people[0], pledge.id)
    assert reverse("pledges:certificate_png", args=[made.code]) in text(client, "pledges:my_certificate", pledge.id)
    typed = browser().get(reverse("pledges:certificates"), {"code": made.code.lower()})
    assert typed.headers["Location"] == reverse("pledges:certificate", args=[made.code])
    assert browser().get(reverse("pledges:certificates"), {"code": "AAAA"}).status_code == 422
    page = text(browser(), "pledges:certificate", made.code)
    for part in (made.name, ground.project.title, made.root):
        assert part in page
    assert str(folk.id_of(ground.people[0])) not in page
    assert browser().get(reverse("pledges:certificate_pdf", args=[made.code])).content.startswith(b"%PDF-")
    assert browser().get(reverse("pledges:certificate_png", args=[made.code])).content.startswith(b"\x89PNG")
    said = browser().get(reverse("pledges:certificate_file", args=[made.code])).json()
    for name in ("certificate_pdf", "certificate_png", "certificate_file"):  # no search engine lists them
        answer = browser().get(reverse(f"pledges:{name}", args=[made.code]))
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert (said["kept"], said["root"]) == (63, made.root)
    assert client.post(reverse("pledges:withdraw_certificate", args=[pledge.id]), form()).status_code == 303
    assert browser().get(reverse("pledges:certificate", args=[made.code])).status_code == 404


def test_over_the_api(ground: Ground, api_client: Any) -> None:
    pledge, by = kept(ground), ground.people[0]
    root, address = "/api/v1/pledges", f"/api/v1/pledges/mine/{pledge.id}/certificate"

    def headers(who: Any) -> dict[str, str]:
        token = bearer.mint(folk.id_of(who), verified=True)
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key()}

    assert api_client.put(address, headers={"Idempotency-Key": key()}, json={"name": "none"}).status_code == 401
    assert api_client.put(address, headers=headers(ground.people[1]), json={"name": "none"}).status_code == 403
    assert api_client.put(address, headers=headers(by), json={"name": "mayor"}).status_code == 422
    made = api_client.put(address, headers=headers(by), json={"name": "none"}).json()
    said = api_client.get(f"{root}/certificates/{made['code']}").json()
    assert (said["certificate"], said["count"]["kept"]) == (made, 63)
    assert api_client.post(f"{address}/withdraw", headers=headers(by)).json()["id"] == str(pledge.id)
    assert api_client.get(f"{root}/certificates/{made['code']}").status_code == 404


def test_a_pledge_that_is_not_there(ground: Ground) -> None:
    with pytest.raises(NotFound):
        actions.make_certificate(ground.people[0], PledgeId(UUID(int=1)), ShownName.NONE, key=key())
