"""The language somebody asks for, among those an installation speaks."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

HEADER_LENGTH_MAX = 200


def asked_for(accept_language: str) -> str:
    """The best language for an Accept-Language header; the installation's own when nothing fits."""
    for code, _quality in parse_accept_lang_header(accept_language[:HEADER_LENGTH_MAX]):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
