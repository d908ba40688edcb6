"""What holds for the whole installation: no sample log-in outside a demonstration, letters, housework, the one hot read."""

import dataclasses
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.filebased import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse

from dure.base import clock, ids
from dure.foundations.people import actions, demo, models, queries, rules, tasks
from dure.foundations.people.pages import sampling
from dure.foundations.people.types import MemberInvited, OrgKind, OrgRole, PlatformRole
from dure.kit import delivery, outbox, sqlfiles, tx

from . import making

ROOT = Path(__file__).resolve().parents[4]
ASK_FOR_ADDRESSES = """
import django
django.setup()
from django.urls import Resolver404, resolve
for path in ("/me/", "/me/demo/", "/me/letters/", "/me/demo/00000000-0000-0000-0000-000000000000/"):
    try:
        print(path, resolve(path).func.__name__)
    except Resolver404:
        print(path, "nowhere")
"""


def test_outside_a_demonstration_sample_pages_have_no_address() -> None:
    environment = os.environ | {"DURE_DEMO": "0", "DJANGO_SETTINGS_MODULE": "dure.site.settings"}
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASK_FOR_ADDRESSES],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = dict(line.split(" ") for line in said.splitlines())
    assert lines.pop("/me/") == "me"
    assert len(lines) == 3
    assert set(lines.values()) == {"nowhere"}


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"demo": False}, {"origin": "https://dure.example.org"}])
def test_sample_pages_refuse_outside_a_demonstration_even_where_they_have_an_address(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    somebody = making.person()
    monkeypatch.setattr(settings, "DURE", dataclasses.replace(settings.DURE, **change))  # type: ignore[arg-type]  # names and values are given by the test
    client = Client()
    assert client.get("/me/demo/").status_code == 404
    assert client.get("/me/letters/").status_code == 404
    assert client.post(f"/me/demo/{somebody.person}/").status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_only_sample_people_can_be_tapped() -> None:
    client = Client()
    real = making.person(email="real@example.org")
    assert client.post(f"/me/demo/{real.person}/").status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_sample_people_load_in_a_demonstration_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DURE", dataclasses.replace(settings.DURE, demo=False))
    with pytest.raises(RuntimeError):
        demo.load()


def test_letters_of_a_demonstration_can_be_read(tmp_path: Path) -> None:
    sender = EmailBackend(alias="default", file_path=str(tmp_path))
    letter = mail.EmailMessage("제목: 코드", "본문\n\nABCD-EFGH", "dure@localhost", ["누구 <a@sample.invalid>"])
    sender.send_messages([letter, letter])
    found = sampling._letters(tmp_path)
    assert len(found) == 2
    assert found[0].subject == "제목: 코드"
    assert "ABCD-EFGH" in found[0].text
    assert "a@sample.invalid" in found[0].to
    assert sampling._letters(tmp_path / "nowhere") == []


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_followed_by_a_letter_and_an_answered_one_is_not() -> None:
    org, owner = making.organisation(making.person())
    with tx.durable():
        invitation = actions.invite_member(owner, org, "invited@sample.invalid", OrgRole.STAFF)
    wiring = outbox.Wiring()
    wiring.on(MemberInvited, tasks.write_invitation)
    delivery.run_until_idle(wiring)
    letters = [letter for letter in mail.outbox if letter.to == ["invited@sample.invalid"]]
    assert len(letters) == 1
    assert letters[0].subject == "[두레] 솔내리 이웃돕기회에서 초대했습니다"
    assert settings.DURE.origin + reverse("people:me") in letters[0].body
    with tx.durable():
        actions.withdraw_invitation(owner, invitation)
    tasks.write_invitation(MemberInvited(invitation=invitation, organisation=org, at=clock.now()), ids.new())
    assert len(mail.outbox) == len(letters)


@pytest.mark.django_db
def test_the_nightly_task_forgets() -> None:
    somebody = making.person(verified=False)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        tasks.forget(0)
    assert queries.person(making.id_of(somebody)).closed


@pytest.mark.django_db
def test_log_ins_are_in_the_export_and_forgotten_once_they_are_over() -> None:
    somebody = making.person()
    client = Client(REMOTE_ADDR="192.0.2.7", headers={"user-agent": "Old Telephone"})
    client.post(f"/me/demo/{somebody.person}/")
    with zipfile.ZipFile(io.BytesIO(b"".join(actions.export(somebody)))) as archive:
        own = json.loads(archive.read("people.json"))
    [session] = own["log_in"]["sessions"]
    assert (session["ip"], session["user_agent"]) == ("192.0.2.7", "Old Telephone")
    assert [address["email"] for address in own["log_in"]["addresses"]] == [own["profile"]["email"]]
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == rules.SESSION_KEPT
    for later, kept in ((rules.SESSION_KEPT - timedelta(hours=1), 1), (rules.SESSION_KEPT + timedelta(hours=1), 0)):
        with time_machine.travel(clock.now() + later):
            tasks.forget(0)
        assert UserSession.objects.count() == Session.objects.count() == kept


def fill_a_town() -> None:
    """Thousands of people, every second one a member somewhere, and the stewards of many years: analysed in this transaction."""
    now = clock.now()
    people = models.Person.objects.bulk_create(
        models.Person(email=f"plan{n}@sample.invalid", email_key=f"plan{n}", name="주민") for n in range(4000)
    )
    organisations = models.Organisation.objects.bulk_create(
        models.Organisation(
            name=f"모임 {n}", kind=OrgKind.NGO, number_kind="business", registered_at=now, registered_by=people[n]
        )
        for n in range(200)
    )
    models.Membership.objects.bulk_create(
        models.Membership(organisation=organisations[n % 200], person=person, role=OrgRole.STAFF, joined_at=now)
        for n, person in enumerate(people[::2])
    )
    models.RoleGrant.objects.bulk_create(
        models.RoleGrant(
            person=person, role=PlatformRole.STEWARD, granted_at=now, revoked_at=None if n % 10 == 0 else now
        )
        for n, person in enumerate(people[::3])
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person, people_organisation, people_membership, people_role_grant")


@pytest.mark.django_db
def test_the_actor_is_read_by_keys_and_partial_indexes() -> None:
    fill_a_town()
    _org, owner = making.organisation(making.person())
    making.with_role(owner, PlatformRole.AUDITOR)
    statement = sqlfiles.load("dure.foundations.people", "actor").text
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement, {"person": owner.person, "now": clock.now(), "lapsed": clock.now()})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    assert "people_person_pkey" in plan, plan
    assert "people_role_grant_once" in plan, plan
    assert "people_membership" in plan, plan


@pytest.mark.django_db
def test_the_cache_is_the_table_that_all_processes_share() -> None:
    cache.set("dure", "두레", 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_cache WHERE cache_key LIKE %s", ["%dure"])
        assert cursor.fetchone()[0] == 1
    assert cache.get("dure") == "두레"
    assert not cache.add("dure", "anders", 60)


@pytest.mark.django_db
def test_secrets_of_second_factors_are_sealed() -> None:
    somebody = models.Person.objects.get(id=making.id_of(making.person()))
    made = TOTP.activate(somebody, "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in str(made.instance.data)
