import pytest
from typer.testing import CliRunner

from dure.kit.settings import BadSetting
from dure.kit.speech import files
from dure.site.cli import app

HUM = "dure.kit.speech.tests.hum:Hum"


def test_the_command_writes_what_it_says(tmp_path):
    file = tmp_path / "morning.mp3"
    result = CliRunner().invoke(app, ["say", "내일 10시☔", "--out", str(file), "--voice", HUM, "--once"])
    assert result.exit_code == 0, result.output
    assert "내일 열 시" in result.output
    assert "not said: ☔" in result.output
    assert "LUFS" in result.output
    assert files.decoded(file.read_bytes()).seconds > 2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["안녕", "--out", "a.txt"], "the ending says"),
        (["안녕", "--out", "a.mp3", "--voice", "no.such:Voice"], "does not speak"),
        (["😀", "--out", "a.mp3", "--voice", HUM], "nothing in it"),
        (["가" * 2_001, "--out", "a.mp3", "--voice", HUM], "2001 letters"),
    ],
)
def test_the_command_says_why_not(tmp_path, monkeypatch, arguments, why):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["say", *arguments])
    assert isinstance(result.exception, BadSetting)
    assert why in str(result.exception)
    assert list(tmp_path.iterdir()) == []
