"""A shop's certificate as PDF/UA-1. Made again from the same rows it is the same, byte by byte."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, time
from urllib.parse import urljoin

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from dure.base.actors import Actor
from dure.kit import documents, show
from dure.services.market.queries import tutoring as queries
from dure.services.market.types.tutoring import Certificate, EnrolmentId

HOUSE = "dure.services.market"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePaper:
    """What the template `certificate` sets."""

    language: str
    title: str
    shop: str
    sentence: str
    date: str
    issuer: str
    code: str
    check: str
    qr: str
    qr_alt: str
    watermark: str


def certificate_pdf(by: Actor, enrolment: EnrolmentId) -> bytes:
    """The certificate of a shop that finished. Raises NotFound, NotAllowed, NotYetComplete."""
    found = queries.certificate(by, enrolment)
    made_at = datetime.combine(found.completed_on, time(), tzinfo=UTC)
    return documents.render(HOUSE, "certificate", certificate_paper(found), made_at)


def certificate_paper(found: Certificate) -> CertificatePaper:
    """The words of a certificate, in the reader's language."""
    address = urljoin(settings.DURE.origin, reverse("market:check_certificate", args=[found.code]))
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False, svgns=True)
    day = found.completed_on
    korean = show.in_korean()
    return CertificatePaper(
        language="ko" if korean else "en",
        title=gettext("Certificate of completion"),
        shop=found.shop_name,
        sentence=gettext("In “{course}”, a course of {weeks} weeks, this shop did all {tasks} tasks itself.").format(
            weeks=found.weeks, course=found.course_name, tasks=found.tasks
        ),
        date=f"{day.year}년 {day.month}월 {day.day}일" if korean else f"{day:%B} {day.day}, {day.year}",
        issuer=gettext("Dure"),
        code=found.code,
        check=gettext("Whether this certificate is true can be seen here, or by its code:"),
        qr=drawn.getvalue().decode(),
        qr_alt=gettext("QR code that leads to a page which says whether this certificate is true"),
        watermark=gettext("Sample") if settings.DURE.demo else "",
    )
