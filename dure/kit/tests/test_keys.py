"""Derived keys: one for each purpose, the same each time, another one under another secret."""

from typing import Any

from dure.kit import keys


def test_a_purpose_has_its_own_key(settings: Any) -> None:
    one = keys.derived("one")
    assert len(one) == keys.KEY_BYTES
    assert one == keys.derived("one")
    assert one != keys.derived("two")
    settings.SECRET_KEY = "another secret " * 4
    assert one != keys.derived("one")
