"""What is wrong with an alert: a code, where, and how bad."""

from dataclasses import dataclass
from enum import StrEnum

from .cap import Alert, Version

__all__ = ["Finding", "FindingCode", "Level", "Parsed"]


class Level(StrEnum):
    ERROR = "error"  # breaks the standard, or says something that cannot be meant
    WARNING = "warning"  # allowed or harmless, and better otherwise


class FindingCode(StrEnum):
    """The name of each check. Upper-case names that google/cap-library has too keep its words."""

    # how it is written
    NAMESPACE_UNKNOWN = "namespace_unknown"
    SPACE_BEFORE_DECLARATION = "space_before_declaration"
    ELEMENT_UNKNOWN = "element_unknown"
    ELEMENT_MISSING = "element_missing"
    ELEMENT_REPEATED = "element_repeated"
    ELEMENT_OUT_OF_ORDER = "element_out_of_order"
    ELEMENT_EMPTY = "element_empty"
    ELEMENT_NESTED = "element_nested"
    TEXT_BETWEEN_ELEMENTS = "text_between_elements"
    CODE_UNKNOWN = "code_unknown"
    CODE_SPELLING = "code_spelling"
    CODE_OLD = "code_old"
    DATE_INVALID = "date_invalid"
    DATE_WITHOUT_OFFSET = "date_without_offset"
    DATE_ZULU = "date_zulu"
    DATE_FRACTION = "date_fraction"
    DATE_PLUS_ZERO = "date_plus_zero"
    NUMBER_INVALID = "number_invalid"
    POINTS_INVALID = "points_invalid"
    REFERENCE_INVALID = "reference_invalid"
    QUOTES_INVALID = "quotes_invalid"
    TEXT_UNWRITABLE = "text_unwritable"
    # section 3 of the standard, beyond its schema
    IDENTIFIER_CHARACTERS = "identifier_characters"
    SENDER_CHARACTERS = "sender_characters"
    RESTRICTION_SCOPE_MISMATCH = "restriction_scope_mismatch"
    ADDRESSES_SCOPE_MISMATCH = "addresses_scope_mismatch"
    REFERENCES_MISSING = "references_missing"
    REFERENCES_INCOMPLETE = "references_incomplete"
    REFERENCES_UNEXPECTED = "references_unexpected"
    CIRCULAR_REFERENCE = "circular_reference"
    POSTDATED_REFERENCE = "postdated_reference"
    NOTE_MISSING = "note_missing"
    SEGMENT_MISSING = "segment_missing"
    INVALID_LANGUAGE = "invalid_language"
    EXPIRES_MISSING = "expires_missing"
    EXPIRES_BEFORE_EFFECTIVE = "expires_before_effective"
    EXPIRES_BEFORE_ONSET = "expires_before_onset"
    EVENTS_DIFFER = "events_differ"
    CATEGORIES_DIFFER = "categories_differ"
    SAME_TEXT_DIFFERENT_LANGUAGE = "same_text_different_language"
    HEADLINE_TOO_LONG = "headline_too_long"
    TEXT_CONTAINS_HTML_TAGS = "text_contains_html_tags"
    TEXT_CONTAINS_HTML_ENTITIES = "text_contains_html_entities"
    URI_INVALID = "uri_invalid"
    RELATIVE_URI_MISSING_DEREF_URI = "relative_uri_missing_deref_uri"
    DEREF_URI_INVALID = "deref_uri_invalid"
    DIGEST_INVALID = "digest_invalid"
    DIGEST_MISMATCH = "digest_mismatch"
    SIZE_INVALID = "size_invalid"
    AREA_WITHOUT_PLACE = "area_without_place"
    POLYGON_TOO_SHORT = "polygon_too_short"
    POLYGON_OPEN = "polygon_open"
    POLYGON_SELF_INTERSECTION = "polygon_self_intersection"
    POLYGON_UNCHECKED = "polygon_unchecked"
    POINT_OUT_OF_RANGE = "point_out_of_range"
    RADIUS_NEGATIVE = "radius_negative"
    INVALID_ALTITUDE_CEILING_RANGE = "invalid_altitude_ceiling_range"
    # the Korean profile
    KOREAN_IDENTIFIER = "korean_identifier"
    KOREAN_EVENT_CODE = "korean_event_code"
    KOREAN_GEOCODE = "korean_geocode"
    KOREAN_ACK = "korean_ack"
    KOREAN_PRACTICE_CODE = "korean_practice_code"
    # of several alerts together
    IDENTITY_REUSED = "identity_reused"
    REFERENCE_OF_ANOTHER_SENDER = "reference_of_another_sender"
    REFERENCE_OF_ANOTHER_STATUS = "reference_of_another_status"

    @property
    def level(self) -> Level:
        """How bad it is wherever it is found."""
        return Level.WARNING if self in _WARNINGS else Level.ERROR


_WARNINGS = frozenset(
    {
        FindingCode.SPACE_BEFORE_DECLARATION,
        FindingCode.ELEMENT_UNKNOWN,
        FindingCode.ELEMENT_EMPTY,
        FindingCode.CODE_SPELLING,
        FindingCode.CODE_OLD,
        FindingCode.DATE_ZULU,
        FindingCode.DATE_FRACTION,
        FindingCode.DATE_PLUS_ZERO,
        FindingCode.REFERENCES_UNEXPECTED,
        FindingCode.NOTE_MISSING,
        FindingCode.EXPIRES_MISSING,
        FindingCode.EXPIRES_BEFORE_ONSET,
        FindingCode.EVENTS_DIFFER,
        FindingCode.CATEGORIES_DIFFER,
        FindingCode.SAME_TEXT_DIFFERENT_LANGUAGE,
        FindingCode.HEADLINE_TOO_LONG,
        FindingCode.TEXT_CONTAINS_HTML_TAGS,
        FindingCode.TEXT_CONTAINS_HTML_ENTITIES,
        FindingCode.AREA_WITHOUT_PLACE,
        FindingCode.POLYGON_UNCHECKED,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    code: FindingCode
    where: str  # a path in the alert: "alert/info[1]/area[2]/polygon[1]", counted from 1

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.code.level


@dataclass(frozen=True, slots=True)
class Parsed:
    """An alert as it was read, and all that is wrong with it. `steps` is the work it took: bounded, alike on every machine."""

    alert: Alert
    version: Version
    findings: tuple[Finding, ...]
    steps: int

    @property
    def is_sound(self) -> bool:
        """Nothing in it breaks the standard; there may be warnings."""
        return all(finding.level is Level.WARNING for finding in self.findings)
