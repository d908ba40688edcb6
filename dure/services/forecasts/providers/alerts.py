"""One question to whoever publishes alerts: a list, or an alert."""

from urllib.parse import urlsplit

from dure.services.forecasts.rules.cap.reading import BYTES_MAX
from dure.services.forecasts.types import AlertQuestion, Answer

from .asking import Asking, get


def ask_source(question: AlertQuestion) -> Answer:
    """What a source answers."""
    return get(_asking(question.url, question.etag, question.modified))


def ask_alert(url: str) -> Answer:
    """The alert at an address that a list named."""
    return get(_asking(url))


def _asking(url: str, etag: str = "", modified: str = "") -> Asking:
    host = urlsplit(url).hostname or ""
    return Asking(called=host, url=url, bytes_max=BYTES_MAX, ends_with=b">", etag=etag, modified=modified)
