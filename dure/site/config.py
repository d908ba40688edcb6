"""The settings of an installation: one frozen value, read from the environment and from .env files.

What is in the environment wins over `.env` in DURE_VAR, and that over `.env` beside the program.
"""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from dure.kit import database_url
from dure.kit.settings import BadSetting, Reader, read_file
from dure.kit.speech.voices import USUAL as USUAL_VOICE

from . import dealers, parties, weather

ROOT = Path(__file__).resolve().parents[2]
KEY_LENGTH_MIN = 40
ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
PREFIX = re.compile(r"360G-[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
ACCOUNT = re.compile(r"[0-9]{3}:[0-9]{6,20}")
TOKEN_LENGTH_MIN = 20
RATE_MAX = 2_000  # a fifth; more is a typing mistake
PROXIES_MAX = 5
ORIGIN_LIKE = "give the address people use, like https://dure.example.org"
EMAIL_LIKE = "give smtp://user:password@host:587 or smtps://user:password@host:465"
CID_LENGTH = 10
PEER_LIKE = "give https://visits.example.org, or http:// on this machine"
VOICE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)
PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Peer:
    """Another party: where it answers, and the public half of the key with which it signs."""

    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of an installation. `.env.example` explains each."""

    role: str  # which of the three parties this process is: parties.ROLES
    ground: Path  # DURE_VAR: what all parties on this machine share, the embedded server above all
    var: Path  # what this party keeps: `ground`, or a folder of its own in it
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
    fee_rates: tuple[tuple[str, int], ...]  # by provider, ten-thousandths of a payment
    sandbox_payments: bool
    toss_secret_key: str  # empty: Toss Payments is not offered
    toss_url: str  # empty: the provider's own; else a twin on this machine
    toss_billing_page: str  # empty: cards are not registered for regular gifts
    toss_accounts: bool  # whether transfers to a virtual account are offered
    kakaopay_secret_key: str
    kakaopay_cid: str
    kakaopay_url: str
    solapi_key: str  # empty: SOLAPI carries nothing
    solapi_secret: str
    solapi_sender: str  # the telephone number that is registered there
    solapi_channel: str  # pfId of the KakaoTalk channel; empty: no AlimTalk by SOLAPI
    solapi_hook_secret: str  # empty: its reports are refused
    solapi_url: str  # empty: the dealer's own; else a twin on this machine
    nhn_appkey: str  # empty: NHN Cloud carries nothing
    nhn_secret: str
    nhn_sender: str  # the key of the sender's profile
    nhn_signature: str  # of its webhooks; empty: its reports are refused
    nhn_url: str
    push_hosts: tuple[str, ...]  # push services that may be asked
    push_url: str  # a twin on this machine, asked besides
    dealer_prices: tuple[tuple[str, int], ...]  # (route, won a message)
    codes_a_day: int  # that prove a number, of the whole place
    calls_secret: str  # of the gateway that takes calls for check-in codes; empty: no call is answered
    calls_number: str  # the number that people call
    telephone_secret: str  # of the gateway that takes calls for the village broadcast; empty: no call is answered
    telephone_number: str  # the number that people call
    telephone_url: str  # where it answers, and keeps what it recorded
    voice: str  # what speaks for the village broadcast: a dotted path, or the usual one
    operator_name: str  # who runs this installation: the collecting body (모집처) on donation receipts
    operator_number: str
    operator_address: str
    operator_account: tuple[str, str]  # (bank code, number) that payouts are paid from; empty: not said
    operator_contact: str  # an e-mail address, telephone number or https:// address people can turn to
    grants_prefix: str  # "360G-ourtown": what ids in the grant data begin with; empty: made from `origin`
    chain_anchor: str  # "position:hash", a head of the ledger\'s chain as somebody wrote it down; empty: none
    proxies: int  # how many proxies of our own stand in front; as many last addresses in X-Forwarded-For are believed
    metrics_token: str  # empty: /metrics answers to this machine only
    weather_key: str  # of the weather authority's API hub; empty: nobody is asked for forecasts
    weather_url: str  # empty: the authority's own; else a twin on this machine
    disaster_key: str  # of the ministry's list of disaster messages; empty: nobody is asked for them
    disaster_url: str  # empty: the ministry's own; else a twin on this machine
    weather_fields: tuple[tuple[int, str], ...]  # what the authority's numbers of fields mean
    vault_keys: Path  # the folder of keys that end; it belongs into no backup
    vault_root_key: str  # 64 hex digits; empty: what stands in the file
    vault_root_file: Path
    peers: tuple[tuple[str, Peer], ...]  # the other parties of check-in that this one was told of
    log_level: str

    @property
    def open_to_join(self) -> bool:
        """Whether people join by themselves. At the authority only those are let in who are appointed."""
        return self.role == parties.IDENTITY

    @property
    def secure(self) -> bool:
        """Whether people reach it over HTTPS."""
        return self.origin.startswith("https://")

    @property
    def embedded(self) -> Path:
        """The data of the embedded PostgreSQL: one server, with a database and a log-in for each party."""
        return self.ground / "pg"


def read(environment: Mapping[str, str] | None = None) -> Config:
    """The settings in `environment`. Raises BadSetting with what to do."""
    reader = Reader(environment := _with_files(os.environ if environment is None else environment))
    reader.text("DURE_ENV_FILE", "")  # read above, known here
    role = reader.one_of("DURE_ROLE", *parties.ROLES)
    ground = _ground(reader.text("DURE_VAR", ""))
    var = _var(ground, role)
    origin = reader.text("DURE_ORIGIN", "http://localhost:8000").rstrip("/")
    demo = reader.yes("DURE_DEMO", False)
    config = Config(
        role=role,
        ground=ground,
        var=var,
        database_url=environment.get("DATABASE_URL", ""),
        database_role=reader.text("DURE_DATABASE_ROLE", "dure_app"),
        secret_key=reader.text("DURE_SECRET_KEY", "") or _own_secret(var),
        demo=demo,
        debug=reader.yes("DURE_DEBUG", False),
        hosts=_hosts(reader.words("DURE_HOSTS"), origin),
        origin=origin,
        language=reader.one_of("DURE_LANGUAGE", "ko", "en"),
        agreements_needed=reader.number("DURE_AGREEMENTS_NEEDED", 5 if demo else 500, 1, 1_000_000),
        flags=reader.words("DURE_FLAGS"),
        email_url=reader.text("DURE_EMAIL_URL", ""),
        email_from=reader.text("DURE_EMAIL_FROM", "dure@localhost"),
        kakao_id=reader.text("DURE_KAKAO_ID", ""),
        kakao_secret=reader.text("DURE_KAKAO_SECRET", ""),
        naver_id=reader.text("DURE_NAVER_ID", ""),
        naver_secret=reader.text("DURE_NAVER_SECRET", ""),
        google_id=reader.text("DURE_GOOGLE_ID", ""),
        google_secret=reader.text("DURE_GOOGLE_SECRET", ""),
        fee_rates=_rates(reader.words("DURE_FEE_RATES")),
        sandbox_payments=reader.yes("DURE_SANDBOX_PAYMENTS", demo),
        toss_secret_key=reader.text("DURE_TOSS_SECRET_KEY", ""),
        toss_url=reader.text("DURE_TOSS_URL", "").rstrip("/"),
        toss_billing_page=reader.text("DURE_TOSS_BILLING_PAGE", ""),
        toss_accounts=reader.yes("DURE_TOSS_ACCOUNTS", False),
        kakaopay_secret_key=reader.text("DURE_KAKAOPAY_SECRET_KEY", ""),
        kakaopay_cid=reader.text("DURE_KAKAOPAY_CID", "TC0ONETIME"),
        kakaopay_url=reader.text("DURE_KAKAOPAY_URL", "").rstrip("/"),
        **_dealers(reader, var),
        **_feeds(reader),
        **_vault(reader, var),
        peers=_peers(reader, role),
        operator_name=reader.text("DURE_OPERATOR_NAME", "두레 체험판 (예시)" if demo else ""),
        operator_number=reader.text("DURE_OPERATOR_NUMBER", ""),
        operator_address=reader.text("DURE_OPERATOR_ADDRESS", ""),
        operator_account=_account(reader.text("DURE_OPERATOR_ACCOUNT", "004:00000000000000" if demo else "")),
        operator_contact=reader.text("DURE_OPERATOR_CONTACT", ""),
        grants_prefix=reader.text("DURE_GRANTS_PREFIX", ""),
        chain_anchor=reader.text("DURE_CHAIN_ANCHOR", ""),
        proxies=reader.number("DURE_PROXIES", 0, 0, PROXIES_MAX),
        metrics_token=reader.text("DURE_METRICS_TOKEN", ""),
        log_level=reader.one_of("DURE_LOG_LEVEL", "info", "debug", "warning", "error"),
    )
    reader.refuse_unknown()
    _check(config)
    return config


def _dealers(reader: Reader, var: Path) -> dict[str, Any]:
    """The settings of those who carry messages, and of who speaks them."""
    return {
        "solapi_key": reader.text("DURE_SOLAPI_KEY", ""),
        "solapi_secret": reader.text("DURE_SOLAPI_SECRET", ""),
        "solapi_sender": re.sub(r"[ .()-]", "", reader.text("DURE_SOLAPI_SENDER", "")),
        "solapi_channel": reader.text("DURE_SOLAPI_CHANNEL", ""),
        "solapi_hook_secret": reader.text("DURE_SOLAPI_HOOK_SECRET", ""),
        "solapi_url": reader.text("DURE_SOLAPI_URL", "").rstrip("/"),
        "nhn_appkey": reader.text("DURE_NHN_APPKEY", ""),
        "nhn_secret": reader.text("DURE_NHN_SECRET", ""),
        "nhn_sender": reader.text("DURE_NHN_SENDER", ""),
        "nhn_signature": reader.text("DURE_NHN_SIGNATURE", ""),
        "nhn_url": reader.text("DURE_NHN_URL", "").rstrip("/"),
        "push_hosts": reader.words("DURE_PUSH_HOSTS") or dealers.PUSH_HOSTS,
        "push_url": reader.text("DURE_PUSH_URL", "").rstrip("/"),
        "dealer_prices": dealers.prices(reader.words("DURE_DEALER_PRICES")),
        "calls_secret": reader.text("DURE_CALLS_SECRET", ""),
        "calls_number": reader.text("DURE_CALLS_NUMBER", ""),
        "telephone_secret": reader.text("DURE_TELEPHONE_SECRET", ""),
        "telephone_number": reader.text("DURE_TELEPHONE_NUMBER", ""),
        "telephone_url": reader.text("DURE_TELEPHONE_URL", "").rstrip("/"),
        "voice": reader.text("DURE_VOICE", "") or USUAL_VOICE,
        "codes_a_day": reader.number("DURE_CODES_A_DAY", 1_000, 0, 10_000_000),
    }


def _feeds(reader: Reader) -> dict[str, Any]:
    """What forecasts, warnings and disaster messages are fetched with."""
    return {
        "weather_key": reader.text("DURE_WEATHER_KEY", ""),
        "weather_url": reader.text("DURE_WEATHER_URL", "").rstrip("/"),
        "weather_fields": weather.fields(reader.words("DURE_WEATHER_FIELDS")),
        "disaster_key": reader.text("DURE_DISASTER_KEY", ""),
        "disaster_url": reader.text("DURE_DISASTER_URL", "").rstrip("/"),
    }


def _vault(reader: Reader, var: Path) -> dict[str, Any]:
    """Where keys that end lie, and what they are wrapped under."""
    return {
        "vault_keys": ROOT / (reader.text("DURE_VAULT_KEYS", "") or var / "vault-keys"),
        "vault_root_key": reader.text("DURE_VAULT_ROOT_KEY", ""),
        "vault_root_file": ROOT / (reader.text("DURE_VAULT_ROOT_FILE", "") or var / "vault-root"),
    }


def _peers(reader: Reader, role: str) -> tuple[tuple[str, Peer], ...]:
    """Where the other parties are and with which keys they sign; each is known once both of its values are given."""
    said = {
        parties.IDENTITY: (reader.text("DURE_IDENTITY_URL", ""), reader.text("DURE_IDENTITY_KEY", "")),
        parties.VISITS: (reader.text("DURE_VISITS_URL", ""), reader.text("DURE_VISITS_KEY", "")),
        parties.AUTHORITY: (reader.text("DURE_AUTHORITY_URL", ""), reader.text("DURE_AUTHORITY_KEY", "")),
    }
    found = []
    for party, (url, key) in said.items():
        where = _place(f"DURE_{party.upper()}_URL", url, PEER_LIKE)
        here = where.hostname in ("127.0.0.1", "localhost", "::1")
        if url and (where.path.strip("/") or (where.scheme != "https" and not (where.scheme == "http" and here))):
            raise BadSetting(f"DURE_{party.upper()}_URL: {PEER_LIKE}")
        if key and not PUBLIC_KEY.fullmatch(key):
            raise BadSetting(f"DURE_{party.upper()}_KEY: give the 64 digits that dure doctor shows at that party")
        if url and key and party != role:
            found.append((party, Peer(url.rstrip("/"), key)))
    return tuple(found)


def _ground(said: str) -> Path:
    """Where everything of this installation is kept. A relative path counts from the program, whatever the caller's."""
    return ROOT / (Path(said).expanduser() if said else "var")


def _var(ground: Path, role: str) -> Path:
    return ground if role == parties.IDENTITY else ground / role


def _with_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, and below it the .env files of this party. DURE_ENV_FILE names one file instead, or none when empty.

    `.env` is the file of the identity party, `.env.visits` that of the visit party: no party is handed another's secrets. Where
    `.env` itself says another DURE_ROLE, it is that party's.
    """
    if "DURE_ENV_FILE" in environment:
        named = environment["DURE_ENV_FILE"].strip()
        if named and not Path(named).is_file():
            raise BadSetting(f"DURE_ENV_FILE: there is no file {named}")
        return {**(read_file(Path(named)) if named else {}), **environment}
    asked = environment.get("DURE_ROLE", "").strip()
    beside = read_file(ROOT / ".env")
    if asked and asked != beside.get("DURE_ROLE", parties.IDENTITY) and asked in parties.ROLES:
        beside = read_file(ROOT / f".env.{asked}")
    said = {**beside, **environment}
    var = _var(_ground(said.get("DURE_VAR", "")), said.get("DURE_ROLE", "").strip() or parties.IDENTITY)
    return {**beside, **read_file(var / ".env"), **environment}


def _hosts(said: tuple[str, ...], origin: str) -> tuple[str, ...]:
    """Names under which it may be asked for: those given, and always the one of its address."""
    own = _place("DURE_ORIGIN", origin, ORIGIN_LIKE).hostname or ""
    own = f"[{own}]" if ":" in own else own
    return tuple(dict.fromkeys((*(said or LOCAL_HOSTS), *((own,) if own else ()))))


def _place(name: str, said: str, like: str) -> SplitResult:
    """An address in its parts. Raises BadSetting, without what was said: it may hold a password."""
    try:
        parts = urlsplit(said)
        parts.port  # noqa: B018 - read to have it refused here, not where it is used
    except ValueError:
        raise BadSetting(f"{name}: {like}") from None
    return parts


def _account(said: str) -> tuple[str, str]:
    """A bank account as `bank:number`: three digits of the bank and the number without hyphens."""
    bank, _, number = said.partition(":")
    if said and not ACCOUNT.fullmatch(said):
        raise BadSetting("DURE_OPERATOR_ACCOUNT: give bank:number in digits, like 004:12345678901234, or nothing")
    return bank, number


def _rates(said: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """`provider:number` pairs; the number is in ten-thousandths, 340 for 3.4 %."""
    found = []
    for word in said:
        name, _, number = word.partition(":")
        if not name or not number.isascii() or not number.isdigit() or int(number) > RATE_MAX:
            raise BadSetting("DURE_FEE_RATES: give provider:ten-thousandths, like toss:340,kakaopay:320")
        found.append((name, int(number)))
    return tuple(found)


def _check(config: Config) -> None:
    if len(config.secret_key) < KEY_LENGTH_MIN:
        raise BadSetting(f"DURE_SECRET_KEY: give at least {KEY_LENGTH_MIN} random characters")
    if config.database_role and not ROLE.fullmatch(config.database_role):
        raise BadSetting("DURE_DATABASE_ROLE: give the plain name of a role, like dure_app, or nothing")
    where = _place("DURE_ORIGIN", config.origin, ORIGIN_LIKE)
    if where.scheme not in ("http", "https") or not where.hostname or where.path:
        raise BadSetting(f"DURE_ORIGIN: {ORIGIN_LIKE}")
    letters = _place("DURE_EMAIL_URL", config.email_url, EMAIL_LIKE)
    if config.email_url and (letters.scheme not in ("smtp", "smtps") or not letters.hostname):
        raise BadSetting(f"DURE_EMAIL_URL: {EMAIL_LIKE}")
    if config.demo and config.secure:
        raise BadSetting("DURE_DEMO=1 lets anyone log in as anyone: it is refused on a public https address")
    if config.grants_prefix and not PREFIX.fullmatch(config.grants_prefix):
        raise BadSetting("DURE_GRANTS_PREFIX: give 360G- and letters or digits, like 360G-ourtown")
    if config.metrics_token and len(config.metrics_token) < TOKEN_LENGTH_MIN:
        raise BadSetting(f"DURE_METRICS_TOKEN: give at least {TOKEN_LENGTH_MIN} random characters")
    if not VOICE.fullmatch(config.voice):
        raise BadSetting("DURE_VOICE: give package.module:Name of an engine that speaks, or nothing")
    _check_payments(config)
    dealers.check(config)
    weather.check(config)
    if config.database_url:
        database_url.parse(config.database_url)


def _check_payments(config: Config) -> None:
    """A key goes to its provider or to a twin on this machine, and a key for real money to nobody but the provider."""
    for name, url, own, key in (
        ("TOSS", config.toss_url, "https://api.tosspayments.com", config.toss_secret_key),
        ("KAKAOPAY", config.kakaopay_url, "https://open-api.kakaopay.com", config.kakaopay_secret_key),
    ):
        where = urlsplit(url)
        twin = where.scheme == "http" and where.hostname in ("127.0.0.1", "localhost", "::1") and not where.path
        if url and url != own and not twin:
            raise BadSetting(
                f"DURE_{name}_URL: give {own}, nothing, or a twin on this machine like http://127.0.0.1:8100"
            )
        if key.startswith(("live_", "PRD")) and (twin or config.demo):
            raise BadSetting(f"DURE_{name}_SECRET_KEY: a key for real money is refused in a demo and with a twin")
        if twin and not (config.demo or config.sandbox_payments):
            raise BadSetting(
                f"DURE_{name}_URL: a twin moves no money; it is for a demo, or where DURE_SANDBOX_PAYMENTS=1 says so to all"
            )
    page = urlsplit(config.toss_billing_page)
    here = page.hostname in ("127.0.0.1", "localhost", "::1")
    if config.toss_billing_page and (page.scheme not in ("https", "http") or (page.scheme == "http" and not here)):
        raise BadSetting("DURE_TOSS_BILLING_PAGE: give an https:// address, or that of a twin on this machine")
    if len(config.kakaopay_cid) != CID_LENGTH:
        raise BadSetting(f"DURE_KAKAOPAY_CID: give the {CID_LENGTH} characters that KakaoPay gave you")


def _own_secret(var: Path) -> str:
    """A secret made once and kept under var/, readable by the owner only."""
    path = var / "secret-key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    var.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=var, prefix="secret-key.", encoding="ascii") as fresh:
        fresh.write(secrets.token_urlsafe(48))
        fresh.flush()
        with contextlib.suppress(FileExistsError):  # another process was faster: its secret is ours
            os.link(fresh.name, path)  # appears whole or not at all
    return path.read_text(encoding="ascii").strip()
