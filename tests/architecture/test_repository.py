"""Nothing in the repository ties an installation to one machine or one mirror, and nothing third-party is in it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import town
from tests.architecture.town import Finding

FILE_BYTES_MAX = 1_000_000
# Written in pieces, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "registry" + r"\.yarnpkg"))
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.~/])/(?:" + "|".join(("ho" + "me", "ro" + "ot", "Us" + "ers", "wo" + "rk", "mnt")) + r")/[\w.]"
)
INDEXES = re.compile(r"--(?:extra-)?index-url|--find-links|\"resolved\":")
LOCKS = ("requirements.lock", "package-lock.json")
PICTURES = (".png", ".webp", ".ico", ".woff2", ".jpg", ".pdf")
MADE = re.compile(
    r"(^|/)(node_modules|\.venv|var|static/vendor|__pycache__)/|\.(mo|pyc|whl|tgz|min\.js|min\.css)$|egg-info"
)


def texts() -> Iterator[tuple[str, str]]:
    """(name, text) of every text file."""
    for path in town.tracked():
        if path.suffix not in PICTURES:
            yield path.relative_to(town.ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_file_names_a_package_registry() -> None:
    """An address of a package mirror must not bind an installation; the machine's own settings say where to fetch."""

    def findings() -> Iterator[Finding]:
        for name, text in texts():
            if found := REGISTRIES.search(text):
                yield Finding(name, f"names {found[0]}")
            if name in LOCKS and (found := INDEXES.search(text)):
                yield Finding(name, f"has {found[0]}")

    town.settle("registry", findings())


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = (Finding(name, f"names {hit[0]}...") for name, text in texts() for hit in MACHINE_PATHS.finditer(text))
    town.settle("machine-path", found)


def test_nothing_that_set_up_makes_is_tracked() -> None:
    names = (path.relative_to(town.ROOT).as_posix() for path in town.tracked())
    town.settle("made", (Finding(name, "is made by set-up") for name in names if MADE.search(name)))


def test_files_are_small() -> None:
    found = (
        Finding(path.relative_to(town.ROOT).as_posix(), "is larger than 1 MB")
        for path in town.tracked()
        if _large(path)
    )
    town.settle("file-bytes", found)


def _large(path: Path) -> bool:
    return path.stat().st_size > FILE_BYTES_MAX


def test_every_package_in_the_lock_file_has_a_hash() -> None:
    blocks = re.split(r"\n(?=[A-Za-z])", (town.ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    assert len(blocks) > 50
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert [block.split("\n")[0] for block in blocks if "==" not in block.split("\n")[0]] == []


def test_the_lock_file_has_everything_that_is_asked_for() -> None:
    """A dependency added to pyproject.toml and forgotten in the lock file breaks the next fresh clone."""
    project = tomllib.loads((town.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {_plain(re.split(r"[\[<>=~! ;]", line)[0]) for line in asked}
    locked = re.findall(r"(?m)^([A-Za-z0-9._-]+)==", (town.ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert names - {_plain(name) for name in locked} == set()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
