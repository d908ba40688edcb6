"""Run the checks or the tests step by step; say which step runs, how long it took, and at the end what is wrong.

    scripts/steps.py check    style, types, contracts, texts, shape
    scripts/steps.py test     the checks, then every test, then the journeys in a real browser

Every step runs even when one before it failed, so that one run shows everything. With CI set, a skipped journey fails.
A few tests that fail are asked again, alone, and must pass each time (docs/decisions/159); they are named at the end.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

from tests import browser  # noqa: E402 - the repository has to be on the path first

SHAPE = "tests/architecture"
STEP_SECONDS_MAX = 3_000
WORKERS = "4"  # much of a test is waiting: for locks, for servers that start, for the database
TOWNS = "2"  # each journey's worker has a whole town and a browser of its own
AGAIN_MAX = 3  # so many failed tests of a step may be an unsteady machine; more are not
AGAIN_TIMES = 3  # alone, one run after the other; one that fails is enough


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    step: Step
    failed: bool
    seconds: float
    said: str = ""
    unsteady: tuple[str, ...] = ()  # failed in the crowd, passed alone


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """A command of this environment, wherever PATH points."""
    return (str(BIN / name), *arguments)


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


# The longest first: two run at a time.
CHECKS = (
    Step("types", tool("mypy", "--no-error-summary")),
    Step("style", tool("ruff", "check", "--quiet", ".")),
    Step("format", tool("ruff", "format", "--check", "--quiet", ".")),
    Step("contracts", tool("lint-imports")),
    Step("templates", tool("djlint", "dure", "--lint", "--quiet", "--extension", "html")),
    Step("texts", python("scripts/messages.py", "check")),
    Step("shape", tool("pytest", SHAPE, "-q", "--no-header", "-m", "not browser and not slow")),
)
REST = "not browser and (slow or not shape)"  # what the checks did not run
# A file stays with one worker; the files come in the order of tests/plugin.py, each to whoever is done.
SAY = ("-q", "--no-header", "-rs", "--durations=12", "--dist=loadfile", "--no-loadscope-reorder")
# The tests of each other party of check-in need a process of that party: its apps, its database.
PARTIES = tuple(
    Step(
        f"tests of {party}",
        tool("pytest", "dure/services/checkin/tests", "dure/site/tests", "-q", "--no-header"),
        (("TEST_ROLE", party),),
    )
    for party in ("visits", "authority")
)
REPORTS = ROOT / "var" / "test"
TESTS = Step("tests", tool("pytest", *SAY, "-n", WORKERS, "-m", REST, f"--junit-xml={REPORTS / 'tests.xml'}"))
JOURNEYS = Step(
    "journeys in a browser",
    tool("pytest", *SAY, "-n", TOWNS, "-m", "browser", f"--junit-xml={REPORTS / 'journeys.xml'}"),
)


def run(step: Step, *, quiet: bool) -> Outcome:
    """Run one step; quiet ones speak only when they fail."""
    print(f"   … {step.name}", flush=True)
    started = time.monotonic()
    try:
        done = subprocess.run(
            step.command,
            cwd=ROOT,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            timeout=STEP_SECONDS_MAX,
            check=False,
            env=os.environ | dict(step.environment),
        )
        code, said = done.returncode, done.stdout or ""
    except subprocess.TimeoutExpired as late:
        code, said = 1, f"{late.output or ''}\ngave up after {STEP_SECONDS_MAX} s"
    seconds = time.monotonic() - started
    failed = code != 0
    print(f"{'FAIL' if failed else '  ok'} {step.name} {seconds:.1f} s", flush=True)
    if failed and said:
        print(f"{said.rstrip()}\n", flush=True)
    return Outcome(step, failed, seconds, said)


def check() -> list[Outcome]:
    """All checks, two at a time."""
    has_templates = any((ROOT / "dure").rglob("templates/**/*.html"))  # djlint takes an empty town for an error
    return together([step for step in CHECKS if has_templates or step.name != "templates"])


def together(steps: Sequence[Step]) -> list[Outcome]:
    """Two at a time; they speak only when they fail."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda step: run(step, quiet=True), steps))


def failures(report: Path) -> tuple[str, ...]:
    """The tests that failed or broke, as pytest is asked for them; none where the report cannot tell which they were."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by the run before
        if case.find("failure") is None and case.find("error") is None:
            continue
        file = "/".join(case.get("classname", "").split(".")) + ".py"
        if not (ROOT / file).is_file():
            return ()
        found.append(f"{file}::{case.get('name')}")
    return tuple(dict.fromkeys(found))


def patiently(step: Step, report: Path) -> list[Outcome]:
    """The step; a few of its tests that fail are asked again, one after the other and with nothing beside them."""
    report.unlink(missing_ok=True)
    first = run(step, quiet=False)
    wrong = failures(report) if first.failed and report.is_file() else ()
    if not 0 < len(wrong) <= AGAIN_MAX:
        return [first]
    alone = tool("pytest", "-q", "--no-header", "-rs", *wrong)
    again: list[Outcome] = []
    while len(again) < AGAIN_TIMES and not (again and again[-1].failed):
        again.append(run(Step(f"{step.name}, again ({len(again) + 1})", alone), quiet=False))
    if again[-1].failed:
        return [first, *again]
    return [replace(first, failed=False, unsteady=wrong), *again]


def test() -> list[Outcome]:
    """The checks, the tests and the journeys. The tests' own database server is stopped at the end."""
    outcomes = check()
    outcomes += [*patiently(TESTS, REPORTS / "tests.xml"), *together(PARTIES)]
    if browser.path() or browser.required():
        outcomes += patiently(JOURNEYS, REPORTS / "journeys.xml")
    else:
        print(f"\n{'!' * 100}\n!! SKIPPED: {JOURNEYS.name}. {browser.MISSING}\n{'!' * 100}\n", flush=True)
    stop = "from pathlib import Path; from dure.kit import database; database.stop(Path('var/test/pg'))"
    subprocess.run(python("-W", "ignore", "-c", stop), cwd=ROOT, check=False)
    return outcomes


def main(arguments: Sequence[str]) -> int:
    """Run `check` or `test`; 0 when all is well."""
    if list(arguments) not in (["check"], ["test"]):
        print(__doc__, file=sys.stderr)
        return 2
    os.chdir(ROOT)
    started = time.monotonic()
    outcomes = check() if arguments[0] == "check" else test()
    wrong = [outcome.step.name for outcome in outcomes if outcome.failed]
    seconds = time.monotonic() - started
    for unsteady in (name for outcome in outcomes for name in outcome.unsteady):
        print(f"\nUNSTEADY: {unsteady} failed beside the others and passed {AGAIN_TIMES} times alone; find out why")
    print(f"\n{'wrong: ' + ', '.join(wrong) if wrong else 'all is well'} ({len(outcomes)} steps, {seconds:.0f} s)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
