"""Arrays: lists of values packed as PostgreSQL's binary arrays, a whole column in a few calls instead of one a value.

The array header is: dimensions, has-nulls, element type, length, lower bound; then each element with its length before it.
"""

import struct
from collections.abc import Sequence
from itertools import chain, repeat

from psycopg import pq
from psycopg.adapt import Buffer, Dumper

_HEADER = struct.Struct(">iiIii")
_EMPTY = struct.Struct(">iiI")
_LENGTH = struct.Struct(">i")
_BOOL, _BYTEA, _INT8, _TEXT, _UUID = 16, 17, 20, 25, 2950
_TRUE_FALSE = (b"\0", b"\1")


class Array:
    """A packed array, ready to be sent as a parameter."""

    __slots__ = ("packed",)

    def __init__(self, packed: bytes) -> None:
        self.packed = packed


class ArrayDumper(Dumper):
    """Sends an Array as it is; the statement's cast says its type."""

    format = pq.Format.BINARY

    def dump(self, obj: Array) -> Buffer:
        return obj.packed


def uuids(values: Sequence[bytes]) -> Array:
    """uuid[] of 16 bytes each."""
    return _same_length(_UUID, values, 16)


def digests(values: Sequence[bytes], length: int = 32) -> Array:
    """bytea[] of `length` bytes each."""
    return _same_length(_BYTEA, values, length)


def bools(values: Sequence[bool]) -> Array:
    """bool[]."""
    return _same_length(_BOOL, [_TRUE_FALSE[value] for value in values], 1)


def numbers(values: Sequence[int]) -> Array:
    """bigint[]."""
    body = struct.pack(">" + "iq" * len(values), *chain.from_iterable(zip(repeat(8), values, strict=False)))
    return Array(_head(_INT8, len(values)) + body)


def texts(values: Sequence[str]) -> Array:
    """text[]."""
    encoded = [value.encode() for value in values]
    body = b"".join([_LENGTH.pack(len(value)) + value for value in encoded])
    return Array(_head(_TEXT, len(values)) + body)


def _same_length(element: int, values: Sequence[bytes], length: int) -> Array:
    between = _LENGTH.pack(length)
    return Array(_head(element, len(values)) + (between + between.join(values) if values else b""))


def _head(element: int, count: int) -> bytes:
    if count == 0:
        return _EMPTY.pack(0, 0, element)
    return _HEADER.pack(1, 0, element, count, 1)
