"""Lists of alerts: Atom (RFC 4287) and RSS 2.0, as agencies publish them: which addresses a list names.

Pure, bounded, and at one host.
"""

from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from dure.base.refusals import BadValue
from dure.services.forecasts.types import AlertUnreadable, UnreadableReason

from . import reading

ATOM: Final = "{http://www.w3.org/2005/Atom}"
CAP_TYPE: Final = "application/cap+xml"
NAMED_MAX: Final = 500
URL_LENGTH_MAX: Final = 500
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def is_alert(root: etree._Element) -> bool:
    """Whether the document is an alert itself, and no list."""
    return etree.QName(root).localname == "alert"


def addresses(content: bytes, base: str) -> tuple[str, ...] | None:
    """The addresses of alerts that a list names, the first first; None: the document is an alert itself.

    Only addresses at the host of the list count: a list does not send us anywhere else. Raises AlertUnreadable.
    """
    root = reading.read_tree(content)
    if is_alert(root):
        return None
    if root.tag == f"{ATOM}feed":
        named = [_of_entry(entry) for entry in root.iter(f"{ATOM}entry")]
    elif root.tag == "rss":
        named = [(item.findtext("link") or "").strip() for item in root.iter("item")]
    else:
        raise AlertUnreadable(reason=UnreadableReason.NO_ALERT, line=reading.line_of(root))
    found = (urljoin(base, one) for one in named if one)
    return tuple(dict.fromkeys(one for one in found if _is_beside(one, base)))[:NAMED_MAX]


def check_url(url: str) -> str:
    """An address that may be asked: https, or a twin on this machine; no name or password in it. Raises BadValue."""
    said = url.strip()
    try:
        parts = urlsplit(said)
        host = parts.hostname or ""
        is_fit = (parts.scheme == "https" and _is_name(host)) or (parts.scheme == "http" and host in LOOPBACK)
        is_fit = is_fit and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        is_fit = False
    if not is_fit or len(said) > URL_LENGTH_MAX or not said.isascii() or any(sign.isspace() for sign in said):
        raise BadValue(field="url", reason="address")
    return said.partition("#")[0]


def _is_name(host: str) -> bool:
    """Whether it is a name of the public net: no number, and nothing without a dot, which would be a machine of the house."""
    last = host.rpartition(".")[2]
    return "." in host and ":" not in host and not last.isdigit() and last not in ("local", "internal", "localhost")


def _of_entry(entry: etree._Element) -> str:
    """The link that says it leads to an alert; else the one that leads to the entry itself."""
    links = entry.findall(f"{ATOM}link")
    told = [one for one in links if (one.get("type") or "").partition(";")[0].strip().lower() == CAP_TYPE]
    plain = [one for one in links if (one.get("rel") or "alternate") == "alternate"]
    return next(((one.get("href") or "").strip() for one in (*told, *plain)), "")


def _is_beside(url: str, base: str) -> bool:
    try:
        one, other = urlsplit(url), urlsplit(base)
        same = (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)
    except ValueError:
        return False
    return same and one.username is None and len(url) <= URL_LENGTH_MAX and url.isascii() and " " not in url
