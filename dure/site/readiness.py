"""What must be true before serving: the tables fit, the static files are collected. Each is skipped when nothing changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

FINGERPRINT = "collected"


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
