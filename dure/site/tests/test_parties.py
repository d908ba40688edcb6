"""A process is one party: its role decides which apps exist, and what another party has used is refused."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dure.kit import lasting, marks
from dure.kit.diagnosis import Level
from dure.kit.settings import BadSetting
from dure.site import boot, config, doctor, parties, readiness
from dure.site.cli import app

OWN = {"DURE_ENV_FILE": "", "DURE_SECRET_KEY": "s" * 40}


@pytest.fixture
def of_role(tmp_path: Path) -> Callable[..., config.Config]:
    def make(role: str, **more: Any) -> config.Config:
        return replace(config.read({**OWN, "DURE_VAR": str(tmp_path), "DURE_ROLE": role}), **more)

    return make


def test_the_default_is_the_whole_platform_where_it_always_was(tmp_path: Path) -> None:
    found = config.read({**OWN, "DURE_VAR": str(tmp_path)})
    assert (found.role, found.var, found.embedded) == (parties.IDENTITY, tmp_path, tmp_path / "pg")


def test_a_party_keeps_what_it_has_in_a_folder_of_its_own(of_role: Callable[..., config.Config]) -> None:
    found = [of_role(role) for role in parties.ROLES]
    for field in ("var", "vault_keys", "vault_root_file"):
        assert len({getattr(one, field) for one in found}) == len(parties.ROLES), field
    assert len({one.embedded for one in found}) == 1


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadSetting, match="DURE_ROLE='venue': give identity or visits or authority"):
        config.read({**OWN, "DURE_ROLE": "venue"})


def test_a_party_reads_no_settings_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "ROOT", tmp_path)
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://x@h/identity\nDURE_LANGUAGE=en\n", encoding="utf-8")
    (tmp_path / ".env.visits").write_text("DATABASE_URL=postgresql://x@h/visits\n", encoding="utf-8")
    (tmp_path / "var" / "visits").mkdir(parents=True)
    (tmp_path / "var" / "visits" / ".env").write_text(f"DURE_SECRET_KEY={'v' * 40}\n", encoding="utf-8")
    found = config.read({"DURE_ROLE": "visits"})
    assert (found.database_url, found.language, found.secret_key) == ("postgresql://x@h/visits", "ko", "v" * 40)
    assert config.read({"DURE_SECRET_KEY": "s" * 40}).database_url == "postgresql://x@h/identity"


def test_a_machine_of_one_party_says_so_in_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "ROOT", tmp_path)
    (tmp_path / ".env").write_text("DURE_ROLE=visits\nDURE_LANGUAGE=en\n", encoding="utf-8")
    for environment in ({}, {"DURE_ROLE": "visits"}):
        found = config.read({**environment, "DURE_SECRET_KEY": "s" * 40})
        assert (found.role, found.language) == ("visits", "en")


def test_the_visit_party_has_no_persons_and_nobody_but_the_platform_has_money() -> None:
    visits, authority = set(parties.apps(parties.VISITS)), set(parties.apps(parties.AUTHORITY))
    persons = {"dure.foundations.people", "django.contrib.auth", "django.contrib.sessions", "django.contrib.admin"}
    assert not visits & persons
    assert not (visits | authority) & {"dure.foundations.ledger", "dure.foundations.channels", "dure.services.giving"}
    assert not any("sessions" in name or "auth" in name for name in parties.middleware(parties.VISITS))


@pytest.mark.parametrize("other", [parties.VISITS, parties.AUTHORITY])
def test_tables_of_another_party_do_not_exist_here(other: str) -> None:
    with pytest.raises(RuntimeError, match=f"the tables of checkin_{other} do not exist in this process"):
        importlib.import_module(f"dure.services.checkin.models.{other}.tables")


@pytest.mark.django_db
@pytest.mark.parametrize("role", parties.ROLES)
def test_the_database_of_another_party_is_refused(of_role: Callable[..., config.Config], role: str) -> None:
    marks.write(readiness.PARTY_MARK, role)
    for wrong in set(parties.ROLES) - {role}:
        with pytest.raises(readiness.OtherParty, match=f"belongs to the party '{role}'"):
            readiness.demand_party(of_role(wrong))
    readiness.demand_party(of_role(role))


@pytest.mark.django_db
def test_a_database_from_before_there_were_parties_is_the_platforms(of_role: Callable[..., config.Config]) -> None:
    marks.write(readiness.PURPOSE_MARK, readiness.REAL)
    with pytest.raises(readiness.OtherParty):
        readiness.demand_party(of_role(parties.VISITS))
    readiness.demand_party(of_role(parties.IDENTITY))
    assert marks.read(readiness.PARTY_MARK) == parties.IDENTITY


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["vault_keys", "vault_root_file"])
def test_keys_of_another_party_are_refused(
    of_role: Callable[..., config.Config], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(readiness, "has_marks", lambda: False)  # a database that says nothing yet
    visits = of_role(parties.VISITS)
    readiness.demand_party(visits)
    readiness.demand_party(visits)
    with pytest.raises(readiness.OtherParty):
        readiness.demand_party(of_role(parties.AUTHORITY, **{what: getattr(visits, what)}))


@pytest.mark.django_db
def test_a_root_key_that_lies_where_nothing_can_be_written_is_taken(of_role: Callable[..., config.Config]) -> None:
    """As secrets are mounted. That a root key is somebody else's cannot be noticed there, as with one in the settings."""
    shut = Path("/sys/kernel")
    file = next((path for path in sorted(shut.iterdir()) if path.is_file()), None) if shut.is_dir() else None
    if file is None:
        pytest.skip("no folder here that not even root can write in")
    readiness.demand_party(of_role(parties.IDENTITY, vault_root_file=file))
    with pytest.raises(lasting.FolderShut):
        readiness.demand_party(of_role(parties.IDENTITY, vault_root_file=shut / "no-root-key-yet"))


@pytest.mark.django_db
def test_the_doctor_says_whose_things_are_and_makes_nothing_anybodys(of_role: Callable[..., config.Config]) -> None:
    """Asked with the wrong role before the first start, it would have given the database to the wrong party for good."""
    identity, visits = of_role(parties.IDENTITY), of_role(parties.VISITS)
    assert doctor.party(identity).level is Level.OK
    assert marks.read(readiness.PARTY_MARK) is None
    assert not identity.vault_keys.exists()
    readiness.demand_party(visits)
    found = doctor.party(identity)
    assert (found.level, "belongs to the party 'visits'" in found.found) == (Level.WRONG, True)


@pytest.mark.django_db
def test_keys_of_another_party_are_not_touched() -> None:
    marks.write(readiness.PARTY_MARK, parties.VISITS)
    for asked in (["destroy"], ["trust-clock", "2026-11-22"], ["accept-head", "visits", "1", "00"]):
        assert isinstance(CliRunner().invoke(app, ["keys", *asked]).exception, readiness.OtherParty), asked


def test_what_is_the_platforms_alone_refuses_to_run_for_another_party(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_ROLE", parties.VISITS)
    with pytest.raises(BadSetting, match="only the identity party"):
        boot.prepare()
