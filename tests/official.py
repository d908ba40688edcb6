"""Finds the folder with official lists (regions, polygons, changes). They are not part of the project: see its README.

Looked for in SHARED_DATA, then beside the repository (`../shared/data`), also beside the main one when this is a worktree.
"""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIGN = "kr_admin_code_changes.csv"
MISSING = (
    "Tests with official region lists are SKIPPED: no folder with them was found. Set SHARED_DATA to one, or put it at"
    " ../shared/data beside the repository."
)


def folder() -> Path | None:
    """The folder with the lists, None where there is none."""
    named = os.environ.get("SHARED_DATA")
    candidates = [Path(named)] if named else [ROOT.parent / "shared" / "data", *_beside_the_main_worktree()]
    return next((path for path in candidates if (path / SIGN).exists()), None)


def _beside_the_main_worktree() -> list[Path]:
    said = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    common = said.stdout.strip()
    return [Path(common).parent.parent / "shared" / "data"] if said.returncode == 0 and common else []
