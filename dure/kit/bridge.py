"""The bridge: Django's pages over WSGI inside the API's server, so that pages, admin and API share one port and process.

Django's own ASGI handler hops threads several times a request and is slow; a2wsgi hops once (measured, DESIGN section 4).
"""

from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

PAGE_THREADS = 8
SEND_QUEUE_MAX = 10


def pages() -> Any:
    """An ASGI application that serves every Django page."""
    wsgi: Any = get_wsgi_application()
    return WSGIMiddleware(wsgi, workers=PAGE_THREADS, send_queue_size=SEND_QUEUE_MAX)
