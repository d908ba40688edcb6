"""The transparency report for everybody: as a page and on paper, made of the public logs."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.kit.limits import limited
from dure.services.checkin import documents
from dure.services.checkin.queries import authority as queries

PAPERS_MAX = 30  # a minute and network
OLDER_SHOWN_MAX = 31


@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """The newest report; before the first one, when there will be one."""
    try:
        kept = queries.report()
    except NotFound:
        return render(request, "checkin/authority/no_report.html")
    paper = documents.report_paper(documents.read(kept.body), kept.on)
    context = {"paper": paper, "kept": kept, "older": queries.report_days()[1 : OLDER_SHOWN_MAX + 1]}
    return render(request, "checkin/authority/report.html", context)


@require_safe
@limited("checkin-report", PAPERS_MAX, 60, reads=True)
def on_paper(request: HttpRequest, day: str) -> HttpResponse:
    """The report of a day as PDF, in the reader's language. Refuses NotFound."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise NotFound(what="report") from None
    kept = queries.report(on)
    response = HttpResponse(documents.report_pdf(documents.read(kept.body), kept.on), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="checkin-{kept.on.isoformat()}.pdf"'
    return response
