"""What must be true before serving: the tables fit, the static files are collected. Each is skipped when nothing changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dure.base.refusals import Refusal
from dure.kit import marks

FINGERPRINT = "collected"
PURPOSE_MARK = "purpose"
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
