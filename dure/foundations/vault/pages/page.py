"""What a public log is, its newest head, and how anybody verifies it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.foundations.vault import queries
from dure.foundations.vault.pages.entries import BYTES_SHOWN, entry_words, raw
from dure.foundations.vault.pages.says import log_name

SHOWN = 20  # entries, the newest ones


@require_safe
def logs(request: HttpRequest) -> HttpResponse:
    """공개 기록: the logs of this installation."""
    heads = [{"head": head, "title": log_name(head.name)} for head in queries.heads()]
    return render(request, "vault/logs.html", {"heads": heads})


@require_safe
def log(request: HttpRequest, log: str) -> HttpResponse:
    """One log: its head, its key, its last entries, and how to verify it. Refuses NoSuchLog."""
    head = queries.head(log)
    first = max(0, head.checkpoint.size - SHOWN)
    last = [(one.index, entry_words(one.body), raw(one)[:BYTES_SHOWN]) for one in queries.entries(log, first, SHOWN)]
    context = {
        "head": head,
        "title": log_name(log),
        "last": last[::-1],
        "root": head.note.split("\n")[2],
        "address": request.build_absolute_uri().rstrip("/"),
    }
    return render(request, "vault/log.html", context)
