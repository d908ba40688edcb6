"""The runner of checks and tests: what fails is shown and counted; a journey without a browser is never silent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import steps
from tests import browser

PYTEST = Path(sys.executable).with_name("pytest")


def step(code: str) -> steps.Step:
    return steps.Step("a step", (sys.executable, "-c", code))


def test_a_step_that_fails_is_shown_with_what_it_said(capfd: pytest.CaptureFixture[str]) -> None:
    outcome = steps.run(step("print('it broke'); raise SystemExit(3)"), quiet=True)
    said = capfd.readouterr().out
    assert outcome.failed
    assert "FAIL a step" in said
    assert "it broke" in said


def test_a_step_that_passes_is_told_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    outcome = steps.run(step("print('chatter')"), quiet=True)
    said = capfd.readouterr().out
    assert not outcome.failed
    assert "chatter" not in said
    assert "ok a step" in said


def test_a_step_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(steps, "STEP_SECONDS_MAX", 1)
    assert steps.run(step("import time; time.sleep(60)"), quiet=True).failed
    assert "gave up after 1 s" in capfd.readouterr().out


def test_what_the_checks_leave_out_the_tests_run() -> None:
    """Together the three selections cover every test once: shape, rest, journeys."""
    shape = "not browser and not slow"
    for browses in (True, False):
        for slow in (True, False):
            for in_shape in (True, False):
                facts = {"browser": browses, "slow": slow, "shape": in_shape}
                runs = [in_shape and _holds(shape, facts), _holds(steps.REST, facts), browses]
                assert sum(runs) == 1, facts


def _holds(expression: str, facts: dict[str, bool]) -> bool:
    return bool(eval(expression, {}, facts))  # noqa: S307 - our own constant


def test_chromium_is_found_where_it_is_named_and_not_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert browser.path() is None
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    assert browser.path() == str(program)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing here"))
    assert browser.path() is None


@pytest.mark.parametrize(("ci", "word"), [("", "skipped"), ("true", "error")])
def test_a_journey_without_a_browser_is_skipped_at_home_and_fails_on_a_build_server(
    tmp_path: Path, ci: str, word: str
) -> None:
    journey = tmp_path / "test_a_journey.py"
    journey.write_text("import pytest\n\n@pytest.mark.browser\ndef test_it():\n    pass\n", encoding="utf-8")
    (tmp_path / "none.ini").write_text("[pytest]\nmarkers =\n  browser\n  official\n", encoding="utf-8")
    here = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [
            str(PYTEST),
            "-q",
            "-rs",
            *("-p", "tests.plugin", "-p", "no:django", "-p", "no:schemathesis"),  # no town is needed for that
            "--strict-markers",
            *("--rootdir", str(tmp_path), "-c", str(tmp_path / "none.ini")),
            str(journey),
        ],
        env=here
        | {
            "CI": ci,
            "CHROMIUM": str(tmp_path / "none"),
            "TEST_DATABASE_URL": os.environ["DATABASE_URL"],
            "PYTHONPATH": str(steps.ROOT),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"1 {word}" in done.stdout, done.stdout + done.stderr
    assert "No Chromium was found" in done.stdout


FAILED = '<testcase classname="tests.architecture.test_steps" name="{0}"><{1}/></testcase>'
PASSED = '<testcase classname="tests.architecture.test_steps" name="calm"/>'


def crowd(report: Path, *cases: str) -> steps.Step:
    """A step that fails and leaves a report of `cases`."""
    text = f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
    return step(f"import pathlib; pathlib.Path({str(report)!r}).write_text({text!r}); raise SystemExit(1)")


@pytest.mark.parametrize(
    ("fails_at", "red"),
    [
        (0, []),
        (1, ["a step", "a step, again (1)"]),
        (steps.AGAIN_TIMES, ["a step", f"a step, again ({steps.AGAIN_TIMES})"]),
    ],
)
def test_a_test_that_fails_is_asked_again_alone_and_passes_each_time(
    fails_at: int, red: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = tmp_path / "asked"
    words = (
        f"import pathlib, sys; asked = pathlib.Path({str(asked)!r}); "
        "asked.open('a').write(sys.argv[-1] + '\\n'); "
        f"raise SystemExit(len(asked.read_text().splitlines()) == {fails_at})"
    )
    monkeypatch.setattr(steps, "tool", lambda _name, *arguments: (sys.executable, "-c", words, *arguments))
    report = tmp_path / "report.xml"
    outcomes = steps.patiently(crowd(report, FAILED.format("shaky[1-ko]", "failure"), PASSED), report)
    name = "tests/architecture/test_steps.py::shaky[1-ko]"
    assert asked.read_text().splitlines() == [name] * (fails_at or steps.AGAIN_TIMES)
    assert [outcome.step.name for outcome in outcomes if outcome.failed] == red
    assert outcomes[0].unsteady == (() if red else (name,))
    capfd.readouterr()


def test_many_failures_and_none_to_name_are_asked_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "tool", lambda *_: pytest.fail("asked again"))
    report = tmp_path / "report.xml"
    many = [FAILED.format(f"shaky{n}", "error") for n in range(steps.AGAIN_MAX + 1)]
    somewhere = '<testcase classname="" name="tests/lost.py"><error/></testcase>'
    for cases in ([], many, [FAILED.format("shaky", "failure"), somewhere]):
        assert [outcome.failed for outcome in steps.patiently(crowd(report, *cases), report)] == [True]
    silent = steps.patiently(step("raise SystemExit(1)"), report)
    assert [outcome.failed for outcome in silent] == [True]
    assert not report.exists()
    capfd.readouterr()
