"""The source as the architecture tests see it: files, houses, findings, and the listed exceptions.

A test collects findings and hands them to `settle`. A finding that stands in exceptions.toml is let through; an exception
that no longer matches a finding fails, so that the list can only grow shorter.
"""

import ast
import gc
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DURE = ROOT / "dure"
EXCEPTIONS = Path(__file__).with_name("exceptions.toml")
FACES = ("pages", "api", "bot", "feeds", "tasks", "admin", "demo", "commands", "documents")
ROOMS = (*FACES, "names", "actions", "hot", "providers", "queries", "models", "rules", "types", "twins")
PUBLIC = ("types", "queries", "actions")
NOT_CODE = ("migrations", "tests")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that breaks a rule of the house. `where` is `file` or `file:name`, without line numbers, so that it lasts."""

    where: str
    what: str


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    tree: ast.Module
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        return self.path.relative_to(ROOT).with_suffix("").parts

    @property
    def room(self) -> str:
        """The room of a house this file is (in), "" outside the houses: dure/services/giving/rules/gate.py is in `rules`."""
        in_house = self.parts[0] == "dure" and self.parts[1] in ("services", "foundations") and len(self.parts) > 3
        return self.parts[3] if in_house else ""

    @property
    def is_test(self) -> bool:
        return "tests" in self.parts

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of the tree, walked once."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def functions(self) -> tuple[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef], ...]:
        """Every function with its dotted name in the file."""
        return tuple(_functions(self.tree, ""))


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{child.name}", child
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository: what git tracks or would track; without git, everything but what set-up makes."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        made = {
            ".venv",
            "var",
            "node_modules",
            "__pycache__",
            "vendor",
            ".mypy_cache",
            ".ruff_cache",
            ".import_linter_cache",
        }
        paths = [path for path in ROOT.rglob("*") if not made.intersection(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of dure, tests and scripts."""
    found = [path for path in tracked() if path.suffix == ".py"]
    read = ((path, path.read_text(encoding="utf-8")) for path in found)
    gc.disable()  # a million nodes, all of them kept: looking for garbage among them takes longer than making them
    try:
        return tuple(Source(path, ast.parse(text, str(path)), text) for path, text in read)
    finally:
        gc.freeze()
        gc.enable()


@cache
def code() -> tuple[Source, ...]:
    """The program itself: dure without tests and migrations."""
    return tuple(
        source for source in sources() if source.parts[0] == "dure" and not source.is_test and not source.is_migration
    )


@cache
def houses() -> tuple[Path, ...]:
    """The folder of every house."""
    found = (path.parent for floor in ("foundations", "services") for path in (DURE / floor).glob("*/__init__.py"))
    return tuple(sorted(found))


@cache
def exceptions() -> tuple[dict[str, str], ...]:
    """The listed exceptions: rule, where, reason."""
    return tuple(tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8")).get("exception", ()))


def settle(rule: str, findings: Iterable[Finding]) -> None:
    """Fail for every finding that is not listed, and for every listed exception of `rule` that is no longer needed."""
    found = sorted(set(findings))
    listed = {entry["where"] for entry in exceptions() if entry["rule"] == rule}
    wrong = [f"{finding.where}: {finding.what}" for finding in found if finding.where not in listed]
    stale = sorted(listed - {finding.where for finding in found})
    wrong += [f"{where}: the exception for {rule!r} is no longer needed, remove it" for where in stale]
    assert not wrong, f"{rule}:\n  " + "\n  ".join(wrong)
