"""The data export: everything the platform knows about a person, one JSON file a house, in one zip."""

import io
import zipfile

import msgspec

from dure.foundations.people import queries, rules
from dure.foundations.people.types import Actor


def export(by: Actor) -> bytes:
    """Everything the platform knows about oneself: a zip with one JSON file a house. Raises NotAllowed."""
    me = rules.may_act_for_self(by)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for house, part in queries.export_parts(me):
            archive.writestr(f"{house}.json", msgspec.json.format(msgspec.json.encode(part), indent=2))
    return packed.getvalue()
