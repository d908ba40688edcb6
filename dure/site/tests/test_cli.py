"""The command line: exit codes and sentences. The commands that start servers are tried in test_demo."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from django.apps import AppConfig, apps
from django.db import OperationalError, connection, transaction
from psycopg.errors import DiskFull
from typer.testing import CliRunner

from dure.base import clock, ids
from dure.foundations.people import actions, queries
from dure.foundations.people.types import system
from dure.kit import models, tx
from dure.kit.settings import BadSetting
from dure.site import cli, readiness, rooms
from dure.site.cli import app, measure
from dure.site.tests.shed import commands

run = CliRunner()
DURE = [sys.executable, "-c", "from dure.site.cli import main; main()"]


@pytest.fixture
def shed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """One more house, which misses some tools."""
    config = AppConfig.create("dure.site.tests.shed.apps.ShedConfig")
    config.apps = apps  # what Django does with every app it starts with
    config.import_models()
    monkeypatch.setitem(apps.app_configs, "shed", config)
    yield commands.missing
    commands.missing.clear()


def test_help_names_every_command_in_a_line() -> None:
    said = run.invoke(app, ["--help"]).output
    for command in ("demo", "serve", "worker", "migrate", "verify", "simulate", "bench", "doctor", "import", "replay"):
        assert f" {command} " in said


@pytest.mark.django_db
def test_verify_leaves_with_0_when_all_promises_hold_and_with_1_when_one_is_broken(shed: list[str]) -> None:
    clean = run.invoke(app, ["verify"])
    assert clean.exit_code == 0
    assert "every tool is somewhere" in clean.output
    shed += [f"saw-{number}" for number in range(30)]
    broken = run.invoke(app, ["verify", "--only", "shed"])
    assert broken.exit_code == 1
    assert "it is nowhere" in broken.output
    assert "saw-7" in broken.output
    assert "and 10 more" in broken.output


@pytest.mark.django_db
def test_verify_leaves_with_2_when_it_could_not_run() -> None:
    assert run.invoke(app, ["verify", "--only", "nothing"]).exit_code == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app='kit')"
        )
    waits = run.invoke(app, ["verify"])
    assert waits.exit_code == 2
    assert "dure migrate" in waits.output
    for words in (["replay"], ["import", "regions", "--from", "nowhere"]):
        assert isinstance(run.invoke(app, words).exception, readiness.NotMigrated)


def test_a_demo_that_is_switched_off_does_not_start() -> None:
    with pytest.raises(BadSetting, match="DURE_DEMO is off"):
        run.invoke(app, ["demo"], env={"DURE_DEMO": "0"}, catch_exceptions=False)


@pytest.mark.django_db
def test_the_real_promises_hold_in_an_empty_town() -> None:
    said = run.invoke(app, ["verify"])
    assert said.exit_code == 0, said.output


@pytest.mark.django_db
def test_dead_letters_are_listed_and_replayed() -> None:
    assert run.invoke(app, ["replay"]).output == "No dead letters.\n"
    now = clock.now()
    news = models.News.objects.create(id=ids.new(), kind="shed.ToolLent", body={}, at=now)
    dead = [
        models.Delivery.objects.create(
            news=news, reaction=name, state="dead", next_at=now, last_error="[/x] ZeroDivisionError"
        )
        for name in ("one", "two", "three")
    ]
    listed = run.invoke(app, ["replay"])
    assert listed.exit_code == 1
    assert "shed.ToolLent" in listed.output
    assert run.invoke(app, ["replay", str(dead[0].id)]).output.startswith("1 back in the queue")
    assert run.invoke(app, ["replay", "--all"]).output.startswith("2 back in the queue")


@pytest.mark.django_db
@pytest.mark.usefixtures("shed")
def test_what_can_be_simulated_is_put_together_from_the_houses() -> None:
    assert run.invoke(rooms.simulations(), ["rush", "--people", "5"]).output == "5 people rushed\n"
    passed_on = run.invoke(app, ["simulate", "rush", "--people", "7", "--server", "http://localhost:8000"])
    assert passed_on.exit_code == 0
    assert passed_on.output.startswith("7 people rushed\n")
    assert "promises hold" in passed_on.output
    assert "rush" in run.invoke(app, ["simulate", "--help"]).output


@pytest.mark.django_db
@pytest.mark.usefixtures("shed")
def test_a_load_that_leaves_a_broken_promise_behind_leaves_with_1(shed: list[str]) -> None:
    shed += ["saw"]
    broken = run.invoke(app, ["simulate", "rush", "--people", "1", "--server", "http://localhost:8000"])
    assert broken.exit_code == 1
    assert "it is nowhere" in broken.output


def test_houses_are_asked_for_what_they_offer() -> None:
    assert {"regions"} <= rooms.importers().keys()
    assert any(check.name.startswith("ledger.") for check in rooms.verify_checks())


@pytest.mark.django_db
@pytest.mark.usefixtures("shed")
def test_an_import_that_left_rows_out_leaves_with_1(tmp_path: Path) -> None:
    said = run.invoke(app, ["import", "regions", "--from", str(tmp_path)])
    assert said.exit_code == 1
    assert "tools.csv" in said.output
    assert "one is rusty" in said.output


@pytest.mark.django_db
@pytest.mark.usefixtures("shed")
def test_the_doctor_hears_the_houses_and_leaves_with_1_when_something_is_wrong() -> None:
    said = run.invoke(app, ["doctor"])
    assert "the door is open" in said.output
    assert "close it" in said.output
    assert said.exit_code == (1 if "\u2717" in said.output else 0)


@pytest.mark.django_db
def test_who_joined_is_appointed_once_their_address_is_confirmed(django_user_model) -> None:
    kim = django_user_model.objects.create_user("kim@example.org", "x" * 12, name="Kim").pk
    refused = run.invoke(app, ["appoint", "kim@example.org"])
    assert refused.exit_code == 2
    assert "not confirmed" in refused.output
    with tx.durable():
        actions.note_verified(system("test"), kim)
    assert run.invoke(app, ["appoint", "Kim@example.org"]).exit_code == 0
    assert queries.stewards() == (kim,)
    assert run.invoke(app, ["appoint", "kim@example.org", "--auditor"]).output == "Kim is auditor now.\n"
    assert run.invoke(app, ["appoint", "kim@example.org", "--auditor", "--take-back"]).exit_code == 0
    assert "Nobody" in run.invoke(app, ["appoint", "kim@example.org", "--auditor", "--take-back"]).output
    assert "at least one" in run.invoke(app, ["appoint", "kim@example.org", "--take-back"]).output


@pytest.mark.django_db
def test_the_first_steward_comes_in_without_a_letter() -> None:
    refused = run.invoke(app, ["appoint", "kim@example.org"])
    assert refused.exit_code == 2
    assert "Nobody joined" in refused.output
    done = run.invoke(app, ["appoint", "kim@example.org", "--name", "Kim"], input="long enough 1\nlong enough 1\n")
    assert done.exit_code == 0, done.output
    [kim] = queries.stewards()
    assert queries.actor(kim).verified
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, granted_by_id FROM people_role_grant WHERE revoked_at IS NULL")
        assert cursor.fetchall() == [(kim, None)]  # nobody on the desk: the command line


@pytest.mark.django_db
@pytest.mark.usefixtures("shed")
def test_the_doctor_examines_a_database_without_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> tuple[object, ...]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")
        return ()

    monkeypatch.setattr(commands, "diagnoses", look)
    said = run.invoke(app, ["doctor"])
    assert said.exit_code == 1
    assert "cannot be looked at" in said.output
    assert "run dure migrate" in said.output


@pytest.mark.django_db
def test_a_steward_with_a_weak_password_does_not_come_in() -> None:
    refused = run.invoke(app, ["appoint", "kim@example.org", "--name", "Kim"], input="12345678\n12345678\n")
    assert refused.exit_code == 2
    assert queries.stewards() == ()


@pytest.mark.django_db
def test_the_doctor_says_that_nobody_may_decide_yet() -> None:
    said = run.invoke(app, ["doctor"]).output
    assert "stewards: nobody may decide anything" in said
    assert "dure appoint" in said


@pytest.mark.django_db
def test_samples_and_real_people_never_share_a_database() -> None:
    readiness.demand_purpose(demo=True)
    readiness.demand_purpose(demo=True)
    with pytest.raises(readiness.OtherPurpose, match="passwords are known to everybody"):
        readiness.demand_purpose(demo=False)


@pytest.mark.django_db
def test_no_sample_comes_into_a_real_town() -> None:
    readiness.demand_purpose(demo=False)
    with pytest.raises(readiness.OtherPurpose, match="no samples are put into it"):
        readiness.demand_purpose(demo=True)


@pytest.mark.django_db
def test_nothing_is_served_from_tables_that_are_behind() -> None:
    readiness.demand_migrated()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app='kit')"
        )
    with pytest.raises(readiness.NotMigrated, match="run dure migrate first"):
        readiness.demand_migrated()


@pytest.mark.parametrize(
    ("command", "setting", "sentence"),
    [
        (["verify"], {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "The database does not answer"),
        (["migrate"], {"DURE_VAR": __file__}, "Point DURE_VAR at a directory"),
        (["serve", "--host", "192.0.2.55"], {}, "Cannot listen on 192.0.2.55"),
    ],
)
def test_trouble_of_the_machine_is_one_sentence_and_2(
    tmp_path: Path, command: list[str], setting: dict[str, str], sentence: str
) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DATABASE_", "PG"))}
    settings = clean | {"DURE_VAR": str(tmp_path), "DURE_ENV_FILE": "", "COLUMNS": "300"} | setting
    said = subprocess.run([*DURE, *command], cwd="/", env=settings, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert said.stderr.count("\n") == 1
    assert sentence in said.stderr


def test_a_full_disk_is_said_as_such() -> None:
    error = OperationalError("could not extend file")
    error.__cause__ = DiskFull("could not extend file")
    assert cli._of_database(error).startswith("The database's disk is full.")
    assert "\n" not in cli._of_database(OperationalError("refused\n\tIs the server running?"))


@pytest.mark.parametrize(
    "server", ["localhost:8000", "https://localhost:8000", "http://", "http://[::1", "http://localhost:many"]
)
def test_a_load_asks_for_a_whole_address(server: str) -> None:
    """`localhost:8000` without http:// must not go to port 80."""
    with pytest.raises(typer.BadParameter, match="http://localhost:8000"):
        measure._address(server)
    assert measure._address("http://localhost:8000") == ("localhost", 8000)
    assert measure._address("http://[::1]/") == ("::1", 80)
