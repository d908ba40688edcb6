"""Letting one user of the system pass a directory that is closed to everybody else: an access control list of POSIX.

`chmod o+x /root` would open every path below to everybody who knows its name. One entry of a list opens the way for one user,
to pass and not to read. The list is written as the kernel keeps it (linux/posix_acl_xattr.h): no program is needed for that.
"""

import errno
import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path

ATTRIBUTE = "system.posix_acl_access"
VERSION = 2
_HEADER, _ENTRY = struct.Struct("<I"), struct.Struct("<HHI")
NOBODY = 0xFFFFFFFF  # entries that name nobody
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
PASS = 1


class NoPassage(Exception):
    """The file system keeps no such lists."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of a list: for whom, and what he may (4 read, 2 write, 1 pass)."""

    tag: int
    who: int
    may: int


def let_pass(directory: Path, uid: int) -> None:
    """Let the user pass through `directory`. What it was open for before stays so. Raises NoPassage."""
    try:
        listed = with_passage(_listed(directory), uid)
        os.setxattr(directory, ATTRIBUTE, packed(listed))
    except (AttributeError, OSError) as error:  # AttributeError: no Linux
        if isinstance(error, OSError) and error.errno not in (errno.ENOTSUP, errno.EPERM, errno.EROFS):
            raise
        raise NoPassage(str(directory)) from error


def may_pass(directory: Path, uid: int, gid: int) -> bool:
    """Whether a user in that one group may pass, as far as mode and list say."""
    found = directory.stat()
    if found.st_uid == uid:
        return bool(found.st_mode & stat.S_IXUSR)
    try:
        entries = _listed(directory)
    except (AttributeError, OSError):
        entries = of_mode(found.st_mode)
    mask = next((one.may for one in entries if one.tag == MASK), 7)
    named = [one.may & mask for one in entries if one.tag == USER and one.who == uid]
    if named:
        return bool(named[0] & PASS)
    groups = [one.may & mask for one in entries if _is_group(one, gid, found.st_gid)]
    if groups:
        return any(may & PASS for may in groups)
    return bool(found.st_mode & stat.S_IXOTH)


def of_mode(mode: int) -> tuple[Entry, ...]:
    """The list that says what the nine bits of `mode` say."""
    return (
        Entry(USER_OBJ, NOBODY, mode >> 6 & 7),
        Entry(GROUP_OBJ, NOBODY, mode >> 3 & 7),
        Entry(OTHER, NOBODY, mode & 7),
    )


def with_passage(entries: tuple[Entry, ...], uid: int) -> tuple[Entry, ...]:
    """The same list, and the user may pass. The mask is widened by that alone, so that nobody else may more than before."""
    mask = next((one.may for one in entries if one.tag == MASK), None)
    kept = [one for one in entries if one.tag != MASK and (one.tag, one.who) != (USER, uid)]
    had = next((one.may for one in entries if (one.tag, one.who) == (USER, uid)), 0)
    if mask is not None and not mask & PASS:  # what the mask hid stays hidden
        masked = (USER, GROUP_OBJ, GROUP)
        kept = [Entry(one.tag, one.who, one.may & mask) if one.tag in masked else one for one in kept]
        had &= mask
    widest = mask if mask is not None else next(one.may for one in entries if one.tag == GROUP_OBJ)
    return tuple(sorted([*kept, Entry(USER, uid, had | PASS), Entry(MASK, NOBODY, widest | PASS)]))


def packed(entries: tuple[Entry, ...]) -> bytes:
    """As the kernel takes it: sorted by tag, then by id."""
    return _HEADER.pack(VERSION) + b"".join(_ENTRY.pack(one.tag, one.may, one.who) for one in sorted(entries))


def unpacked(content: bytes) -> tuple[Entry, ...]:
    """What `packed` made."""
    found = _ENTRY.iter_unpack(content[_HEADER.size :])
    return tuple(Entry(tag, who, may) for tag, may, who in found)


def _listed(directory: Path) -> tuple[Entry, ...]:
    try:
        return unpacked(os.getxattr(directory, ATTRIBUTE))
    except OSError as error:
        if error.errno != errno.ENODATA:
            raise
        return of_mode(directory.stat().st_mode)


def _is_group(one: Entry, gid: int, owning: int) -> bool:
    return (one.tag == GROUP_OBJ and gid == owning) or (one.tag == GROUP and gid == one.who)
