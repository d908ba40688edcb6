"""The settings of an installation: each is explained, wrong ones are refused, files stand below the environment."""

import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dure.kit.settings import BadSetting
from dure.site import accounts, config, stage

ALONE = {"DURE_ENV_FILE": "", "DURE_SECRET_KEY": "s" * 40}


def read(**said: str) -> config.Config:
    return config.read({**ALONE, **said})


def test_every_setting_is_explained_in_the_example_and_every_example_is_a_setting() -> None:
    text = (config.ROOT / ".env.example").read_text(encoding="utf-8")
    shown = set(re.findall(r"^#?((?:DURE_|DATABASE_)[A-Z_]+)=", text, flags=re.MULTILINE))
    source = Path(config.__file__).read_text(encoding="utf-8")
    read_here = set(re.findall(r'"((?:DURE|DATABASE)_[A-Z_]+)"', source))
    assert shown == read_here
    for paragraph in text.split("\n\n"):
        assert paragraph.startswith("# "), f"what is this? {paragraph}"


def test_an_example_with_every_line_switched_on_is_read_or_refused_only_for_its_secrets() -> None:
    text = (config.ROOT / ".env.example").read_text(encoding="utf-8")
    said = dict(re.findall(r"^#((?:DURE_|DATABASE_)[A-Z_]+)=(.*)$", text, flags=re.MULTILINE))
    read = config.read({**said, **ALONE})
    assert read.origin == "https://dure.example.org"
    assert read.hosts == ("localhost", "127.0.0.1", "[::1]", "dure.example.org")


def test_the_defaults_serve_this_machine_only() -> None:
    found = read()
    assert found.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert not any((found.demo, found.debug, found.secure, found.proxies, found.sandbox_payments))
    assert found.var == config.ROOT / "var"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"DURE_SECRET_KEY": "short"}, "DURE_SECRET_KEY: give at least 40"),
        ({"DURE_ORIGIN": "dure.example.org"}, "DURE_ORIGIN: give the address"),
        ({"DURE_ORIGIN": "https://dure.example.org/town"}, "DURE_ORIGIN: give the address"),
        ({"DURE_ORIGIN": ""}, "DURE_ORIGIN: give the address"),
        ({"DURE_ORIGIN": "http://[::1"}, "DURE_ORIGIN: give the address"),
        ({"DURE_ORIGIN": "http://localhost:80000"}, "DURE_ORIGIN: give the address"),
        ({"DURE_EMAIL_URL": "smtp://user:secret@host:many"}, "DURE_EMAIL_URL: give smtp://user:password@host"),
        ({"DURE_SOLAPI_KEY": "k"}, "DURE_SOLAPI_SECRET, DURE_SOLAPI_SENDER is missing"),
        ({"DURE_NHN_APPKEY": "k", "DURE_NHN_SENDER": "s"}, "DURE_NHN_SECRET is missing"),
        ({"DURE_SOLAPI_URL": "https://evil.example.org"}, "DURE_SOLAPI_URL: give nothing, or a twin"),
        ({"DURE_NHN_URL": "http://10.0.0.1:80"}, "DURE_NHN_URL: give nothing, or a twin"),
        ({"DURE_PUSH_URL": "http://127.0.0.1:8100/x"}, "DURE_PUSH_URL: give nothing, or a twin"),
        ({"DURE_PUSH_HOSTS": "https://fcm.googleapis.com"}, "DURE_PUSH_HOSTS: give names"),
        ({"DURE_PUSH_HOSTS": "*"}, "DURE_PUSH_HOSTS: give names"),
        ({"DURE_DEALER_PRICES": "sms:ten"}, "DURE_DEALER_PRICES: give route:won"),
        ({"DURE_DEALER_PRICES": "fax:10"}, "DURE_DEALER_PRICES: give route:won"),
        ({"DURE_EMAIL_URL": "smtp://"}, "DURE_EMAIL_URL: give smtp://user:password@host"),
        ({"DURE_DEMO": "1", "DURE_ORIGIN": "https://dure.example.org"}, "log in as anyone"),
        ({"DURE_VOICE": "os.system"}, "DURE_VOICE: give package.module:Name"),
        ({"DURE_METRICS_TOKEN": "guess"}, "DURE_METRICS_TOKEN: give at least 20"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL: give postgresql"),
        ({"DURE_TOSS_URL": "https://elsewhere.example"}, "DURE_TOSS_URL: give https://api.tosspayments.com"),
        ({"DURE_KAKAOPAY_URL": "http://127.0.0.1:8100/v1"}, "DURE_KAKAOPAY_URL"),
        (
            {"DURE_TOSS_URL": "http://127.0.0.1:1", "DURE_TOSS_SECRET_KEY": "live_sk_x"},
            "refused in a demo and with a twin",
        ),
        ({"DURE_DEMO": "1", "DURE_TOSS_SECRET_KEY": "live_sk_x"}, "refused in a demo and with a twin"),
        ({"DURE_KAKAOPAY_CID": "short"}, "DURE_KAKAOPAY_CID: give the 10"),
        ({"DURE_LANGUAGE": "fr"}, "give ko or en"),
        ({"DURE_PROXIES": "99"}, "from 0 to 5"),
        ({"DURE_SECRET": "x"}, "did you mean DURE_SECRET_KEY"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_with_what_to_do(said: dict[str, str], why: str) -> None:
    with pytest.raises(BadSetting, match=why):
        read(**said)


def test_an_address_of_numbers_with_colons_is_a_host() -> None:
    assert "[fd00::1]" in read(DURE_ORIGIN="http://[fd00::1]:8000").hosts


def test_a_file_stands_below_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "dure.env"
    file.write_text("DURE_LANGUAGE=en\nDURE_AGREEMENTS_NEEDED=3\n", encoding="utf-8")
    found = config.read({**ALONE, "DURE_ENV_FILE": str(file), "DURE_AGREEMENTS_NEEDED": "5"})
    assert (found.language, found.agreements_needed) == ("en", 5)


def test_a_file_in_var_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DURE_LANGUAGE=en\n", encoding="utf-8")
    found = config.read({"DURE_SECRET_KEY": "s" * 40, "DURE_VAR": str(tmp_path)})
    assert found.language == "en"


def test_an_unknown_name_in_a_file_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DURE_LANGUAGES=en\n", encoding="utf-8")
    with pytest.raises(BadSetting, match="did you mean DURE_LANGUAGE"):
        config.read({"DURE_SECRET_KEY": "s" * 40, "DURE_VAR": str(tmp_path)})


def test_a_secret_is_made_once_for_all_who_start_at_once_and_kept_from_others(tmp_path: Path) -> None:
    said = {"DURE_ENV_FILE": "", "DURE_VAR": str(tmp_path / "var")}
    with ThreadPoolExecutor(8) as pool:
        found = {read.secret_key for read in pool.map(lambda _: config.read(said), range(16))}
    assert len(found) == 1
    assert stat.S_IMODE((tmp_path / "var" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret-key"]


def test_a_named_file_that_is_not_there_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="DURE_ENV_FILE: there is no file"):
        config.read({"DURE_ENV_FILE": str(tmp_path / "dure.env")})


def test_a_load_goes_to_its_own_database_whatever_stands_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(
        "DATABASE_URL=postgresql://dure@db.example.org/town\nDURE_VAR=town\n", encoding="utf-8"
    )
    monkeypatch.setattr(config, "ROOT", tmp_path)
    monkeypatch.setattr(os, "environ", {"DATABASE_URL": "postgresql://dure@db.example.org/town"})
    stage.use(tmp_path / "load")
    found = config.read()
    assert found.database_url == ""
    assert found.var == tmp_path / "load"


def test_a_way_to_log_in_appears_once_both_of_its_values_are_given() -> None:
    half, whole = read(DURE_KAKAO_ID="id"), read(DURE_KAKAO_ID="id", DURE_KAKAO_SECRET="secret")
    assert accounts.settings_for(half)["SOCIALACCOUNT_PROVIDERS"] == {}
    assert set(accounts.settings_for(whole)["SOCIALACCOUNT_PROVIDERS"]) == {"kakao"}
