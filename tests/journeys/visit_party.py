"""As a program: make a visit party ready for one place, one scanner to set up and guests; says what they need as JSON.

The identity party is played here: it certifies the place, hands over the key that passes are made with, and codes to read out.
"""

import hashlib
import json
import secrets
import sys
from importlib import import_module
from typing import Any
from uuid import UUID

from dure.site import boot

NAME = "가람 나눔의 집 (예시)"


def main() -> None:
    """Begin the day, enter a place, invite a scanner."""
    boot.prepare(any_party=True)
    door = import_module("dure.site.trials.door")
    register = import_module("dure.services.checkin.actions.visits")
    entry = import_module("dure.services.checkin.types.register").VenueEntry
    opened = door.open_door(0, import_module("dure.kit.importing").Silent())
    code, place = secrets.token_urlsafe(20), UUID(int=41)
    register.certify_venue(door.IDENTITY, entry(place, UUID(int=9), "가람 예시 나눔회", NAME, False, counts=True))
    register.invite_scanner(door.IDENTITY, UUID(int=42), place, hashlib.sha256(code.encode()).digest())
    keys = opened.keys
    codes = spoken_codes(keys)
    said = {"epoch": keys.epoch, "passes": keys.passes.hex(), "letters": keys.letters.hex(), "code": code}
    sys.stdout.write(json.dumps(said | {"authority": keys.authority.hex(), "codes": codes}) + "\n")


def spoken_codes(keys: Any) -> list[str]:
    """What somebody can read out today, handed over in a lot."""
    rules = import_module("dure.services.checkin.rules")
    spoken, lots, issuing = (import_module(f"{rules.__name__}.{name}") for name in ("spoken", "lots", "issuing"))
    entry = import_module("dure.services.checkin.types.lots").SpokenEntry
    seals = import_module("dure.kit.seals")
    door = import_module("dure.site.trials.door")
    subject = secrets.token_bytes(32)
    codes = [spoken.code_of(keys.passes, keys.epoch, subject, 0), spoken.code_of(keys.passes, keys.epoch, subject, 1)]
    codes.append(spoken.called_code_of(keys.passes, keys.epoch, subject, 0))

    def handed(tag: bytes, owner: bytes) -> Any:
        context = issuing.sealing_context(keys.epoch)
        return entry(tag, owner, seals.seal_to(keys.authority, context, secrets.token_bytes(16)))

    entries = [handed(spoken.tag_of(keys.passes, keys.epoch, code), spoken.owner_of(subject, code)) for code in codes]
    lot = lots.filled(entries, lambda: handed(secrets.token_bytes(16), secrets.token_bytes(16)))
    letter = seals.seal_to(keys.letters, lots.context(keys.epoch), lot)
    import_module("dure.services.checkin.actions.visits_spoken").take_spoken(door.IDENTITY, keys.epoch, letter)
    return codes


if __name__ == "__main__":
    main()
