"""One user may pass, and nobody else more than before."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kit import passage, postgres
from dure.kit.passage import GROUP, GROUP_OBJ, MASK, NOBODY, OTHER, USER, USER_OBJ, Entry

GUEST, STRANGER = 54321, 54322
bits = st.integers(0, 7)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as somebody else")


@st.composite
def lists(draw: st.DrawFn) -> tuple[Entry, ...]:
    """Lists as the kernel keeps them: the three of the mode, maybe named users and groups, and then a mask."""
    plain = [Entry(tag, NOBODY, draw(bits)) for tag in (USER_OBJ, GROUP_OBJ, OTHER)]
    users = draw(st.dictionaries(st.sampled_from([GUEST, STRANGER, 7]), bits))
    groups = draw(st.dictionaries(st.sampled_from([8, 9]), bits))
    named = [Entry(USER, who, may) for who, may in users.items()] + [
        Entry(GROUP, who, may) for who, may in groups.items()
    ]
    return tuple(sorted([*plain, *named, *([Entry(MASK, NOBODY, draw(bits))] if named else [])]))


def rights(entries: tuple[Entry, ...]) -> dict[tuple[int, int], int]:
    """What each line really allows."""
    mask = next((one.may for one in entries if one.tag == MASK), 7)
    masked = (USER, GROUP_OBJ, GROUP)
    return {(one.tag, one.who): one.may & (mask if one.tag in masked else 7) for one in entries if one.tag != MASK}


@given(lists())
def test_the_guest_may_pass_and_nobody_else_more_or_less(entries: tuple[Entry, ...]) -> None:
    before, after = rights(entries), rights(passage.with_passage(entries, GUEST))
    assert after.pop((USER, GUEST)) == before.pop((USER, GUEST), 0) | passage.PASS
    assert after == before


@given(lists())
def test_a_list_is_read_as_it_was_written(entries: tuple[Entry, ...]) -> None:
    assert passage.unpacked(passage.packed(entries)) == entries


def enters(directory: Path, uid: int) -> bool:
    seen = subprocess.run(["ls", "-d", directory / "inside"], user=uid, group=uid, extra_groups=[], capture_output=True)
    return seen.returncode == 0


@needs_root
def test_the_kernel_lets_the_guest_pass_and_keeps_the_stranger_out() -> None:
    closed = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    try:
        (closed / "inside").mkdir()
        assert not enters(closed, GUEST)
        assert not passage.may_pass(closed, GUEST, GUEST)
        passage.let_pass(closed, GUEST)
        passage.let_pass(closed, GUEST)  # again changes nothing
        assert enters(closed, GUEST)
        assert passage.may_pass(closed, GUEST, GUEST)
        assert not enters(closed, STRANGER)
        assert not passage.may_pass(closed, STRANGER, STRANGER)
        assert closed.stat().st_mode & 0o007 == 0, "it is not open to everybody"
        assert subprocess.run(["ls", closed], user=GUEST, group=GUEST, extra_groups=[], capture_output=True).returncode
    finally:
        (closed / "inside").rmdir()
        closed.rmdir()


@needs_root
def test_where_no_list_can_be_kept_a_sentence_says_what_to_do() -> None:
    """/proc keeps no lists."""
    with pytest.raises(passage.NoPassage):
        passage.let_pass(Path("/proc/self/task"), GUEST)
    said = str(postgres.NoWay(directory="/root", owner="embedded_postgres"))
    assert "may not pass /root" in said
    assert "chmod o+x /root" in said
