"""The door over HTTP: words and colours as JSON, every other no as a problem, nothing counted by address."""

from typing import Any

import msgspec
import pytest

from dure.services.checkin.types.doors import ScanAnswer

TOKEN = {"Authorization": "Bearer not-a-token"}


def test_who_is_no_scanner_is_told_so_in_words_and_nothing_else(api_client: Any) -> None:
    for path, body in (("scan", {"code": "x"}), ("settle", {"notes": [{"code": "x", "scanned_at": 1}]}), ("beat", {})):
        answer = api_client.post(f"/checkin/{path}", json=body, headers={**TOKEN, "Accept-Language": "en"})
        assert answer.status_code == 401, answer.text
        assert answer.json()["code"] == "token_unfit"
        assert "no scanner of a place" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [{}, {"code": 7}, {"code": "x" * 981}, {"code": "x", "challenge": "ACDEFGHJK"}, {"code": "x", "venue": "mine"}],
)
def test_what_does_not_fit_is_refused_before_anything_is_looked_up(api_client: Any, body: dict[str, Any]) -> None:
    assert api_client.post("/checkin/scan", json=body, headers=TOKEN).status_code == 422


def test_a_message_of_notes_has_an_end(api_client: Any) -> None:
    note = {"code": "x", "scanned_at": 1}
    for notes in ([], [note] * 101, [{**note, "scanned_at": -1}], [{**note, "scanned_at": 2**41}]):
        assert api_client.post("/checkin/settle", json={"notes": notes}, headers=TOKEN).status_code == 422


def test_nobody_is_counted_by_address(api_client: Any) -> None:
    """A whole market may stand behind one address."""
    answers = {api_client.post("/checkin/scan", json={"code": "x"}, headers=TOKEN).status_code for _ in range(150)}
    assert answers == {401}


def test_an_answer_is_a_word_and_a_colour() -> None:
    assert ScanAnswer.__struct_fields__ == ("verdict", "colour")
    assert msgspec.json.encode(msgspec.json.decode(b'{"verdict":"noted","colour":"yellow"}', type=ScanAnswer))
