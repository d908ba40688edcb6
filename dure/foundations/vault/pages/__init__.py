"""The public logs: a page that says what they are, and the logs themselves as files (C2SP tlog-tiles)."""

from django.urls import path

from . import entries, files, page
from .says import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "urlpatterns"]

app_name = "vault"
urlpatterns = [
    path("", page.logs, name="logs"),
    path("<slug:log>/", page.log, name="log"),
    path("<slug:log>/entries/", entries.entries, name="entries"),
    path("<slug:log>/entries/<int:start>/", entries.entries, name="entries_from"),
    path("<slug:log>/entries.csv", entries.table, name="table"),
    path("<slug:log>/checkpoint", files.checkpoint, name="checkpoint"),
    path("<slug:log>/verifier", files.verifier, name="verifier"),
    path("<slug:log>/tile/<path:rest>", files.tile, name="tile"),
]
