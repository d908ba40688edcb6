"""Published files are read in either encoding; what cannot be read is refused by name."""

from pathlib import Path

import pytest

from dure.kit import importing
from dure.kit.importing import Report, UnreadableFile

COLUMNS = ("code", "name")
TEXT = 'code,name\r\n99010,가람군\r\n"99020","윗말,\n아랫말"\r\n99030\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_either_encoding_gives_the_same_rows(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "regions.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert list(importing.rows_of(path, COLUMNS)) == [
        (2, {"code": "99010", "name": "가람군"}),
        (4, {"code": "99020", "name": "윗말,\n아랫말"}),
        (5, {"code": "99030", "name": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\xff\xff\xff", "encoding"), (b"code\n1\n", "column"), (b'code,name\n"1,2\n', "format"), (None, "missing")],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "regions.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFile) as refused:
        list(importing.rows_of(path, COLUMNS))
    assert refused.value.values()["reason"] == reason
    assert str(refused.value).startswith("regions.csv ")


def test_reports_add_up(tmp_path: Path) -> None:
    row = importing.bad(tmp_path / "a.csv", 3, "code", "x" * 200)
    assert Report(1, 2, (row,)) + Report(3, 4, notes=("n",)) == Report(4, 6, (row,), ("n",))
    assert len(row.found) == importing.FOUND_LENGTH_MAX


def test_bars_show_each_part() -> None:
    with importing.bars() as bars:
        bars.begin("dong", 2)
        bars.advance()
        bars.advance()
