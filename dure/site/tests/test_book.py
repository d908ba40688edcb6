"""`dure book`: the command that makes the printed lessons."""

from pathlib import Path

from typer.testing import CliRunner

from dure.site.cli import app


def test_the_book_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "lessons.pdf"
    said = CliRunner().invoke(app, ["book", "--out", str(file), "--origin", "https://town.example"])
    assert said.exit_code == 0, said.output
    assert file.read_bytes().startswith(b"%PDF-1.7")
    assert "62 pages" in said.output.replace("\n", " ")
