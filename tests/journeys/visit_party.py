"""As a program: make a visit party ready for one place, one scanner to set up and guests; says what they need as JSON.

The identity party is played here: it certifies the place, and hands over the key that passes are made with.
"""

import hashlib
import json
import secrets
import sys
from importlib import import_module
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
    register.certify_venue(door.IDENTITY, entry(place, UUID(int=9), "가람 예시 나눔회", NAME, False))
    register.invite_scanner(door.IDENTITY, UUID(int=42), place, hashlib.sha256(code.encode()).digest())
    keys = opened.keys
    said = {"epoch": keys.epoch, "passes": keys.passes.hex(), "letters": keys.letters.hex(), "code": code}
    sys.stdout.write(json.dumps(said | {"authority": keys.authority.hex()}) + "\n")


if __name__ == "__main__":
    main()
