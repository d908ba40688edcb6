"""A certificate of kept days, as PDF/UA-1 and as a picture to share. Made again from the same rows it is the same, byte
by byte."""

import io
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from dure.kit import documents, show
from dure.services.pledges.rules.days import SEASON_DAYS
from dure.services.pledges.types import Certificate

HOUSE = "dure.services.pledges"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePaper:
    """What the template `certificate` sets."""

    language: str
    title: str
    name: str
    project: str
    promise: str
    kept: int
    of: int
    sentence: str
    dates: str
    season: str
    code: str
    check: str
    qr: str
    qr_alt: str
    watermark: str


def certificate_pdf(found: Certificate) -> bytes:
    """The certificate on A4."""
    return documents.render(HOUSE, "certificate", certificate_paper(found), found.made_at)


def certificate_png(found: Certificate) -> bytes:
    """The same as a picture."""
    [page] = documents.pictures(HOUSE, "certificate", certificate_paper(found), found.made_at)
    return page


def certificate_paper(found: Certificate) -> CertificatePaper:
    """The words of a certificate, in the reader's language."""
    address = urljoin(settings.DURE.origin, reverse("pledges:certificate", args=[found.code]))
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False, svgns=True)
    said = ngettext("Kept {n} of a hundred days.", "Kept {n} of a hundred days.", found.kept)
    return CertificatePaper(
        language="ko" if show.in_korean() else "en",
        title=gettext("A hundred days together"),
        name=found.name,
        project=found.project,
        promise=found.promise,
        kept=found.kept,
        of=SEASON_DAYS,
        sentence=said.format(n=found.kept),
        dates=f"{whole_day(found.starts_on)} – {whole_day(found.ends_on)}",
        season=found.season,
        code=found.code,
        check=gettext("Whether this is true can be seen here, or by its code:"),
        qr=drawn.getvalue().decode(),
        qr_alt=gettext("QR code that leads to a page which says whether this certificate of days is true"),
        watermark=gettext("Sample") if settings.DURE.demo else "",
    )


def whole_day(on: date) -> str:
    """A day with its year, whichever year it is when the paper is made."""
    return f"{on.year}년 {on.month}월 {on.day}일" if show.in_korean() else f"{on:%B} {on.day}, {on.year}"
