"""Pages through the client: who sees what, what a form keeps, what is refused in words."""

import io
import re
import zipfile
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from dure.base import ids
from dure.foundations.people import actions, queries
from dure.foundations.people.models import Person
from dure.foundations.people.types import Actor, OrgRole, OrgState, Origin, PlatformRole
from dure.foundations.places import demo as places_demo

from . import making

pytestmark = pytest.mark.django_db
JOINING = {
    "name": "새 이웃",
    "email": "new.neighbour@gmail.com",
    "password1": "a quite long secret",
    "shown": "terms:1 privacy:1 age_14:1 letters:1",
    "consent_terms": "on",
    "consent_privacy": "on",
    "consent_age_14": "on",
}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def browser(actor: Actor | None = None, language: str = "ko") -> Client:
    """A browser in which `actor` is logged in and proved themselves a moment ago."""
    client = Client(headers={"accept-language": language})
    if actor is not None:
        client.force_login(Person.objects.get(id=making.id_of(actor)))
        session = client.session
        record = {"method": "password", "at": 4_000_000_000, "reauthenticated": True}
        session["account_authentication_methods"] = [record]
        session["account_authentication_methods_user"] = str(actor.person)
        session.save()
    return client


def words(response: Any) -> str:
    return str(response.content.decode())


def code() -> str:
    found = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def test_a_guest_is_welcomed_and_led_to_the_log_in_and_back() -> None:
    client = browser()
    assert "손님으로 둘러보고" in words(client.get("/me/"))
    answer = client.get("/me/consents/")
    assert answer.status_code == 303
    assert answer["Location"] == "/accounts/login/?next=%2Fme%2Fconsents%2F"


def test_joining_from_the_form_to_the_first_page() -> None:
    client = browser()
    answer = client.post("/accounts/signup/", JOINING)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not queries.find_persons("새 이웃")[0].verified
    assert "가입 코드" in mail.outbox[-1].subject
    answer = client.post("/accounts/confirm-email/", {"code": code()}, follow=True)
    person = queries.find_persons("새 이웃")[0]
    assert person.verified
    assert "새 이웃 님, 반갑습니다." in words(answer)
    given = {consent.text.purpose: consent.given for consent in queries.consents_of(person.id)}
    asked_later = {"letters", "receipt_sharing", "checkin"}
    assert given == {"terms": True, "privacy": True, "age_14": True} | dict.fromkeys(asked_later, False)


@pytest.mark.parametrize("missing", ["consent_terms", "consent_privacy", "consent_age_14"])
def test_nobody_joins_without_the_needed_consents_and_the_form_keeps_what_was_typed(missing: str) -> None:
    answer = browser().post("/accounts/signup/", {key: value for key, value in JOINING.items() if key != missing})
    assert 'value="새 이웃"' in words(answer)
    assert "아직 보내지 않았습니다" in words(answer)
    assert not queries.find_persons("새 이웃")


def test_one_agrees_to_the_words_one_read() -> None:
    answer = browser().post("/accounts/signup/", JOINING | {"shown": "terms:0 privacy:1 age_14:1 letters:1"})
    assert "그 사이에 내용이 바뀌었습니다" in words(answer)


@pytest.mark.parametrize("spelling", ["new.neighbour@gmail.com", "NewNeighbour+2@googlemail.com"])
def test_a_mailbox_joins_once_and_only_its_owner_is_told(spelling: str) -> None:
    making.person("먼저 온 사람", email="new.neighbour@gmail.com")
    known, unknown = browser(), browser()
    first = known.post("/accounts/signup/", JOINING | {"email": spelling})
    second = unknown.post("/accounts/signup/", JOINING | {"email": "somebody.else@sample.invalid"})
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    letters = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert letters[spelling.lower()] == "[두레] 이미 계정이 있습니다"
    assert len(queries.find_persons("새 이웃")) == 1  # the other one


def test_log_in_by_password_and_by_code() -> None:
    somebody = making.person()
    row = Person.objects.get(id=making.id_of(somebody))
    row.set_password(making.PASSWORD)
    row.save()
    answer = browser().post("/accounts/login/", {"login": row.email, "password": making.PASSWORD}, follow=True)
    assert "김예시 님, 반갑습니다." in words(answer)
    client = browser()
    client.post("/accounts/login/code/", {"email": row.email})
    answer = client.post("/accounts/login/code/confirm/", {"code": code()}, follow=True)
    assert "김예시 님, 반갑습니다." in words(answer)


def test_the_sixth_wrong_password_in_five_minutes_is_not_tried() -> None:
    email = Person.objects.get(id=making.id_of(making.person())).email
    client = browser()
    answers = [words(client.post("/accounts/login/", {"login": email, "password": "wrong"})) for _ in range(6)]
    assert all("올바르지 않습니다" in answer for answer in answers[:5])
    assert "너무 많은" in answers[5]


def test_a_forgotten_password_is_set_anew_with_a_code_and_unknown_addresses_look_the_same() -> None:
    email = Person.objects.get(id=making.id_of(making.person())).email
    client, stranger = browser(), browser()
    known = client.post("/accounts/password/reset/", {"email": email})
    unknown = stranger.post("/accounts/password/reset/", {"email": "nobody@sample.invalid"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert mail.outbox[1].subject == "[두레] 이 주소로 가입한 계정이 없습니다"
    mail.outbox.pop()
    answer = client.post("/accounts/password/reset/confirm/", {"code": code()}, follow=True)
    fields = {"password1": "another long secret", "password2": "another long secret"}
    client.post("/accounts/password/reset/complete/", fields, follow=True)
    assert answer.status_code == 200
    again = browser().post("/accounts/login/", {"login": email, "password": "another long secret"}, follow=True)
    assert "님, 반갑습니다." in words(again)


def test_changing_the_address_moves_the_identity_with_it() -> None:
    somebody = making.person(email="old@sample.invalid")
    client = browser(somebody)
    client.post("/accounts/email/", {"email": "brand.new@gmail.com", "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": code()}, follow=True)
    assert queries.profile(making.id_of(somebody)).email == "brand.new@gmail.com"
    assert queries.is_address_taken("brandnew@gmail.com")
    assert not queries.is_address_taken("old@sample.invalid")


def test_an_address_that_is_another_spelling_of_somebody_elses_is_not_taken_over() -> None:
    making.person("남", email="brandnew@gmail.com")
    somebody = making.person(email="old@sample.invalid")
    client = browser(somebody)
    client.post("/accounts/email/", {"email": "brand.new@gmail.com", "action_add": ""})
    answer = client.post("/accounts/confirm-email/", {"code": code()}, follow=True)
    assert "다른 계정에서 쓰는 주소입니다" in words(answer)
    assert queries.profile(making.id_of(somebody)).email == "old@sample.invalid"


def test_profile_and_language() -> None:
    somebody = making.person()
    client = browser(somebody)
    answer = client.post("/me/profile/", {"name": "  김  다른이름 ", "language": "en"}, follow=True)
    assert queries.profile(making.id_of(somebody)).name == "김 다른이름"
    assert "Saved." in words(answer)
    assert client.post("/me/profile/", {"name": "\u202e", "language": "ko"}).status_code == 422


def test_where_one_lives_is_picked_by_the_person_never_guessed() -> None:
    places_demo.load()
    somebody = making.person()
    client, me = browser(somebody), making.id_of(somebody)
    said = {"name": "김예시", "language": "ko"}
    unknown = client.post("/me/profile/", said | {"place": "없는동네"})
    assert unknown.status_code == 422
    assert "찾지 못했습니다" in words(unknown)
    several = client.post("/me/profile/", said | {"place": "솔내"})
    assert several.status_code == 422
    assert "하나를 골라 주세요" in words(several)
    assert "솔내리" in words(several)
    client.post("/me/profile/", said | {"place": "솔내", "region": "9901031021"})
    assert queries.profile(me).region == "9901031021"
    label = re.search(r'name="place" value="([^"]+)"', words(client.get("/me/profile/")))
    assert label
    client.post("/me/profile/", said | {"place": label[1]})
    assert queries.profile(me).region == "9901031021"
    client.post("/me/profile/", said | {"place": ""})
    assert queries.profile(me).region == ""


def test_a_consent_is_given_and_taken_back_in_one_tap() -> None:
    somebody = making.person()
    client = browser(somebody)
    client.post("/me/consents/letters/give/1/")
    assert queries.has_consent(making.id_of(somebody), "letters")
    client.post("/me/consents/letters/withdraw/")
    assert not queries.has_consent(making.id_of(somebody), "letters")
    assert client.post("/me/consents/letters/give/9/").status_code == 409
    assert client.post("/me/consents/terms/withdraw/").status_code == 409
    assert client.post("/me/consents/nothing/withdraw/").status_code == 404
    page = words(client.get("/me/consents/"))
    assert page.count("거둠") == 2


@pytest.mark.parametrize("path", ["export", "close", "organisations/{org}/bank"])
def test_what_a_borrowed_telephone_must_not_open_asks_for_a_proof(path: str) -> None:
    org, owner = making.organisation(making.person())
    row = Person.objects.get(id=making.id_of(owner))
    row.set_password(making.PASSWORD)
    row.save()
    client = Client()
    client.force_login(row)
    answer = client.get(f"/me/{path.format(org=org)}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_the_export_is_a_zip_of_ones_own() -> None:
    somebody = making.person()
    answer = browser(somebody).post("/me/export/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        assert archive.testzip() is None
        assert "people.json" in archive.namelist()
        assert str(somebody.person) in archive.read("people.json").decode()
    assert answer["Cache-Control"] == "no-store"


def test_closing_logs_out_everywhere_and_waits_for_what_is_open() -> None:
    _org, owner = making.organisation(making.person())
    page = words(browser(owner).get("/me/close/"))
    assert "솔내리 이웃돕기회의 하나뿐인 책임자입니다" in page
    assert "되돌릴 수 없다는" not in page
    somebody = making.person()
    client, elsewhere = browser(somebody), browser(somebody)
    assert client.post("/me/close/", {}).status_code == 422
    answer = client.post("/me/close/", {"sure": "on"}, follow=True)
    assert "탈퇴했습니다" in words(answer)
    assert "손님으로 둘러보고" in words(elsewhere.get("/me/"))
    assert not EmailAddress.objects.filter(user_id=making.id_of(somebody)).exists()


def test_an_organisation_from_the_form_to_verified_with_its_bank_account() -> None:
    owner, steward = making.person(), making.steward()
    client, desk = browser(owner), browser(steward)
    entry = {
        "name": "솔내 도서관",
        "kind": "ngo",
        "registration_number": "123-45-67890",
        "representative": "김예시",
        "contact_email": "library@sample.invalid",
        "address": "가람군 솔내리 2",
        "idempotency_key": str(ids.new()),
    }
    refused = client.post("/me/organisations/new/", entry)
    assert refused.status_code == 422
    assert "마지막 숫자가 나머지와 맞지 않습니다" in words(refused)
    assert 'value="솔내 도서관"' in words(refused)
    entry["registration_number"] = "123-45-67891"
    made = client.post("/me/organisations/new/", entry)
    assert client.post("/me/organisations/new/", entry)["Location"] == made["Location"]  # sent twice, entered once
    assert len(queries.find_organisations("솔내 도서관")) == 1
    address = made["Location"]
    org = queries.find_organisations("솔내 도서관")[0].id
    client.post(f"{address}submit/")
    assert "솔내 도서관" in words(desk.get("/desk/people/organisations/"))
    check = f"/desk/people/organisations/{org}/"
    assert desk.post(check, {"decision": "reject", "reason": ""}).status_code == 422
    desk.post(check, {"decision": "reject", "reason": "대표자 이름을 확인해 주세요"})
    assert "대표자 이름을 확인해 주세요" in words(client.get(address))
    client.post(f"{address}edit/", entry | {"representative": "박보기"})
    client.post(f"{address}submit/")
    desk.post(check, {"decision": "verify", "reason": ""})
    assert queries.organisation(org).state is OrgState.VERIFIED
    client.post(f"{address}bank/", {"bank_code": "004", "number": "123-456-789012", "holder": "솔내 도서관"})
    page = words(desk.get(check))
    assert "123456789012" in page
    assert "123456789012" not in words(client.get(address))
    account = queries.bank_account(steward, org)
    assert account is not None
    desk.post(f"{check}bank/{account.id}/")
    assert queries.has_verified_bank_account(org)


def test_a_stranger_sees_the_entry_and_nothing_inside() -> None:
    org, owner = making.organisation(making.person("박주인"))
    actions.set_bank_account(owner, org, bank_code="004", number="123456789012", holder="비밀 예금주")
    for client in (browser(), browser(making.person())):
        page = words(client.get(f"/me/organisations/{org}/"))
        assert "솔내리 이웃돕기회" in page
        assert "비밀 예금주" not in page
        assert "박주인" not in page


def test_inviting_accepting_and_leaving() -> None:
    org, owner = making.organisation(making.person())
    invited = making.person("초대받은 이", email="invited@sample.invalid")
    client, theirs = browser(owner), browser(invited)
    address = f"/me/organisations/{org}/"
    bad = client.post(f"{address}invite/", {"email": "no address", "role": "staff"})
    assert bad.status_code == 422
    client.post(f"{address}invite/", {"email": "Invited@sample.invalid", "role": "staff"})
    assert "솔내리 이웃돕기회에서 초대했습니다" in words(theirs.get("/me/"))
    assert "솔내리 이웃돕기회에서 초대했습니다" in words(theirs.get("/"))
    invitation = queries.invitations_to(making.id_of(invited))[0]
    assert browser(making.person()).post(f"/me/invitations/{invitation.id}/accept/").status_code == 403
    theirs.post(f"/me/invitations/{invitation.id}/accept/")
    assert making.fresh(invited).works_for(org)
    client.post(f"{address}members/{invited.person}/owner/")
    assert making.fresh(invited).owns(org)
    assert client.post(f"{address}members/{invited.person}/emperor/").status_code == 404
    theirs.post(f"{address}members/{invited.person}/remove/")
    assert not making.fresh(invited).works_for(org)


DESK = ["/desk/people/organisations/", "/desk/people/roles/", "/desk/people/organisations/{org}/"]


@pytest.mark.parametrize("path", DESK)
def test_the_desk_opens_for_stewards_and_auditors_only(path: str) -> None:
    org, owner = making.organisation(making.person())
    path = path.format(org=org)
    assert browser().get(path).status_code == 303
    assert browser(owner).get(path).status_code == 403
    assert browser(making.auditor()).get(path).status_code == 200
    assert browser(making.steward()).get(path).status_code == 200


def test_an_auditor_changes_nothing_at_the_desk() -> None:
    org, owner = making.organisation(making.person())
    actions.submit_verification(owner, org)
    auditor = browser(making.auditor())
    check = f"/desk/people/organisations/{org}/"
    assert 'name="decision"' not in words(auditor.get(check))
    answer = auditor.post(check, {"decision": "verify", "reason": ""})
    assert answer.status_code == 403
    assert queries.organisation(org).state is OrgState.SUBMITTED


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_draws_in_both_languages(language: str) -> None:
    org, owner = making.verified_organisation(making.person())
    making.member(org, owner, OrgRole.STAFF)
    actions.invite_member(owner, org, "open@sample.invalid", OrgRole.STAFF)
    actions.set_bank_account(owner, org, bank_code="004", number="12345678", holder="이웃")
    actions.give_consent(owner, "letters", 1, Origin(face="page"))
    owner = making.with_role(owner, PlatformRole.AUDITOR)
    row = Person.objects.get(id=making.id_of(owner))
    row.set_password(making.PASSWORD)
    row.save()
    client = browser(owner, language)
    client.cookies["django_language"] = language
    org_pages = [f"/me/organisations/{org}/", f"/me/organisations/{org}/edit/", f"/me/organisations/{org}/bank/"]
    me_pages = ["", "profile", "consents", "security", "export", "close", "organisations/new"]
    account_pages = [
        *("email", "password/change", "logout", "sessions", "reauthenticate", "3rdparty", "2fa"),
        *("2fa/webauthn", "2fa/webauthn/add", "2fa/totp/activate", "2fa/recovery-codes/generate"),
    ]
    desk = [path.format(org=org) for path in DESK]
    paths = [*(f"/me/{page}/".replace("//", "/") for page in me_pages), *org_pages, *desk]
    paths += [f"/accounts/{page}/" for page in account_pages]
    for path in paths:
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in words(answer), path
    guest = browser(language=language)
    for page in (
        "login",
        "signup",
        "signup/passkey",
        "password/reset",
        "login/code",
        "inactive",
        "3rdparty/login/cancelled",
    ):
        answer = guest.get(f"/accounts/{page}/", follow=True)
        assert answer.status_code == 200, page
        assert f'<html lang="{language}"' in words(answer), page


def test_removing_a_member_asks_a_second_question_that_names_who_goes() -> None:
    organisation, owner = making.verified_organisation(making.person("정단체"))
    making.member(organisation, owner)
    text = words(browser(making.fresh(owner)).get(f"/me/organisations/{organisation}/"))
    asked = text[text.index("더는 보거나 할 수 없고") - 400 :][:900]
    assert '<details class="ask danger">' in asked
    assert "네, 내보냅니다" in asked
