"""The examination of an installation, for `dure doctor`. Each examination looks at one thing and changes nothing."""

import shutil
import stat
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError, connection

from dure.base import clock
from dure.kit import database_url, delivery, flags, lasting, roles, signed
from dure.kit.diagnosis import Diagnosis, ok, warning, wrong
from dure.kit.logs import kind_of
from dure.site import parties, readiness, rooms
from dure.site.config import LOCAL_HOSTS, ROOT, Config

PYTHON_MIN = (3, 12)
NO_WAIT = ("off", "local")  # of synchronous_commit: such a commit waits for no standby
POSTGRES_MIN = 180_000  # as the server writes 18.0: what every test runs on
FREE_BYTES_WARNING = 2 * 1024**3
FREE_BYTES_WRONG = 256 * 1024**2
SKEW_SECONDS_WARNING = 1.0
SKEW_SECONDS_WRONG = 30.0
LAG_WARNING = timedelta(minutes=1)
LETTERS_IN_SECRET_MIN = 16  # different ones; 40 times the same letter is long and worth nothing

type Examination = Callable[[Config], Diagnosis]


def examine(config: Config) -> list[Diagnosis]:
    """Look at everything, what the houses know included. What cannot be looked at is wrong as well."""
    looks = EXAMINATIONS if config.role == parties.IDENTITY else OF_EVERY_PARTY
    own = [found for look in looks for found in _looked(look.__name__.replace("_", " "), _once(look, config))]
    return [*own, *(found for house, look in rooms.diagnoses().items() for found in _looked(house, look))]


def _once(look: Examination, config: Config) -> Callable[[], tuple[Diagnosis, ...]]:
    return lambda: (look(config),)


def _looked(subject: str, look: Callable[[], tuple[Diagnosis, ...]]) -> tuple[Diagnosis, ...]:
    try:
        return look()
    except OperationalError as error:
        found = f"the database does not answer ({kind_of(error)})"
        return (wrong(subject, found, "check DATABASE_URL and the server"),)
    except DatabaseError as error:
        return (wrong(subject, f"cannot be looked at ({kind_of(error)})", "run dure migrate, then dure doctor again"),)


def python(config: Config) -> Diagnosis:
    said = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON_MIN:
        return wrong("python", f"Python {said}", "install Python 3.12 or newer and run make setup")
    return ok("python", f"Python {said}")


def database(config: Config) -> Diagnosis:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, said = cursor.fetchone()
        cursor.execute("SELECT current_setting('fsync'), current_setting('full_page_writes')")
        careful = cursor.fetchone() == ("on", "on")
    where = "DATABASE_URL" if config.database_url else f"embedded, under {config.var}"
    if number < POSTGRES_MIN:
        return wrong("database", f"PostgreSQL {said}", "PostgreSQL 18 or newer is needed")
    if not careful:
        return wrong("database", "fsync or full_page_writes is off", "switch both on: a power cut would lose gifts")
    return ok("database", f"PostgreSQL {said} ({where})")


def fail_over(config: Config) -> Diagnosis:
    """Whether connections find the server that leads, and whether commits wait for the one that would take over."""
    said = database_url.parse(config.database_url) if config.database_url else {}
    hosts = database_url.hosts_of(said)
    if len(hosts) > 1 and not database_url.finds_the_writable(said):
        return wrong(
            "fail-over",
            "DATABASE_URL names several hosts; the first that answers is taken, also when it takes no writes",
            "add target_session_attrs=read-write to DATABASE_URL",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('synchronous_standby_names')")
        commit, names = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_stat_replication WHERE application_name <> 'pg_basebackup'")
        (attached,) = cursor.fetchone()
    return _of_standby(len(hosts) > 1 or attached > 0, commit, names, attached)


def _of_standby(named: bool, commit: str, names: str, attached: int) -> Diagnosis:
    """`named`: a standby there should be; `commit` and `names` as the server has them; `attached`: standbys that follow now."""
    if commit in NO_WAIT and (named or names or commit == "off"):
        found = f"synchronous_commit is {commit}: a crash or a fail-over would lose what was acknowledged"
        return wrong("fail-over", found, "set synchronous_commit = on on the server (docs/standby.md)")
    if names and not attached:
        found = f"commits wait for a standby ({names}) and none is there: nothing can be written"
        return wrong("fail-over", found, "start the standby, or say that there is none (docs/standby.md)")
    if named and not names:
        found = "commits do not wait for the standby: a fail-over would lose what was acknowledged"
        return wrong("fail-over", found, "set synchronous_standby_names on the server (docs/standby.md)")
    if names:
        return ok("fail-over", f"commits wait for a standby ({names}), {attached} follow")
    return ok("fail-over", "one server and no standby")


def role(config: Config) -> Diagnosis:
    if not config.database_role:
        return warning(
            "database role",
            "serve and worker run as the owner of the tables",
            "leave DURE_DATABASE_ROLE at dure_app, so that even a break-in cannot change past transfers",
        )
    if said := roles.trouble(config.database_role):
        return wrong("database role", said.found, said.todo)
    return ok("database role", f"serve and worker take the role {config.database_role}")


def migrations(config: Config) -> Diagnosis:
    pending = readiness.pending_migrations()
    if pending:
        return wrong("tables", f"{len(pending)} migrations wait, the first is {pending[0]}", "run dure migrate")
    return ok("tables", "fit this version")


def clocks(config: Config) -> Diagnosis:
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    middle = before + (clock.now() - before) / 2
    skew = abs((there - middle).total_seconds())
    if skew > SKEW_SECONDS_WARNING:
        say = wrong if skew > SKEW_SECONDS_WRONG else warning
        return say("clock", f"{skew:.1f} s apart from the database", "let both machines follow a time server (NTP)")
    return ok("clock", "agrees with the database")


def secret(config: Config) -> Diagnosis:
    kept = config.var / "secret-key"
    if len(Counter(config.secret_key)) < LETTERS_IN_SECRET_MIN:
        return wrong("secret", "DURE_SECRET_KEY is easy to guess", "take the output of: openssl rand -base64 48")
    if kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        return wrong("secret", f"others may read {kept}", f"chmod 600 {kept}")
    return ok("secret", "long, mixed and private")


def address(config: Config) -> Diagnosis:
    local = any(config.origin.startswith(f"http://{host}") for host in LOCAL_HOSTS)
    if "*" in config.hosts:
        return wrong("address", "any host name is answered", "name yours in DURE_HOSTS instead of *")
    if not config.secure and not local:
        return wrong(
            "address",
            f"{config.origin} is not encrypted: cookies and passwords travel in the open",
            "put a proxy with a certificate in front and set DURE_ORIGIN=https://...",
        )
    if config.secure and not config.proxies:
        return warning(
            "address",
            f"{config.origin}, and no proxy is believed",
            "set DURE_PROXIES=1 when your proxy ends HTTPS: otherwise all people share its address in rate limits",
        )
    return ok("address", config.origin if config.secure else f"{config.origin} (this machine only)")


def demo(config: Config) -> Diagnosis:
    if config.demo:
        return warning("demo", "anybody may log in as any sample person", "unset DURE_DEMO before real people come")
    if config.sandbox_payments:
        return warning("payments", "go to a sandbox, no money moves", "unset DURE_SANDBOX_PAYMENTS for real gifts")
    keys = [key for key in (config.toss_secret_key, config.kakaopay_secret_key) if key]
    if not keys:
        return warning("payments", "nobody can pay", "set DURE_TOSS_SECRET_KEY or DURE_KAKAOPAY_SECRET_KEY")
    if config.toss_url or config.kakaopay_url or any(key.startswith(("test_", "DEV")) for key in keys):
        return warning("payments", "go to a test shop or a twin, no money moves", "set the keys of your shop")
    return ok("demo", "off, payments are real")


def debug(config: Config) -> Diagnosis:
    if config.debug:
        return wrong("debug", "errors show settings and source code", "unset DURE_DEBUG")
    return ok("debug", "off")


def letters(config: Config) -> Diagnosis:
    if not config.email_url:
        return warning(
            "letters",
            f"are written to {config.var / 'mail'}, nobody gets them: people cannot confirm their address",
            "set DURE_EMAIL_URL",
        )
    try:
        mailer = mail.mailers["default"]
        mailer.open()
        mailer.close()
    except (OSError, ImproperlyConfigured) as error:  # smtplib's errors are OSErrors
        return wrong("letters", f"the mail server does not take us: {error}", "check DURE_EMAIL_URL")
    if config.email_from.endswith("@localhost"):
        return wrong("letters", f"are from {config.email_from}", "set DURE_EMAIL_FROM to an address of yours")
    return ok("letters", f"the mail server takes us, from {config.email_from}")


def operator(config: Config) -> Diagnosis:
    """People must be able to see who runs the place and how to reach them."""
    wanted = {"DURE_OPERATOR_NAME": config.operator_name, "DURE_OPERATOR_CONTACT": config.operator_contact}
    missing = [name for name, said in wanted.items() if not said]
    if missing and not config.demo:
        return warning(
            "operator", "nobody can see who runs this place and how to reach them", f"set {' and '.join(missing)}"
        )
    return ok("operator", config.operator_name)


def disk(config: Config) -> Diagnosis:
    if not config.var.is_dir():
        return wrong("disk", f"there is no directory {config.var}", "make it, or set DURE_VAR to one that is there")
    free = shutil.disk_usage(config.var).free
    said = f"{free / 1024**3:.1f} GB free at {config.var}"
    if free < FREE_BYTES_WARNING:
        say = wrong if free < FREE_BYTES_WRONG else warning
        return say("disk", said, "make room: a full disk stops every gift")
    return ok("disk", said)


def static_files(config: Config) -> Diagnosis:
    if not readiness.static_is_collected():
        return warning("static files", "are not collected for this version", "dure serve does it when it starts")
    return ok("static files", "collected")


def texts(config: Config) -> Diagnosis:
    catalogues = [path for place in settings.LOCALE_PATHS for path in Path(place).rglob("*.po")]
    stale = [path for path in catalogues if not path.with_suffix(".mo").exists()]
    if stale:
        return wrong("texts", f"{len(stale)} Korean catalogues are not compiled", "run make setup")
    return ok("texts", f"{len(catalogues)} Korean catalogues")


def feature_flags(config: Config) -> Diagnosis:
    late = [flag.name for flag in flags.declared().values() if flag.expires < clock.today()]
    if late:
        return warning("flags", f"past their day: {', '.join(late)}", "ask their owner to decide")
    return ok("flags", ", ".join(config.flags) or "none switched on")


def workers(config: Config) -> Diagnosis:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'dure worker'"
        )
        (connections,) = cursor.fetchone()
    waiting = delivery.waiting_count()
    if not connections:
        todo = "start dure worker (dure demo starts one itself): without it nothing follows what people do"
        found = f"no worker runs, {waiting} pieces of news wait"
        return wrong("worker", found, todo) if waiting else warning("worker", "no worker runs", todo)
    return ok("worker", f"runs, {waiting} pieces of news wait")


def party(config: Config) -> Diagnosis:
    """Which party this is, and whether database and keys are its own."""
    try:
        readiness.check_party(config)
    except readiness.OtherParty as refusal:
        return wrong("party", str(refusal), "give this process a database and keys of its own")
    except lasting.FolderShut as refusal:
        return wrong("party", f"whose the keys are cannot be read: {refusal!r}", "let this user read DURE_VAULT_KEYS")
    others = ", ".join(sorted(party for party, _peer in config.peers)) or "no other"
    return ok("party", f"{config.role}, signs with the key {signed.public_of(config.secret_key)}, knows {others}")


def outbox(config: Config) -> Diagnosis:
    dead, oldest = delivery.dead_count(), delivery.oldest_due()
    if dead:
        return warning("outbox", f"{dead} dead letters", "look at them with dure replay, then replay them")
    if oldest and clock.now() - oldest > LAG_WARNING:
        minutes = (clock.now() - oldest).total_seconds() / 60
        return warning("outbox", f"the oldest news waits for {minutes:.0f} min", "start one more dure worker")
    return ok("outbox", "no dead letters, nothing waits long")


def program(config: Config) -> Diagnosis:
    if not (ROOT / "requirements.lock").exists():
        return ok("program", str(ROOT))
    installed, locked = ROOT / ".venv" / ".installed", ROOT / "requirements.lock"
    if installed.exists() and installed.stat().st_mtime < locked.stat().st_mtime:
        return warning("program", "the lock file is newer than what is installed", "run make setup")
    return ok("program", str(ROOT))


EXAMINATIONS: tuple[Examination, ...] = (
    *(python, program, party, database, fail_over, role, migrations, clocks),
    *(secret, address, demo, debug, letters, operator),
    *(disk, static_files, texts, feature_flags, workers, outbox),
)
OF_EVERY_PARTY = tuple(
    look for look in EXAMINATIONS if look not in (demo, letters)
)  # they move no money, send no letters
