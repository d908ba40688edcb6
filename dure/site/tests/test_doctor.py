"""The doctor finds what is wrong with an installation and says what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dure.base import clock, ids
from dure.kit import models
from dure.kit.diagnosis import Diagnosis, Level
from dure.site import config, doctor, rooms

PUBLIC: dict[str, Any] = {
    "origin": "https://dure.example.org",
    "demo": False,
    "sandbox_payments": False,
    "toss_secret_key": "live_sk_of_nobody",
    "proxies": 1,
    "secret_key": "0123456789abcdefghijklmnopqrstuvwxyzABCD",
}


@pytest.fixture
def installation(tmp_path: Path) -> Callable[..., config.Config]:
    """A public installation that is as it should be, but for what is said."""
    sound = config.read({"DURE_ENV_FILE": "", "DURE_SECRET_KEY": "s" * 40, "DURE_VAR": str(tmp_path)})

    def make(**said: Any) -> config.Config:
        return replace(sound, **(PUBLIC | said))

    return make


def level(diagnosis: Diagnosis) -> str:
    return diagnosis.level.value


@pytest.mark.django_db
def test_it_looks_at_everything_and_whatever_it_finds_it_says_what_to_do(
    installation: Callable[..., config.Config],
) -> None:
    found = doctor.examine(installation())
    of_houses = sum(len(look()) for look in rooms.diagnoses().values())
    assert len(found) == len(doctor.EXAMINATIONS) + of_houses
    assert all(diagnosis.todo for diagnosis in found if diagnosis.level is not Level.OK)


@pytest.mark.parametrize(
    ("look", "said", "expected"),
    [
        (doctor.secret, {}, "ok"),
        (doctor.secret, {"secret_key": "a" * 50}, "wrong"),
        (doctor.address, {}, "ok"),
        (doctor.address, {"proxies": 0}, "warning"),
        (doctor.address, {"hosts": ("*",)}, "wrong"),
        (doctor.address, {"origin": "http://dure.example.org"}, "wrong"),
        (doctor.address, {"origin": "http://localhost:8000"}, "ok"),
        (doctor.demo, {}, "ok"),
        (doctor.demo, {"demo": True}, "warning"),
        (doctor.demo, {"sandbox_payments": True}, "warning"),
        (doctor.demo, {"toss_secret_key": ""}, "warning"),
        (doctor.demo, {"toss_secret_key": "test_sk_of_nobody"}, "warning"),
        (doctor.debug, {}, "ok"),
        (doctor.debug, {"debug": True}, "wrong"),
        (doctor.letters, {}, "warning"),
        (doctor.operator, {}, "warning"),
        (doctor.operator, {"operator_name": "예시군 두레", "operator_contact": "02-000-0000"}, "ok"),
        (doctor.python, {}, "ok"),
        (doctor.disk, {}, "ok"),
        (doctor.disk, {"var": Path("/no/such/directory")}, "wrong"),
        (doctor.texts, {}, "ok"),
    ],
)
def test_settings_that_do_not_fit_a_public_place(
    installation: Callable[..., config.Config], look: doctor.Examination, said: dict[str, Any], expected: str
) -> None:
    assert level(look(installation(**said))) == expected


SEVERAL = "postgresql://dure@one.example.org,two.example.org/dure"


@pytest.mark.parametrize(
    ("named", "commit", "names", "attached", "expected"),
    [
        (False, "on", "", 0, "ok"),
        (False, "local", "", 0, "ok"),  # nobody to wait for
        (False, "off", "", 0, "wrong"),
        (True, "on", "", 1, "wrong"),
        (True, "local", "ANY 1 (two)", 1, "wrong"),
        (True, "on", "ANY 1 (two)", 0, "wrong"),
        (True, "on", "ANY 1 (two)", 1, "ok"),
        (True, "remote_apply", "ANY 1 (two)", 2, "ok"),
    ],
)
def test_commits_must_wait_for_a_standby_that_is_there(
    named: bool, commit: str, names: str, attached: int, expected: str
) -> None:
    assert level(doctor._of_standby(named, commit, names, attached)) == expected


@pytest.mark.django_db
def test_several_hosts_need_a_word_on_which_one(installation: Callable[..., config.Config]) -> None:
    found = doctor.fail_over(installation(database_url=SEVERAL))
    assert (level(found), "target_session_attrs" in found.todo) == ("wrong", True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")  # the tests' own server does not wait for its disk
    found = doctor.fail_over(installation(database_url=f"{SEVERAL}?target_session_attrs=read-write"))
    assert "synchronous_standby_names" in found.todo, "two hosts, and nobody waits for the second"
    assert level(doctor.fail_over(installation())) == "ok"


def test_a_secret_that_others_may_read_is_wrong(installation: Callable[..., config.Config], tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)
    assert "chmod 600" in doctor.secret(installation()).todo


@pytest.mark.django_db
def test_the_role_that_is_looked_at_is_the_one_that_serves_take(installation: Callable[..., config.Config]) -> None:
    assert level(doctor.role(installation())) == "ok"
    assert "somebody_else does not exist" in doctor.role(installation(database_role="somebody_else")).found


@pytest.mark.django_db
def test_the_database_the_tests_use_would_lose_gifts_in_a_power_cut(installation: Callable[..., config.Config]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        careful = cursor.fetchone() == ("on",)
    assert level(doctor.database(installation())) == ("ok" if careful else "wrong")


@pytest.mark.django_db
def test_tables_that_do_not_fit_are_wrong(installation: Callable[..., config.Config]) -> None:
    assert level(doctor.migrations(installation())) == "ok"
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app='kit')"
        )
    assert doctor.migrations(installation()).todo == "run dure migrate"


@pytest.mark.django_db
def test_the_worker_and_the_outbox(installation: Callable[..., config.Config]) -> None:
    assert level(doctor.workers(installation())) == "warning"
    assert level(doctor.outbox(installation())) == "ok"
    now = clock.now()
    news = models.News.objects.create(id=ids.new(), kind="k", body={}, at=now - timedelta(hours=1))
    assert level(doctor.workers(installation())) == "wrong"  # news waits and nobody delivers
    assert "60 min" in doctor.outbox(installation()).found
    models.Delivery.objects.create(news=news, reaction="r", state="dead", next_at=now)
    assert doctor.outbox(installation()).found == "1 dead letters"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_is_one_of_the_findings(installation: Callable[..., config.Config]) -> None:
    connection.close()
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], "1"
    try:
        found = {diagnosis.subject: diagnosis for diagnosis in doctor.examine(installation())}
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port
    assert found["database"].level is Level.WRONG
    assert "does not answer" in found["database"].found
    assert found["python"].level is Level.OK


def test_a_diagnosis_that_leaves_one_helpless_is_a_bug() -> None:
    with pytest.raises(ValueError, match="say what to do"):
        Diagnosis("x", Level.WRONG, "broken")
