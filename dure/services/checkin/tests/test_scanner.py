"""The page of a scanner, without a browser: what it read without a line is brought once and whole, whatever happens meanwhile."""

import json
import subprocess
from typing import Any, Final

from dure.services.checkin.tests.test_telephone import HERE, NODE, NODE_SECONDS_MAX, OWN

NOW: Final = 1_790_000_000
DAY: Final = 24 * 3600
SPOKEN: Final = "AAAAAAAAAAAN"


def scanner(notes: list[dict[str, Any]], **asked: Any) -> dict[str, Any]:
    """What a scanner does that is opened with these notes."""
    given = {"notes": notes, "now": NOW, "again": 0, "failsOnce": False, "typed": []} | asked
    command = [str(NODE), str(HERE / "scanner.js"), str(OWN)]
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=NODE_SECONDS_MAX
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def noted(number: int, age: int = 60) -> dict[str, Any]:
    return {"code": f"code-{number}", "scanned_at": NOW - age, "challenge": ""}


def brought(said: dict[str, Any]) -> list[str]:
    return [code for path, codes in said["sent"] if path == "/checkin/settle" for code in codes]


def test_many_notes_that_are_too_old_keep_none_of_the_others_waiting() -> None:
    fresh = [noted(number) for number in range(250, 400)]
    said = scanner([noted(number, DAY + 60) for number in range(250)] + fresh)
    assert sorted(brought(said)) == sorted(one["code"] for one in fresh)
    assert said["waits"] == []


def test_a_line_that_is_told_of_twice_brings_every_note_once() -> None:
    said = scanner([noted(number) for number in range(150)], again=3)
    assert len(brought(said)) == len(set(brought(said))) == 150
    assert said["waits"] == []


def test_a_store_that_fails_once_is_not_the_end_of_heart_beats() -> None:
    said = scanner([noted(1)], failsOnce=True)
    assert said["waits"] == ["code-1"]
    assert said["beats"] == 1


def test_without_a_line_the_same_code_is_noted_once() -> None:
    said = scanner([], typed=[SPOKEN, "aaaa-aaaa-aaan"])
    assert said["shown"] == ["verdict noted", "verdict show_again"]
    assert said["waits"] == [SPOKEN]
