"""Names and mailboxes: what counts as one human, what may be called a name."""

import hashlib
import hmac
import re
import unicodedata
from datetime import timedelta

from dure.base.refusals import BadValue

NAME_LENGTH_MAX = 60
SAMPLE_DOMAIN = "sample.invalid"  # mailboxes that cannot exist (RFC 2606): whoever has one is a sample person
SAMPLE_PASSWORD = "sample-of-garam"  # noqa: S105 - known to everybody on purpose; there is no demo on a public address
EMAIL_LENGTH_MAX = 254
ADDRESS_LENGTH_MAX = 200
INITIALS_MAX = 2
# After closing, only this fingerprint stays for a while, so that nobody counts twice by leaving and joining again.
FINGERPRINT_KEPT = timedelta(days=30)
UNVERIFIED_KEPT = timedelta(days=7)  # an address nobody proved is no account
SESSION_KEPT = timedelta(days=14)  # Django's SESSION_COOKIE_AGE
ENDED_SESSION_KEPT = timedelta(days=1)  # where and with what one was logged in, after the log-in is over

# Domains that lead into the same mailbox, as their providers document.
_SAME_MAILBOX = {
    "googlemail.com": "gmail.com",
    "hanmail.net": "daum.net",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
}
_DOTS_IGNORED = frozenset({"gmail.com"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def canonical_email(email: str) -> str:
    """One spelling for all spellings of a mailbox: lower case, no +tag, no dots where they do not count, one domain."""
    local, _, domain = unicodedata.normalize("NFKC", email).strip().lower().rpartition("@")
    domain = _SAME_MAILBOX.get(domain.rstrip("."), domain.rstrip("."))
    bare = local.split("+", 1)[0] or local
    if domain in _DOTS_IGNORED:
        bare = bare.replace(".", "") or bare
    return f"{bare}@{domain}"


def fingerprint(text: str, secret: str) -> str:
    """A keyed one-way mark of `text`: tells equal from different, tells nothing else without the secret."""
    return hmac.new(b"dure.people." + secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def clean_email(text: str) -> str:
    """An e-mail address in lower case. Raises BadValue."""
    email = text.strip().lower()
    if len(email) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(email):
        raise BadValue(field="email", reason="malformed")
    return email


def clean_line(text: str, field: str, length_max: int, *, required: bool = True) -> str:
    """One line of text without control characters and double spaces. Raises BadValue."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") for char in line):
        raise BadValue(field=field, reason="characters")
    if len(line) > length_max:
        raise BadValue(field=field, reason="too_long")
    if required and not line:
        raise BadValue(field=field, reason="missing")
    return line


def clean_name(text: str) -> str:
    """A person's name as they want to be called. Raises BadValue."""
    return clean_line(text, "name", NAME_LENGTH_MAX)


def initials(name: str) -> str:
    """What stands in the round picture of a person: the first syllable of a Korean name, else the first letters."""
    words = name.split()
    if not words:
        return ""
    if "가" <= words[0][0] <= "힣":
        return words[0][0]
    return "".join(word[0].upper() for word in words[:INITIALS_MAX])
