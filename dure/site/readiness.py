"""What must be true before serving: the tables fit, the static files are collected. Each is skipped when nothing changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dure.base.refusals import Refusal
from dure.kit import lasting, marks
from dure.site import parties
from dure.site.config import Config

FINGERPRINT = "collected"
PURPOSE_MARK = "purpose"
PARTY_MARK = "party"
PARTY_FILE = ".party"  # beside a root key, and in a folder of keys: whose they are
SAMPLE, REAL = "sample", "real"


class OtherPurpose(Refusal):
    """The database was made for the other purpose: sample town or real town. Take another database (DURE_VAR, DATABASE_URL)."""

    found: str

    def __str__(self) -> str:
        if self.found == SAMPLE:
            return (
                "This database holds the sample town, whose people's passwords are known to everybody."
                " Set DURE_VAR or DATABASE_URL to another database, or DURE_DEMO=1 to go on with samples."
            )
        return (
            "This database holds a real town; no samples are put into it. Set DURE_VAR or DATABASE_URL to another one."
        )


class OtherParty(Refusal):
    """A database, a folder of keys or a root key that another party has used. The three never share any of them."""

    what: str
    found: str
    role: str

    def __str__(self) -> str:
        return (
            f"{self.what} belongs to the party {self.found!r}, and this process is {self.role!r}."
            " Give it one of its own (DATABASE_URL, DURE_VAULT_KEYS, DURE_VAULT_ROOT_FILE, DURE_VAR)."
        )


class NotMigrated(Refusal):
    """The tables are older than the program."""

    count: int

    def __str__(self) -> str:
        return f"The database is {self.count} migrations behind this program: run dure migrate first."


def demand_migrated() -> None:
    """Raise NotMigrated when a table may be missing."""
    if pending := pending_migrations():
        raise NotMigrated(count=len(pending))


def has_marks() -> bool:
    """Whether this database was ever migrated as far as marks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('kit_mark') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def demand_purpose(*, demo: bool) -> None:
    """Sample people never meet real ones: the first start marks the database, every other start asks the mark."""
    wanted = SAMPLE if demo else REAL
    if (found := marks.write_once(PURPOSE_MARK, wanted)) != wanted:
        raise OtherPurpose(found=found)


def check_party(config: Config) -> None:
    """Database, keys and root are not another party's. Writes nothing down. Raises OtherParty, FolderShut.

    A database from before there were parties is the identity party's.
    """
    if has_marks():
        found = marks.read(PARTY_MARK) or (parties.IDENTITY if marks.read(PURPOSE_MARK) else config.role)
        if found != config.role:
            raise _other_database(found, config)
    for path in _claims(config):
        _check_claim(path, config)


def demand_party(config: Config) -> None:
    """Database, keys and root are this party's own, and are from now on. To be asked before anything is migrated or read.

    Raises OtherParty, DiskFull, FolderShut.
    """
    check_party(config)
    if has_marks() and (found := marks.write_once(PARTY_MARK, config.role)) != config.role:
        raise _other_database(found, config)  # another party's process was faster
    for path in _claims(config):
        try:
            _claim(path, config)
        except lasting.FolderShut:
            # A root key that is mounted to be read only: whose it is can be noted as little as of one in the settings.
            if path.parent == config.vault_keys or not config.vault_root_file.exists():
                raise


def _claims(config: Config) -> tuple[Path, ...]:
    """The small files that say whose the keys beside them are."""
    root = config.vault_root_file
    beside_root = () if config.vault_root_key else (root.with_name(f"{root.name}{PARTY_FILE}"),)
    return (config.vault_keys / PARTY_FILE, *beside_root)


def _claim(path: Path, config: Config) -> None:
    """Say whose the keys are, unless that is said already. Raises OtherParty, DiskFull, FolderShut."""
    lasting.make_folder(path.parent)
    if not path.exists():
        lasting.write_once(path, config.role.encode())
    _check_claim(path, config)


def _check_claim(path: Path, config: Config) -> None:
    found = lasting.read(path)
    if found is not None and (said := found.decode("ascii", "replace").strip()) != config.role:
        raise OtherParty(what=str(path.parent), found=said, role=config.role)


def _other_database(found: str, config: Config) -> OtherParty:
    return OtherParty(what=f"The database {connection.settings_dict['NAME']}", found=found, role=config.role)


def pending_migrations() -> list[str]:
    """Names of the migrations that this version has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def migrate() -> int:
    """Apply what is pending; answers how many migrations that were."""
    pending = pending_migrations()
    if pending:
        call_command("migrate", interactive=False, verbosity=0)
    return len(pending)


def collect_static() -> bool:
    """Collect the static files when one of them changed since the last time; answers whether it did."""
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    now = _fingerprint()
    if _collected() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    (Path(settings.STATIC_ROOT) / FINGERPRINT).write_text(now, encoding="ascii")
    return True


def static_is_collected() -> bool:
    """Whether what is served is what this version brings."""
    return _collected() == _fingerprint()


def _collected() -> str | None:
    marker = Path(settings.STATIC_ROOT) / FINGERPRINT
    return marker.read_text(encoding="ascii") if marker.exists() else None


def _fingerprint() -> str:
    """Changes when a static file comes, goes or changes."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            seen.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()
