"""Browsers by the names people know them by."""

import pytest

from dure.kit import devices

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{ANDROID} Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        (f"{ANDROID} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Samsung Internet · Android"),
        (f"{ANDROID} Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36;KAKAOTALK 2510000", "KakaoTalk · Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Whale/4.28 Safari/537.36", "Whale · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 300, "x" * 40),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(user_agent: str, name: str) -> None:
    assert devices.named(user_agent) == name
