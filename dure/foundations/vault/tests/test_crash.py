"""kill -9 at every line that writes in the folder of keys; a full disk; a folder that cannot be written; two processes."""

import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from dure.base.refusals import Refusal
from dure.foundations.vault.actions import folders as writing
from dure.foundations.vault.queries import folders as reading
from dure.foundations.vault.queries.folders import Ring
from dure.foundations.vault.types import KeyLost, KeyName, Moment, Trouble
from dure.kit import lasting

DAY = date(2026, 11, 1)
END = Moment(DAY + timedelta(days=28))
NAME = KeyName("visits", "rows", DAY)
OTHER = KeyName("visits", "passes", DAY)
WRITERS = (lasting.__file__, writing.__file__, reading.__file__)
NOBODY_ID = 65_534
DONE, REFUSED, BROKEN = 0, 3, 4

pytestmark = pytest.mark.crash


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    folder = tmp_path / "ring"
    lasting.make_folder(folder)
    return Ring(folder=folder, root=bytes(range(32)))


def in_child(work: Callable[[], Any], before: Callable[[], None] = lambda: None) -> int:
    """Run `work` in a process of its own; how it ended: DONE, REFUSED, BROKEN, or minus the signal that killed it."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            before()
            work()
            code = DONE
        except Refusal:
            code = REFUSED
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def kill_at(line: int) -> Callable[[], None]:
    """Arrange that this process is killed when it begins its `line`-th line of what writes."""
    left = line

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in WRITERS:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return lambda: sys.settrace(trace)


def kill_everywhere(work: Callable[[], Any], check: Callable[[], None], again: Callable[[], None]) -> int:
    """Kill `work` at each of its lines in turn; after each, `check` and `again`. Answers how many lines there were."""
    for line in range(1, 2_000):
        if in_child(work, kill_at(line)) == DONE:
            return line
        check()
        again()
    raise AssertionError("it never came to its end")


def test_a_key_is_whole_or_absent_at_whatever_line_its_maker_is_killed(ring: Ring) -> None:
    made: set[bytes] = set()

    def whole_or_absent() -> None:
        secret = reading.secret_of(ring, NAME, END)
        if secret is not None:
            made.add(secret)

    def make_again_and_clear() -> None:
        there = reading.secret_of(ring, NAME, END)
        secret = writing.make_secret(ring, NAME, END)
        assert there in (None, secret)
        assert not list(ring.folder.rglob(f"*{lasting.HALF}"))
        writing.destroy_ended(ring, END)
        assert [path.name for path in ring.folder.iterdir()] == ["lock"]

    lines = kill_everywhere(lambda: writing.make_secret(ring, NAME, END), whole_or_absent, make_again_and_clear)
    assert lines > 60
    assert made  # some were killed after the key was there


def test_keys_are_useless_or_untouched_at_whatever_line_their_destroyer_is_killed(ring: Ring) -> None:
    """What wraps them goes first: as long as it is whole, no key was touched; from then on none of them opens."""
    later = Moment(END.day + timedelta(days=1))
    next_day = KeyName("visits", "rows", DAY + timedelta(days=1))
    kept = writing.make_secret(ring, next_day, later)
    early = KeyName("authority", "rows", DAY)  # its file stands before the intermediate's in a list

    def fill() -> dict[KeyName, bytes]:
        return {name: writing.make_secret(ring, name, END) for name in (early, NAME)}

    def whole(name: KeyName) -> bool:
        try:
            return reading.secret_of(ring, name, END) == before[name]
        except Refusal:
            return False

    def wrapping_is_whole() -> bool:
        try:
            return reading.intermediate(ring, END) is not None
        except Refusal:
            return False

    before, seen = fill(), set()

    def untouched_or_useless() -> None:
        states = {whole(name) for name in before}
        assert states == {wrapping_is_whole()}
        seen.update(states)
        files = [reading.file_of(ring, name, END).exists() for name in before]
        assert all(files) or not wrapping_is_whole()
        assert reading.secret_of(ring, next_day, later) == kept

    def go_on() -> None:
        assert writing.destroy_ended(ring, END) == ()
        assert reading.files_in(ring, END) == ()
        before.update(fill())

    assert kill_everywhere(lambda: writing.destroy_ended(ring, END), untouched_or_useless, go_on) > 60
    assert seen == {True, False}


def test_the_seen_day_never_goes_back_at_whatever_line_its_writer_is_killed(ring: Ring) -> None:
    reading.note_seen(ring, DAY)
    day = DAY

    def note() -> None:
        reading.note_seen(ring, day + timedelta(days=1))

    def as_before_or_after() -> None:
        assert reading.seen(ring) in (day, day + timedelta(days=1))

    def next_day() -> None:
        nonlocal day
        note()
        day += timedelta(days=1)

    assert kill_everywhere(note, as_before_or_after, next_day) > 20


def test_a_root_made_by_two_at_once_is_one(tmp_path: Path) -> None:
    path = tmp_path / "root"
    assert all(in_child(lambda: lasting.write_once(path, os.urandom(8))) == DONE for _ in range(5))
    first = path.read_bytes()
    assert lasting.write_once(path, b"another") == first
    assert path.stat().st_nlink == 1


def test_two_processes_make_one_key(ring: Ring) -> None:
    """Four children begin together; whoever is first makes it, the others find it."""
    gate_out, gate_in = os.pipe()
    found_out, found_in = os.pipe()
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            os.close(gate_in)
            os.read(gate_out, 1)
            os.write(found_in, writing.make_secret(ring, NAME, END))
            os._exit(0)
        children.append(child)
    os.close(gate_in)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    found = os.read(found_out, 4 * 32)
    assert found == found[:32] * 4
    for end in (gate_out, found_in, found_out):
        os.close(end)


def test_a_lock_that_is_not_let_go_is_busy_and_not_for_ever(ring: Ring) -> None:
    with lasting.alone_in(ring.folder):
        assert in_child(lambda: writing.make_secret(ring, NAME, END)) == REFUSED
    assert in_child(lambda: writing.make_secret(ring, NAME, END)) == DONE


def no_room() -> None:
    """No file of this process may hold a byte: what a full disk does, for one process."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_full_disk_is_a_refusal_and_leaves_nothing_half(ring: Ring) -> None:
    assert in_child(lambda: writing.make_secret(ring, NAME, END), no_room) == REFUSED
    assert reading.files_in(ring, END) == ()
    secret = writing.make_secret(ring, NAME, END)
    assert in_child(lambda: writing.make_secret(ring, OTHER, END), no_room) == REFUSED
    assert in_child(lambda: reading.note_seen(ring, DAY), no_room) == REFUSED
    assert reading.secret_of(ring, NAME, END) == secret
    assert not list(ring.folder.rglob(f"*{lasting.HALF}"))


def raised(troubles: tuple[Trouble, ...]) -> None:
    for trouble in troubles:
        raise trouble.refusal


def test_a_folder_that_cannot_be_written_is_a_refusal(ring: Ring, tmp_path: Path) -> None:
    secret = writing.make_secret(ring, NAME, END)
    root = os.geteuid() == 0
    seen = Ring(Path("/ring") if root else ring.folder, ring.root)

    def as_somebody() -> None:
        """Root may write everywhere: be the owner of the folder, who may not."""
        if root:
            os.chroot(tmp_path)  # the folders above are shut to others as well
            os.setgroups([])
            os.setgid(NOBODY_ID)
            os.setuid(NOBODY_ID)

    tmp_path.chmod(0o711)
    for path in (ring.folder, *ring.folder.rglob("*")):
        if root:
            os.chown(path, NOBODY_ID, NOBODY_ID)
        if path.is_dir():
            path.chmod(0o555)
    for work in (
        lambda: writing.make_secret(seen, OTHER, END),
        lambda: reading.note_seen(seen, DAY),
        lambda: lasting.make_folder(seen.folder / "a" / "b"),
    ):
        assert in_child(work, as_somebody) == REFUSED
    assert in_child(lambda: reading.secret_of(seen, NAME, END), as_somebody) == DONE
    assert reading.secret_of(ring, NAME, END) == secret
    assert in_child(lambda: raised(writing.destroy_ended(seen, END)), as_somebody) == REFUSED
    with pytest.raises(KeyLost):  # the name cannot be taken away, what was in it is
        reading.secret_of(ring, NAME, END)
    for path in (ring.folder, *ring.folder.rglob("*")):
        path.chmod(0o700)
    assert writing.destroy_ended(ring, END) == ()
    assert reading.files_in(ring, END) == ()


def test_a_file_where_a_folder_should_be_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(lasting.FolderShut):
        lasting.make_folder(tmp_path / "file" / "keys")
    with pytest.raises(lasting.FolderShut):
        lasting.write_whole(tmp_path / "file" / "key", b"x")


def test_destroying_follows_no_link(ring: Ring, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"keep me")
    (ring.folder / "link").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="symbolic"):
        lasting.destroy(ring.folder / "link")
    assert (tmp_path / "precious").read_bytes() == b"keep me"


def test_what_is_destroyed_was_overwritten_where_it_lay(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"secret" * 100)
    with path.open("rb") as held:
        assert lasting.destroy(path)
        assert not lasting.destroy(path)
        left = held.read()
    assert len(left) == 600
    assert b"secret" not in left
