"""Checks import contracts against a skeleton, many wrong imports one after the other, in a process of its own.

    python contract_lint.py CONFIG < cases.json      run in the skeleton's folder

Reads [[contract or "", file, line], ...], answers {"contract file line": [exit code, output]}. A process of its own, because
the skeleton's package is called dure like the real one.
"""

import io
import json
import sys
from pathlib import Path

from importlinter import cli
from importlinter.application.output import console


def wrong(config: str, contract: str, file: str, line: str) -> tuple[int, str]:
    """The answer of the linter while `file` has `line` at its end. No file: the skeleton as it is."""
    path = Path("dure", file) if file else None
    before = path.read_bytes() if path and path.exists() else None
    made = [folder for folder in path.parents if not folder.exists()] if path else []
    if path:
        for folder in reversed(made):
            folder.mkdir()
        path.write_bytes((before or b"") + f"{line}\n".encode())
    console.file = io.StringIO()
    code = cli.lint_imports(config, (contract,) if contract else (), no_cache=True, no_logo=True)
    said = console.file.getvalue()
    if path and before is None:
        path.unlink()
        for folder in made:
            folder.rmdir()
    elif path:
        path.write_bytes(before or b"")
    return code, said


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    cases = json.load(sys.stdin)
    answers = {" ".join(case): wrong(sys.argv[1], *case) for case in cases}
    sys.stdout.write(json.dumps(answers))
