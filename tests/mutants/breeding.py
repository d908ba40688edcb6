"""Make a mutant in a copy of the package, and see whether it is noticed."""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from dure.site.attack import campaign

ROOT = Path(__file__).resolve().parents[2]
LISTED = Path(__file__).with_name("mutants.toml")
COPIED = ("dure", "tests", "scripts", "pyproject.toml", "manage.py", "README.md")
SECONDS_MAX = 1_200
SEEDS, OPERATIONS = 40, 600
BROKE = 1  # exit code of an attack that found something, and of pytest with a failure


@dataclass(frozen=True, slots=True)
class Patch:
    """In one file, `old` stands once and becomes `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    invariant: int  # of the twelve; 0: what they stand on
    breaks: str  # what it does wrong, in words
    patches: tuple[Patch, ...]
    test: str = ""  # the test that kills it; empty: the simulator does
    mix: str = "desk"
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant."""

    killed: bool
    said: str


def mutants() -> list[Mutant]:
    """All that are listed."""
    return [
        Mutant(**{**one, "patches": tuple(Patch(**patch) for patch in one["patches"])})
        for one in tomllib.loads(LISTED.read_text(encoding="utf-8"))["mutant"]
    ]


def fits(patch: Patch, root: Path = ROOT) -> bool:
    """Whether the text that the patch replaces stands in its file, once."""
    return (root / patch.file).read_text(encoding="utf-8").count(patch.old) == 1


def fate(mutant: Mutant) -> Fate:
    """Make it, attack it, answer what became of it. Raises RuntimeError when it could not even run."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as place:
        copy = Path(place) / "tree"
        _copy(copy)
        for patch in mutant.patches:
            if not fits(patch, copy):
                raise ValueError(f"{mutant.name}: the old text does not stand once in {patch.file}")
            path = copy / patch.file
            path.write_text(path.read_text(encoding="utf-8").replace(patch.old, patch.new), encoding="utf-8")
        try:
            return _attacked(mutant, copy, Path(place) / "var")
        finally:
            campaign.remove(Path(place) / "var" / "attack")


def _copy(to: Path) -> None:
    to.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, to / name
            )  # with what is compiled: a file that stayed the same is not compiled again
        else:
            shutil.copy(source, to / name)


def _attacked(mutant: Mutant, copy: Path, var: Path) -> Fate:
    attack = ["simulate", "attack", "--seeds", str(SEEDS), "--each", str(OPERATIONS)]
    attack += ["--mix", mutant.mix, "--until-broken"]
    command = ["-c", "from dure.site.cli import main; main()", *attack]
    if mutant.test:
        command = ["-m", "pytest", "-q", "-x", mutant.test]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env={**_quiet(), "PYTHONPATH": str(copy), "DURE_VAR": str(var), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    noticed = " seeds broke" in said or " failed" in said
    if done.returncode not in (0, BROKE) or (done.returncode == BROKE and not noticed):
        raise RuntimeError(f"{mutant.name} could not run: {said[-2_000:]}")
    told = [line for line in said.splitlines() if line.startswith(("✗", "FAILED", "E  "))]
    return Fate(done.returncode == BROKE, told[0] if told else said[-300:])


def _quiet() -> dict[str, str]:
    """This process's environment without what says which town to work in."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DATABASE_", "PYTEST_"))}
