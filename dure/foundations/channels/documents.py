"""The poster of a channel: one sheet of A4 to hang up at the counter. The same bytes for the same channel."""

import io
from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from dure.foundations.channels.types import Channel, JoinedBy
from dure.kit import documents

HOUSE = "dure.foundations.channels"
QUIET_MODULES = 4  # ISO/IEC 18004: the white edge that readers need


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterPaper:
    """What the template `poster` sets."""

    language: str
    title: str
    lead: str
    handle: str
    qr: str  # SVG
    qr_says: str
    steps: tuple[str, ...]
    about: str
    promise: str
    address: str
    foot: str
    watermark: str


def address_of(channel: Channel) -> str:
    """Where the QR code leads: the page of the channel."""
    return f"{settings.DURE.origin}/channels/@{channel.handle}/?{urlencode({'by': JoinedBy.QR.value})}"


def poster_pdf(channel: Channel) -> bytes:
    """The poster as PDF/UA-1, in the reader's language."""
    return documents.render(HOUSE, "poster", poster_paper(channel), channel.opened_at)


def poster_paper(channel: Channel) -> PosterPaper:
    """The words of the poster."""
    return PosterPaper(
        language="ko" if (get_language() or "ko").startswith("ko") else "en",
        title=channel.name,
        lead=gettext("Become a friend, hear from us first"),
        handle=f"@{channel.handle}",
        qr=_qr(address_of(channel)),
        qr_says=gettext("QR code that leads to the channel {name} on Dure").format(name=channel.name),
        steps=(
            gettext("Open the camera of your phone."),
            gettext("Point it at the square and tap the line that appears."),
            gettext("Press “Become a friend”. That is all."),
        ),
        about=channel.about,
        promise=gettext("We never see your telephone number. You leave in one tap at any time."),
        address=f"{settings.DURE.origin.partition('://')[2]}/channels/@{channel.handle}",
        foot=gettext("{name} · {contact}").format(name=channel.name, contact=channel.contact),
        watermark=gettext("Sample") if settings.DURE.demo else "",
    )


def _qr(address: str) -> str:
    """The code with the strongest correction that still keeps its squares large: a poster gets dirty and torn."""
    out = io.BytesIO()
    segno.make(address, error="q", boost_error=False, micro=False).save(
        out, kind="svg", border=QUIET_MODULES, xmldecl=False, svgns=True, dark="#1d2320", light="#ffffff"
    )
    return out.getvalue().decode()
