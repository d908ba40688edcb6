"""The official list: read whole, bad rows named, the same list again changes nothing."""

from pathlib import Path

import pytest

from dure.base.geo import Point
from dure.foundations.places import queries as places
from dure.kit.importing import Silent, UnreadableFile
from dure.services.market import models, queries
from dure.services.market.commands import importers
from dure.services.market.rules import listing

pytestmark = pytest.mark.django_db
HEAD = ",".join(("시장명", "시장유형", "소재지도로명주소", "소재지지번주소", "시장개설주기", "위도", "경도", "점포수"))
TAIL = ",취급품목,사용가능상품권,공중화장실보유여부,주차장보유여부,개설연도,데이터기준일자"
ROWS = (
    "예시시장,상설장,예시도 가람군 장터길 1,,매일,35.94,125.02,40,농산물+의류,,Y,N,1950,2024-11-04",
    "예시시장,5일장,,예시도 가람군 윗말 2,5일+10일,35.99,125.10,12,농산물,,N,N,,2024-11-04",
    "먼예시시장,상설장+5일장,예시도 솔내군 3,,2일+7일,,,7,음식점,,Y,Y,1961,2024-11-04",
)
BAD = (
    "나쁜시장,야시장,예시도 4,,매일,35.9,125.0,3,음식점,,Y,Y,,2024-11-04",
    "틀린시장,상설장,예시도 5,,매일,125.0,35.9,3,음식점,,Y,Y,,2024-11-04",
    "예시시장,상설장,예시도 가람군 장터길 1,,매일,35.94,125.02,40,농산물,,Y,N,1950,2024-11-04",
)


def published(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    file = folder / "markets.csv"
    file.write_text("\n".join((HEAD + TAIL, *rows)) + "\n", encoding=encoding)
    return file


def load(file: Path) -> tuple[int, int, list[tuple[int, str]]]:
    report = importers()["markets"](file, Silent())
    return report.loaded, report.skipped, [(row.line, row.reason) for row in report.bad]


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_list_is_read_and_read_again(tmp_path: Path, encoding: str) -> None:
    file = published(tmp_path, *ROWS, encoding=encoding)
    assert load(file) == (3, 0, [])
    codes = set(models.Market.objects.values_list("code", flat=True))
    assert load(file) == (0, 3, [])
    assert set(models.Market.objects.values_list("code", flat=True)) == codes
    assert queries.count() == 3


def test_bad_rows_are_named_by_line_and_nothing_is_guessed(tmp_path: Path) -> None:
    file = published(tmp_path, ROWS[0], *BAD, ROWS[2])
    assert load(file) == (2, 0, [(3, "kind"), (4, "position"), (5, "twice")])


def test_a_newer_list_renews_and_an_older_one_does_not(tmp_path: Path) -> None:
    load(published(tmp_path, *ROWS))
    newer = ROWS[0].replace(",40,", ",44,").replace("2024-11-04", "2025-11-04")
    assert load(published(tmp_path, newer)) == (1, 0, [])
    assert load(published(tmp_path, ROWS[0])) == (0, 1, [])
    assert models.Market.objects.get(road_address="예시도 가람군 장터길 1").stalls == 44
    assert queries.count() == 3, "what a list no longer has stays"


def test_of_two_editions_in_one_folder_the_newer_counts(tmp_path: Path) -> None:
    newer = ROWS[0].replace(",40,", ",44,").replace("2024-11-04", "2025-11-04")
    for name, row in (("2024.csv", ROWS[0]), ("2025.csv", newer)):
        published(tmp_path, row).rename(tmp_path / name)
    assert load(tmp_path)[0] == 1
    assert models.Market.objects.get().stalls == 44


def test_a_file_that_is_no_such_list_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("이름,주소\n예시,예시\n", encoding="utf-8")
    with pytest.raises(UnreadableFile):
        load(file)
    assert queries.count() == 0


def test_markets_with_a_place_are_on_the_map_nearest_first(tmp_path: Path) -> None:
    load(published(tmp_path, *ROWS))
    near = queries.near(Point(35.98, 125.09))
    assert [one.market.lot_address for one in near] == ["예시도 가람군 윗말 2", ""]
    assert [round(one.distance_m or 0, -3) for one in near] == [1_000, 8_000]
    assert places.point_of("market", near[0].market.id) is not None
    assert {one.market.name for one in queries.find("예시")} == {"예시시장", "먼예시시장"}
    assert len(queries.find("예시시장 가람군")) == 2, "nobody picks one of two with the same name"


def test_the_columns_are_those_of_the_published_list() -> None:
    assert set(listing.COLUMNS) <= set((HEAD + TAIL).split(","))
