"""The settings of an installation: one frozen value, read from the environment once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dure.kit.settings import BadSetting, Reader

ROOT = Path(__file__).resolve().parents[2]
KEY_LENGTH_MIN = 40


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of an installation. `.env.example` explains each."""

    var: Path
    database_url: str  # empty: the embedded PostgreSQL under `var`
    database_role: str  # taken by what serves; empty: it stays the user of the URL, who owns the tables
    secret_key: str
    demo: bool
    debug: bool
    hosts: tuple[str, ...]
    origin: str  # how people reach this installation, "https://dure.example.org"
    language: str
    agreements_needed: int
    flags: tuple[str, ...]
    email_url: str  # "smtp://user:password@host:587", empty: letters are written under var/mail
    email_from: str
    kakao_id: str
    kakao_secret: str
    naver_id: str
    naver_secret: str
    google_id: str
    google_secret: str
    sandbox_payments: bool

    @property
    def secure(self) -> bool:
        """Whether people reach it over HTTPS."""
        return self.origin.startswith("https://")


def read(environment: Mapping[str, str] | None = None) -> Config:
    """The settings in `environment`. Raises BadSetting with what to do."""
    environment = os.environ if environment is None else environment
    reader = Reader(environment)
    var = Path(reader.text("DURE_VAR", str(ROOT / "var")))
    demo = reader.yes("DURE_DEMO", False)
    config = Config(
        var=var,
        database_url=environment.get("DATABASE_URL", ""),
        database_role=reader.text("DURE_DATABASE_ROLE", "dure_app"),
        secret_key=reader.text("DURE_SECRET_KEY", "") or _own_secret(var),
        demo=demo,
        debug=reader.yes("DURE_DEBUG", False),
        hosts=reader.words("DURE_HOSTS") or ("localhost", "127.0.0.1", "[::1]"),
        origin=reader.text("DURE_ORIGIN", "http://localhost:8000").rstrip("/"),
        language=reader.text("DURE_LANGUAGE", "ko"),
        agreements_needed=reader.number("DURE_AGREEMENTS_NEEDED", 500, 1, 1_000_000),
        flags=reader.words("DURE_FLAGS"),
        email_url=reader.text("DURE_EMAIL_URL", ""),
        email_from=reader.text("DURE_EMAIL_FROM", "dure@localhost"),
        kakao_id=reader.text("DURE_KAKAO_ID", ""),
        kakao_secret=reader.text("DURE_KAKAO_SECRET", ""),
        naver_id=reader.text("DURE_NAVER_ID", ""),
        naver_secret=reader.text("DURE_NAVER_SECRET", ""),
        google_id=reader.text("DURE_GOOGLE_ID", ""),
        google_secret=reader.text("DURE_GOOGLE_SECRET", ""),
        sandbox_payments=reader.yes("DURE_SANDBOX_PAYMENTS", demo),
    )
    reader.refuse_unknown()
    _check(config)
    return config


def _check(config: Config) -> None:
    if len(config.secret_key) < KEY_LENGTH_MIN:
        raise BadSetting(f"DURE_SECRET_KEY: give at least {KEY_LENGTH_MIN} random characters")
    if config.language not in ("ko", "en"):
        raise BadSetting("DURE_LANGUAGE: give ko or en")
    if not config.origin.startswith(("http://", "https://")):
        raise BadSetting("DURE_ORIGIN: give the address people use, like https://dure.example.org")
    if config.email_url and not config.email_url.startswith(("smtp://", "smtps://")):
        raise BadSetting("DURE_EMAIL_URL: give smtp://user:password@host:587 or smtps://user:password@host:465")
    if config.demo and config.secure:
        raise BadSetting("DURE_DEMO=1 lets anyone log in as anyone: it is refused on a public https address")


def _own_secret(var: Path) -> str:
    """A secret made once and kept under var/, readable by the owner only."""
    path = var / "secret-key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        var.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(48)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was faster
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
        return secret
