"""What people does, on the real database."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import actions, models, queries, rules
from dure.foundations.people.types import (
    AlreadyMember,
    BadNumber,
    ConflictOfInterest,
    Decision,
    InvitationOver,
    InvitationState,
    LastOwner,
    LastSteward,
    NoBankAccount,
    NumberTaken,
    Objection,
    OrgRole,
    OrgState,
    Origin,
    OtherText,
    PlatformRole,
    ReasonMissing,
    RequiredConsent,
    StillNeeded,
    WrongState,
    system,
)
from dure.kit import tx
from dure.kit.models import News

from . import making

pytestmark = pytest.mark.django_db
HERE = Origin(face="page", address="192.0.2.1", language="ko")


def told() -> list[str]:
    return list(News.objects.order_by("id").values_list("kind", flat=True))


def test_the_first_proof_of_an_address_is_joining_and_happens_once() -> None:
    somebody = making.person(verified=False)
    assert not somebody.verified
    assert actions.note_verified(system("test"), making.id_of(somebody))
    assert not actions.note_verified(system("test"), making.id_of(somebody))
    assert told() == ["people.PersonJoined"]
    assert making.fresh(somebody).verified


def test_an_actor_is_read_in_one_statement(django_assert_num_queries) -> None:
    org, owner = making.organisation(making.person())
    making.with_role(owner, PlatformRole.AUDITOR)
    with django_assert_num_queries(1):
        actor = queries.actor(owner.person)
    assert actor.owns(org)
    assert actor.is_auditor
    assert not actor.is_steward
    assert queries.actor(None).person is None


def test_from_entry_to_verified() -> None:
    org, owner = making.organisation(making.person())
    assert queries.organisation(org).state is OrgState.UNVERIFIED
    decider = making.steward()
    with pytest.raises(WrongState):
        actions.decide_verification(decider, org, Decision.VERIFY)
    actions.submit_verification(owner, org)
    with pytest.raises(WrongState):
        actions.submit_verification(owner, org)
    with pytest.raises(ReasonMissing):
        actions.decide_verification(decider, org, Decision.REJECT)
    actions.decide_verification(decider, org, Decision.REJECT, "대표자 이름이 등록증과 다릅니다")
    actions.submit_verification(owner, org)
    actions.decide_verification(decider, org, Decision.VERIFY)
    assert queries.organisation(org).verified
    steps = queries.verification_steps(owner, org)
    assert [step.state for step in reversed(steps)] == ["submitted", "rejected", "submitted", "verified"]
    actions.decide_verification(decider, org, Decision.REVOKE, "등록이 취소되었습니다")
    assert queries.organisation(org).state is OrgState.REVOKED
    assert told()[-3:] == ["people.OrganisationRejected", "people.OrganisationVerified", "people.OrganisationRevoked"]


def test_the_official_entry_stands_still_once_it_is_checked() -> None:
    org, owner = making.verified_organisation(making.person())
    card = queries.organisation(org)
    form = queries.form_of(card)
    with pytest.raises(WrongState):
        actions.edit_organisation(
            owner, org, making.form(registration_number=form.registration_number, name="다른 이름")
        )
    actions.edit_organisation(
        owner, org, making.form(registration_number=form.registration_number, contact_email="new@sample.invalid")
    )
    assert queries.organisation(org).contact_email == "new@sample.invalid"
    assert queries.organisation(org).verified


def test_one_number_is_verified_once() -> None:
    number = making.number(77)
    making.verified_organisation(making.person(), registration_number=number)
    second, owner = making.organisation(making.person(), registration_number=number)
    actions.submit_verification(owner, second)
    with pytest.raises(NumberTaken):
        actions.decide_verification(making.steward(), second, Decision.VERIFY)


def test_a_wrong_number_is_refused() -> None:
    with pytest.raises(BadNumber):
        actions.register_organisation(making.person(), making.form(registration_number="123-45-67890"))


def test_a_steward_does_not_decide_about_their_own_organisation() -> None:
    org, owner = making.organisation(making.person())
    actions.submit_verification(owner, org)
    owner = making.with_role(owner, PlatformRole.STEWARD)
    with pytest.raises(ConflictOfInterest):
        actions.decide_verification(owner, org, Decision.VERIFY)


def test_an_invitation_goes_to_a_mailbox_and_can_be_answered_by_whoever_proved_it() -> None:
    org, owner = making.organisation(making.person())
    invitation = actions.invite_member(owner, org, "New.Person@gmail.com", OrgRole.STAFF)
    stranger = making.person()
    with pytest.raises(NotAllowed):
        actions.accept_invitation(stranger, invitation)
    invited = making.person(email="newperson+dure@gmail.com")
    assert [found.id for found in queries.invitations_to(making.id_of(invited))] == [invitation]
    assert actions.accept_invitation(invited, invitation) == org
    assert making.fresh(invited).works_for(org)
    with pytest.raises(InvitationOver):
        actions.decline_invitation(invited, invitation)
    with pytest.raises(AlreadyMember):
        actions.invite_member(owner, org, "newperson@gmail.com", OrgRole.STAFF)


def test_an_invitation_ends_by_itself() -> None:
    org, owner = making.organisation(making.person())
    invitation = actions.invite_member(owner, org, "late@sample.invalid", OrgRole.STAFF)
    invited = making.person(email="late@sample.invalid")
    with time_machine.travel(clock.now() + rules.INVITATION_VALID + timedelta(minutes=1)):
        assert not queries.invitations_to(making.id_of(invited))
        with pytest.raises(InvitationOver):
            actions.accept_invitation(invited, invitation)


def test_an_unproved_address_answers_no_invitation() -> None:
    org, owner = making.organisation(making.person())
    invitation = actions.invite_member(owner, org, "x@sample.invalid", OrgRole.OWNER)
    with pytest.raises(NotAllowed):
        actions.accept_invitation(making.person(email="x@sample.invalid", verified=False), invitation)


def test_one_owner_stays() -> None:
    org, owner = making.organisation(making.person())
    other = making.member(org, owner)
    with pytest.raises(LastOwner):
        actions.remove_member(owner, org, making.id_of(owner))
    with pytest.raises(LastOwner):
        actions.change_member_role(owner, org, making.id_of(owner), OrgRole.STAFF)
    with pytest.raises(NotAllowed):
        actions.remove_member(other, org, making.id_of(owner))
    actions.change_member_role(owner, org, making.id_of(other), OrgRole.OWNER)
    actions.remove_member(owner, org, making.id_of(owner))
    assert not making.fresh(owner).works_for(org)
    assert making.fresh(other).owns(org)


def test_one_steward_stays() -> None:
    first, second = making.steward(), making.steward()
    actions.revoke_role(second, making.id_of(second), PlatformRole.STEWARD)
    with pytest.raises(LastSteward):
        actions.revoke_role(first, making.id_of(first), PlatformRole.STEWARD)
    with pytest.raises(NotFound):
        actions.revoke_role(first, making.id_of(second), PlatformRole.STEWARD)


def test_a_steward_opens_the_admin_and_an_auditor_only_reads_in_it() -> None:
    steward = models.Person.objects.get(id=making.id_of(making.steward()))
    auditor = models.Person.objects.get(id=making.id_of(making.auditor()))
    assert steward.has_perm("people.change_person")
    assert auditor.is_staff
    assert auditor.has_perm("people.view_person")
    assert not auditor.has_perm("people.change_person")


def test_a_bank_account_is_masked_and_a_new_one_is_unverified() -> None:
    org, owner = making.verified_organisation(making.person())
    decider = making.steward()
    account = actions.set_bank_account(owner, org, bank_code="004", number="123-456-789012", holder="솔내리 이웃돕기회")
    shown = queries.bank_account(making.member(org, owner), org)
    assert shown is not None
    assert (shown.number, shown.masked, shown.verified) == ("••••••••9012", True, False)
    assert [card.id for card in queries.unverified_bank_accounts(decider)] == [org]
    actions.verify_bank_account(decider, org, account)
    assert queries.has_verified_bank_account(org)
    actions.set_bank_account(owner, org, bank_code="088", number="110222333444", holder="솔내리 이웃돕기회")
    assert not queries.has_verified_bank_account(org)
    with pytest.raises(NoBankAccount):
        actions.verify_bank_account(decider, org, account)
    whole = queries.bank_account(decider, org, whole=True)
    assert whole is not None
    assert whole.number == "110222333444"


def test_consents_are_a_log_that_only_grows() -> None:
    somebody = making.person()
    me = making.id_of(somebody)
    actions.give_consent(somebody, "letters", 1, HERE)
    actions.give_consent(somebody, "letters", 1, HERE)
    assert queries.has_consent(me, "letters")
    assert queries.persons_consenting("letters") == {me}
    actions.withdraw_consent(somebody, "letters", HERE)
    actions.withdraw_consent(somebody, "letters", HERE)
    assert [line.given for line in queries.consent_log(me)] == [True, False]
    assert not queries.has_consent(me, "letters")
    with pytest.raises(OtherText):
        actions.give_consent(somebody, "letters", 2, HERE)
    with pytest.raises(RequiredConsent):
        actions.withdraw_consent(somebody, "terms", HERE)
    with pytest.raises(NotFound):
        actions.give_consent(somebody, "nothing", 1, HERE)
    assert told() == ["people.ConsentGiven", "people.ConsentWithdrawn"]
    line = models.ConsentEntry.objects.order_by("id")[0]
    assert line.address_hash
    assert "192.0.2.1" not in line.address_hash
    assert line.text_digest == rules.digest(rules.LETTERS, "ko")


@pytest.mark.parametrize("statement", ["UPDATE people_consent SET given = false", "DELETE FROM people_consent"])
def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    actions.give_consent(making.person(), "letters", 1, HERE)
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_closing_erases_the_person_and_leaves_the_pseudonym() -> None:
    org, owner = making.organisation(making.person())
    leaving = making.member(org, owner)
    me = making.id_of(leaving)
    email = models.Person.objects.get(id=me).email
    actions.give_consent(leaving, "terms", 1, HERE)
    actions.close_account(leaving, HERE)
    card = queries.person(me)
    assert (card.name, card.closed, card.id) == ("", True, me)
    assert queries.actor(me).person is None
    assert not queries.member_ids(org) & {me}
    row = models.Person.objects.get(id=me)
    assert email not in str(vars(row))
    assert not row.has_usable_password()
    assert not queries.consents_of(me)[0].given
    assert told()[-1] == "people.AccountClosed"
    assert queries.is_address_taken(email)
    actions.forget(system("test"), clock.now() + rules.FINGERPRINT_KEPT + timedelta(minutes=1))
    assert not queries.is_address_taken(email)


def test_closing_waits_for_what_is_open() -> None:
    _org, owner = making.organisation(making.person())
    with pytest.raises(StillNeeded) as refused:
        actions.close_account(owner, HERE)
    assert refused.value.objections == (Objection(house="people", code="last_owner", about="솔내리 이웃돕기회"),)
    lonely = making.steward()
    with pytest.raises(StillNeeded):
        actions.close_account(lonely, HERE)


def test_the_last_word_counts_however_long_the_log_is(monkeypatch) -> None:
    somebody = making.person()
    monkeypatch.setattr(queries.consents, "LOG_LINES_MAX", 2)
    for _ in range(2):
        actions.give_consent(somebody, "letters", 1, HERE)
        actions.withdraw_consent(somebody, "letters", HERE)
    actions.give_consent(somebody, "letters", 1, HERE)
    me = making.id_of(somebody)
    assert [line.given for line in queries.consent_log(me)] == [False, True], "a page shows the newest"
    assert queries.has_consent(me, "letters")
    with zipfile.ZipFile(io.BytesIO(b"".join(actions.export(somebody)))) as archive:
        lines = json.loads(archive.read("people.json"))["consents"]
    assert [line["given"] for line in lines if line["purpose"] == "letters"] == [True, False, True, False, True]


def test_other_houses_object_to_closing_and_add_to_the_export(monkeypatch) -> None:
    somebody = making.person()
    monkeypatch.setitem(queries.contributions._closing_hooks, "shed", lambda _: [Objection("shed", "ladder_out")])
    with pytest.raises(StillNeeded):
        actions.close_account(somebody, HERE)
    monkeypatch.setitem(queries.contributions._export_hooks, "shed", lambda person: {"loans": [str(person)]})
    with zipfile.ZipFile(io.BytesIO(b"".join(actions.export(somebody)))) as archive:
        assert {"people.json", "shed.json"} <= set(archive.namelist())
        own = json.loads(archive.read("people.json"))
        assert json.loads(archive.read("shed.json")) == {"loans": [str(somebody.person)]}
    assert own["profile"]["name"] == "김예시"


def test_an_address_nobody_proves_is_forgotten_after_a_week() -> None:
    somebody = making.person(verified=False, email="never@sample.invalid")
    assert actions.forget(system("test"), clock.now() + timedelta(days=1)) == 0
    assert actions.forget(system("test"), clock.now() + timedelta(days=8)) == 1
    assert queries.person(making.id_of(somebody)).closed
    assert not queries.is_address_taken("never@sample.invalid")


def test_an_address_nobody_proves_declines_no_invitation_to_its_mailbox() -> None:
    org, owner = making.organisation(making.person())
    invitation = actions.invite_member(owner, org, "somebody@sample.invalid", OrgRole.STAFF)
    making.person(verified=False, email="somebody@sample.invalid")
    actions.forget(system("test"), clock.now() + timedelta(days=8))
    known = queries.invitation(invitation)
    assert (known.state, known.email) == (InvitationState.OPEN, "somebody@sample.invalid")


def test_identity_is_one_for_all_spellings() -> None:
    somebody = making.person(email="ga.ram@gmail.com")
    key = queries.identity_of(making.id_of(somebody)).key
    assert key == models.email_key("garam+x@googlemail.com")
    assert queries.is_address_taken("GARAM@gmail.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        making.person(email="garam@gmail.com")


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_done() -> None:
    somebody = making.person()
    with pytest.raises(RuntimeError):
        actions.rename(somebody, "다른 이름")
    with tx.durable():
        actions.rename(somebody, "다른 이름")
    assert queries.names([making.id_of(somebody)]) == {somebody.person: "다른 이름"}
