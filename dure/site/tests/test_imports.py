"""What `dure import` offers is what the houses offer, and it says what it left out."""

import pytest

from dure.kit.importing import BadRow, Report
from dure.site.cli import imports


def test_every_importer_of_a_house_has_a_command() -> None:
    commands = {
        command.name or getattr(command.callback, "__name__", "") for command in imports.app.registered_commands
    }
    assert commands == set(imports.importers())


def test_every_row_left_out_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    many = tuple(BadRow("a.csv", line, "code", "x") for line in range(60))
    imports.tell(Report(3, 4, many, ("a note",)))
    said = capsys.readouterr().out
    assert "3 loaded, 4 there already, 60 left out." in said
    assert "a.csv:49 code x" in said
    assert "a note" in said
    assert "10 more" in said


def test_what_stands_in_a_row_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    imports.tell(Report(0, 0, (BadRow("a.csv", 2, "code", "[/x] [red]"),), ("a [note]",)))
    said = capsys.readouterr().out
    assert "[/x] [red]" in said
    assert "a [note]" in said
