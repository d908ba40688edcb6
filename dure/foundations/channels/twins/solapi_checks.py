"""What SOLAPI looks at before it takes a message: lengths, letters, buttons, templates, each with its status code."""

import re
from collections.abc import Mapping
from typing import Any

TYPES = frozenset(
    "SMS LMS MMS ATA CTA CTI NSA RCS_SMS RCS_LMS RCS_MMS RCS_TPL RCS_ITPL RCS_LTPL FAX VOICE".split()  # noqa: SIM905 - a list to read
)
SMS_BYTES, LMS_BYTES, SUBJECT_BYTES, TALK_LENGTH = 90, 2_000, 40, 1_000
FIELD_NAME_LENGTH, FIELD_VALUE_LENGTH = 30, 100
BUTTONS, BUTTON_NAME = 5, 14
VOICE_KEYS = 9
VARIABLE = re.compile(r"#\{[^}]+\}")
TEXTS = ("SMS", "LMS", "MMS")


def in_bytes(text: str) -> int | None:
    """Bytes in EUC-KR; None: a letter outside of its completed syllables and signs."""
    total = 0
    for letter in text:
        try:
            width = len(letter.encode("euc_kr"))
        except UnicodeEncodeError:
            return None
        if width > 2:
            return None
        total += width
    return total


def refused(message: dict[str, Any], senders: frozenset[str], templates: Mapping[str, Any]) -> str:
    """The status code with which a message is not taken; empty: it is."""
    kind, to, text = str(message.get("type") or "SMS").upper(), message.get("to"), message.get("text", "")
    if not isinstance(to, str) or not to or not isinstance(text, str):
        return "1010"
    if not to.isdigit():
        return "1011"
    if kind not in TYPES:
        return "1025"
    if message.get("from") not in senders:
        return "1062"
    if not _fields_fit(message.get("customFields")):
        return "1032"
    if "kakaoOptions" in message and kind not in ("ATA", "CTA", "CTI"):
        return "1033"
    if kind == "ATA":
        return _talk(message, templates)
    if not text:
        return "1010"
    return _text(kind, message, text)


def _text(kind: str, message: dict[str, Any], text: str) -> str:
    size = in_bytes(text)
    if size is None and kind in TEXTS:
        return "1029"
    if kind == "SMS":
        if message.get("subject"):
            return "1013"
        return "1031" if (size or 0) > SMS_BYTES else ""
    if kind in TEXTS:
        subject = in_bytes(str(message.get("subject") or ""))
        if subject is None:
            return "1029"
        if subject > SUBJECT_BYTES:
            return "1014"
        return "1031" if (size or 0) > LMS_BYTES else ""
    if kind == "VOICE":
        options = message.get("voiceOptions")
        keys = options.get("replyRange", 1) if isinstance(options, dict) else 1
        if not isinstance(keys, int) or not 1 <= keys <= VOICE_KEYS:
            return "1010"
    return "1031" if len(text) > LMS_BYTES else ""


def _talk(message: dict[str, Any], templates: Mapping[str, Any]) -> str:
    options = message.get("kakaoOptions")
    if not isinstance(options, dict) or not options.get("pfId"):
        return "1041"
    template = templates.get(str(options.get("templateId")))
    if template is None or template.status != "APPROVED":
        return "1042"
    if template.channel != options["pfId"]:
        return "1041"
    buttons = options.get("buttons", [])
    if len(buttons) > BUTTONS:
        return "1050"
    if any(len(str(one.get("buttonName", ""))) > BUTTON_NAME for one in buttons):
        return "1049"
    said = filled(template.content, options.get("variables") or {})
    if VARIABLE.search(said) or (message.get("text") and message["text"] != said):
        return "1043"
    return "1031" if len(said) > TALK_LENGTH else ""


def filled(content: str, variables: Mapping[str, str]) -> str:
    """The text of a template with what was said for `#{name}`."""
    for name, value in variables.items():
        content = content.replace(name if name.startswith("#{") else f"#{{{name}}}", str(value))
    return content


def _fields_fit(fields: object) -> bool:
    if fields is None:
        return True
    return isinstance(fields, dict) and all(
        isinstance(name, str)
        and isinstance(value, str)
        and len(name) <= FIELD_NAME_LENGTH
        and len(value) <= FIELD_VALUE_LENGTH
        for name, value in fields.items()
    )
