"""The data export: everything the platform knows about a person, one JSON file a house, in one zip."""

import zipfile
from collections.abc import Iterator, Mapping

import msgspec

from dure.foundations.people import queries, rules
from dure.foundations.people.types import Actor, PersonId

PIECE_BYTES = 65_536


def export(by: Actor) -> Iterator[bytes]:
    """Everything the platform knows about oneself: a zip with one JSON file a house, piece by piece, so that no part of it is
    ever cut to fit into memory. One that breaks off is no zip. Raises NotAllowed.
    """
    return _packed(rules.may_act_for_self(by))


def _packed(me: PersonId) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for house, part in queries.export_parts(me):
            with archive.open(f"{house}.json", "w", force_zip64=True) as file:
                for text in _written(part):
                    file.write(text)
                    if outlet.size >= PIECE_BYTES:
                        yield outlet.taken()
    yield outlet.taken()


def _written(part: Mapping[str, object]) -> Iterator[bytes]:
    """One house's part as JSON: lists that are read as they are asked for get a line an item."""
    for number, (name, value) in enumerate(part.items()):
        yield b",\n" if number else b"{\n"
        yield msgspec.json.encode(name) + b": "
        if isinstance(value, Iterator):
            yield b"["
            for place, item in enumerate(value):
                yield (b",\n  " if place else b"\n  ") + msgspec.json.encode(item)
            yield b"\n]"
        else:
            yield msgspec.json.format(msgspec.json.encode(value), indent=2)
    yield b"\n}\n" if part else b"{}\n"


class _Outlet:
    """What the zip is written to, and taken from."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes, /) -> int:
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing lies deeper than here."""

    def close(self) -> None:
        """What was written stays to be taken."""

    def taken(self) -> bytes:
        """All that was written since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return whole
