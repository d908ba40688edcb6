"""Settings are read strictly: a typo, an odd number or a half line in a file is refused with what to do."""

from pathlib import Path

import pytest

from dure.kit.settings import BadSetting, Reader, read_file


def test_what_is_not_said_has_its_default() -> None:
    reader = Reader({"DURE_EMPTY": " "})
    assert reader.text("DURE_TEXT", "there") == "there"
    assert reader.text("DURE_EMPTY", "there") == ""
    assert reader.number("DURE_EMPTY", 7, 0, 9) == 7
    assert reader.yes("DURE_EMPTY", True) is True
    assert reader.one_of("DURE_EMPTY", "ko", "en") == "ko"
    assert reader.words("DURE_EMPTY") == ()


def test_words_are_split_at_commas() -> None:
    assert Reader({"DURE_FLAGS": "a, b,,c "}).words("DURE_FLAGS") == ("a", "b", "c")


@pytest.mark.parametrize("said", ["x", "-1", "10", "1.5", "²", "0x1"])
def test_a_number_outside_its_range_is_refused_with_the_range(said: str) -> None:
    with pytest.raises(BadSetting, match=r"DURE_N=.*from 0 to 9"):
        Reader({"DURE_N": said}).number("DURE_N", 1, 0, 9)


@pytest.mark.parametrize(("said", "meant"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_yes_and_no(said: str, meant: bool) -> None:
    assert Reader({"DURE_X": said}).yes("DURE_X", not meant) is meant


def test_something_else_than_yes_or_no_is_refused() -> None:
    with pytest.raises(BadSetting, match="give 1 or 0"):
        Reader({"DURE_X": "maybe"}).yes("DURE_X", False)


def test_a_choice_that_is_none_is_refused_with_the_choices() -> None:
    with pytest.raises(BadSetting, match="give ko or en"):
        Reader({"DURE_LANGUAGE": "fr"}).one_of("DURE_LANGUAGE", "ko", "en")


def test_an_unknown_name_is_refused_and_the_likely_one_named() -> None:
    reader = Reader({"DURE_ORIGN": "x", "DURE_QQQ": "y", "OTHER": "z"})
    reader.text("DURE_ORIGIN", "")
    with pytest.raises(BadSetting, match=r"DURE_ORIGN \(did you mean DURE_ORIGIN\?\); DURE_QQQ\."):
        reader.refuse_unknown()


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# why\nexport DURE_A='one two'\nDURE_B=pa$$word#1 # said\nDURE_C=\"두레\"\nDURE_D=\n", encoding="utf-8"
    )
    assert read_file(file) == {"DURE_A": "one two", "DURE_B": "pa$$word#1", "DURE_C": "두레", "DURE_D": ""}
    assert read_file(tmp_path / "missing") == {}


def test_a_line_that_is_no_setting_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DURE_A\n", encoding="utf-8")
    with pytest.raises(BadSetting, match="'DURE_A' has no value"):
        read_file(file)
