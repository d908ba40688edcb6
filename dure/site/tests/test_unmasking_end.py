"""A party of a day that is attacked leaves no process behind, also when it hangs."""

import subprocess
import sys
from typing import Final

import psutil
import pytest

from dure.site.unmasking import three

HANGS: Final = """
import subprocess, sys, time
forked = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(forked.pid, flush=True)
time.sleep(600)
"""
GONE_SECONDS_MAX: Final = 60


def test_what_a_hanging_party_forked_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(three, "END_SECONDS_MAX", 0)
    command = [sys.executable, "-c", HANGS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, text=True
    ) as child:
        assert child.stdout is not None
        forked = psutil.Process(int(child.stdout.readline()))
        three._end(child)
        assert child.returncode is not None
    psutil.wait_procs([forked], timeout=GONE_SECONDS_MAX)
    assert not forked.is_running() or forked.status() == psutil.STATUS_ZOMBIE
