"""Set-up on strange machines: which Python is found, what is said when none fits."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "cat", "dirname")
OLD = '#!/bin/sh\ncase "$*" in *version_info*) exit 1;; esac\nexit 0\n'  # answers as Python 3.11 would
FIT = "#!/bin/sh\nexit 0\n"
BARE = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexit 0\n'  # new enough, without its venv package


class Machine:
    """A home and a PATH with nothing on it but a shell and what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home of me"
        self.bin = folder / "some bin"
        self.home.mkdir()
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.environment = {"PATH": str(self.bin), "HOME": str(self.home)}

    def put(self, path: str, script: str) -> str:
        """A program at `path` below the machine's folder; answers its whole path."""
        program = self.folder / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)
        return str(program)

    def find(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / "sh"), str(ROOT / "scripts" / "find-python")],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )

    def found(self) -> str:
        done = self.find()
        assert done.returncode == 0, done.stderr
        return done.stdout.removesuffix("\n")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_old_default_python_is_passed_over_for_a_new_one(machine: Machine) -> None:
    machine.put("some bin/python3", OLD)
    machine.put("some bin/python3.13", OLD)  # a name is no proof
    fit = machine.put("some bin/python3.12", FIT)
    assert machine.found() == fit


def test_pyenv_is_found_without_its_shims(machine: Machine) -> None:
    machine.put("some bin/python3", OLD)
    machine.put("home of me/.pyenv/versions/3.11.9/bin/python3", OLD)
    machine.put("home of me/.pyenv/versions/3.12.4/bin/python3", FIT)
    pinned = machine.put("home of me/.pyenv/versions/3.13.1/bin/python3", FIT)
    assert machine.found() == pinned


def test_pyenv_elsewhere_says_where(machine: Machine) -> None:
    machine.put("some bin/pyenv", f"#!/bin/sh\necho '{machine.folder}/else where'\n")
    fit = machine.put("else where/versions/3.12.9/bin/python3", FIT)
    assert machine.found() == fit


@pytest.mark.parametrize(
    "place",
    [
        "home of me/.local/share/uv/python/cpython-3.13.2-linux-x86_64-gnu/bin/python3",
        "home of me/.local/share/mise/installs/python/3.13/bin/python3",
        "home of me/.asdf/installs/python/3.14.0/bin/python3",
    ],
)
def test_other_version_tools_are_known(machine: Machine, place: str) -> None:
    fit = machine.put(place, FIT)
    assert machine.found() == fit


def test_uv_on_the_path_is_asked(machine: Machine) -> None:
    fit = machine.put("deep/python", FIT)
    machine.put("some bin/uv", f"#!/bin/sh\n[ \"$UV_PYTHON_DOWNLOADS\" = never ] && echo '{fit}'\n")
    assert machine.found() == fit


def test_no_python_is_one_clear_sentence(machine: Machine) -> None:
    machine.put("some bin/python3", OLD)
    done = machine.find()
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Python 3.12 or newer" in done.stderr


def test_a_python_without_venv_says_which_package_is_missing(machine: Machine) -> None:
    bare = machine.put("some bin/python3", BARE)
    done = machine.find()
    assert done.returncode == 1
    assert bare in done.stderr
    assert "python3-venv" in done.stderr


def test_this_very_python_fits(machine: Machine) -> None:
    """The test of fitness itself, with a real interpreter instead of a pretended one."""
    (machine.bin / "python3").symlink_to(sys.executable)
    assert machine.found() == str(machine.bin / "python3")
