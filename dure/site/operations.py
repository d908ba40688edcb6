"""What machines ask an installation: is it ready. `/health` (is it alive) answers before Django, in api.py."""

import json

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.kit import guards
from dure.site import readiness

_migrated = False  # once true it stays true: a newer database is no reason to stop


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when people can be sent here, else 503 with the reasons. Says nothing that a stranger may not know."""
    why = _what_is_missing()
    body = json.dumps({"status": "not ready", "why": why} if why else {"status": "ready"})
    return guards.answered(HttpResponse(body, content_type="application/json", status=503 if why else 200))


def _what_is_missing() -> list[str]:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _migrated = _migrated or not readiness.pending_migrations()
    except DatabaseError:
        return ["database"]
    return [] if _migrated else ["migrations"]
