"""Going on to somebody else's address after a post, such as a payment provider's."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def leave_for(request: HttpRequest, address: str) -> HttpResponse:
    """Go on to `address`: straight away where it is ours, else by a page that leads on by itself and says where to.

    Browsers hold a form to the content policy's form-action wherever the form is redirected to. Which hosts a provider leads
    through is its own affair, so the way out is a page of ours, not an answer to a form.
    """
    parts = urlsplit(address)
    if address.startswith("/") and not parts.netloc:
        return HttpResponseRedirect(address, status=303)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a payer is sent to a page on the web")
    return render(request, "ui/leaving.html", {"address": address, "host": parts.hostname})
