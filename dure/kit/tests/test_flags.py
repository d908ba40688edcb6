"""Flags: off unless declared on or switched on; an unknown one is a bug; statements in files say their purpose."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings

from dure.kit import flags, sqlfiles
from dure.kit.house import Flag, HouseCard


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = Flag("shed.quiet", owner="shed", expires=date(2030, 1, 1), why="tried in one village first")
    loud = replace(quiet, name="shed.loud", default=True)
    house = HouseCard(name="shed", icon="tool", flags=(quiet, loud))
    monkeypatch.setattr(apps.get_app_config("kit"), "card", house, raising=False)


@pytest.mark.usefixtures("card")
def test_a_flag_is_what_it_declares_until_it_is_switched_on(settings: LazySettings) -> None:
    assert not flags.is_on("shed.quiet")
    assert flags.is_on("shed.loud")
    settings.DURE = replace(settings.DURE, flags=("shed.quiet",))
    assert flags.is_on("shed.quiet")


@pytest.mark.usefixtures("card")
def test_a_flag_nobody_declares_is_a_bug_in_code_and_a_typo_in_settings(settings: LazySettings) -> None:
    with pytest.raises(KeyError):
        flags.is_on("shed.qiet")
    settings.DURE = replace(settings.DURE, flags=("shed.qiet", "shed.quiet"))
    assert flags.undeclared() == ["shed.qiet"]


def test_a_statement_has_a_name_a_purpose_and_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "toolshed" / "sql").mkdir(parents=True)
    (tmp_path / "toolshed" / "__init__.py").touch()
    (tmp_path / "toolshed" / "sql" / "lend.sql").write_text("-- purpose: lend a tool\nSELECT 1\n", encoding="utf-8")
    (tmp_path / "toolshed" / "sql" / "mute.sql").write_text("SELECT 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    statement = sqlfiles.load("toolshed", "lend")
    assert (statement.name, statement.purpose, statement.text) == ("lend", "lend a tool", "SELECT 1\n")
    with pytest.raises(ValueError, match="must begin with"):
        sqlfiles.load("toolshed", "mute")
    with pytest.raises(FileNotFoundError):
        sqlfiles.load("toolshed", "missing")
