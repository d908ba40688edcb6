"""What stands at a party and has no business there: canaries of persons, places, telephones and scanners, and secret bytes.

At the identity party a person may stand in the database and nowhere else, and no place at all; at the visit party a place in
the database and in its public log, and no person; at the authority neither, before anybody asks.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from dure.site import parties
from dure.site.unmasking import canaries, referee
from dure.site.unmasking.day import Day
from dure.site.unmasking.material import Material
from dure.site.unmasking.referee import Truth

DATABASE: Final = ("dump", "write-ahead log", "base/", "global/", "pg_")  # how parts of the database are called
SHOWN_MAX: Final = 20


def found(one: Material, day: Day, truth: Truth) -> list[str]:
    """What is where it must not be, in words. Its keys are looked through too."""
    everywhere, outside = _forbidden(one.role, day)
    net = canaries.Net(_secrets(one.role, day, truth))
    lines: list[str] = []
    for name, part in one.parts(keys=True):
        wanted = everywhere if name.startswith(DATABASE) else everywhere | outside
        lines += [f"{word} in {name}" for word in sorted(canaries.words(part, wanted))]
        lines += [f"{what} in {name}" for what in sorted(net.caught(part))]
    return lines[:SHOWN_MAX]


def in_place(taken: Mapping[str, Material], day: Day, truth: Truth) -> dict[str, bool]:
    """What has to be found where it belongs: whoever looks finds what is there, in dumps, files and the log of writes."""
    identity, visits = taken[parties.IDENTITY], taken[parties.VISITS]
    spent = canaries.Net(dict.fromkeys(truth.marks, "spent"))
    people = canaries.Net({one.id.bytes: "person" for one in day.people})
    return {
        "names in the identity party's dump": bool(canaries.words(identity.dump, {canaries.NAME})),
        "names in its files": any(canaries.words(part, {canaries.NAME}) for part in identity.files.values()),
        "persons in its files": any(people.caught(part) for part in identity.files.values()),
        "places in the visit party's dump": bool(canaries.words(visits.dump, {canaries.PLACE})),
        "what is spent in its files": any(spent.caught(part) for part in visits.files.values()),
        "what is spent in its log of writes": bool(spent.caught(visits.wal)),
        "a line in every log": all(one.said for one in taken.values()),
        "figures of the identity party": b"# HELP" in identity.figures,
    }


def _forbidden(role: str, day: Day) -> tuple[set[str], set[str]]:
    """Words that stand nowhere at a party, and words that stand in its database only."""
    people = {canaries.NAME, canaries.MAIL}
    places = {canaries.PLACE, canaries.ORGANISATION}
    lines = {canaries.BROWSER, canaries.SCANNER, canaries.ADDRESSES, canaries.GATES}
    match role:
        case parties.IDENTITY:
            return lines | places, people | {str(one.id) for one in day.people}
        case parties.VISITS:
            return lines | people, places
        case _:
            return lines | people | places, set()


def _secrets(role: str, day: Day, truth: Truth) -> dict[bytes, str]:
    """Bytes that stand nowhere at a party."""
    secrets = dict(_of_guests(day, truth))
    if role != parties.IDENTITY:
        secrets |= {one.id.bytes: "a person" for one in day.people}
        secrets |= {one.session.encode(): "a log-in" for one in day.people}
    if role != parties.VISITS:
        secrets |= {place.id.bytes: "a place" for place in day.places}
        secrets |= dict.fromkeys(truth.marks, "what is spent")
    return secrets


def _of_guests(day: Day, truth: Truth) -> Iterator[tuple[bytes, str]]:
    """What no party keeps: handles in the clear, sealed handles as they were shown, marks, codes, tokens of scanners."""
    yield from ((handle, "a handle") for handle in referee.handles(day, truth))
    for came in day.came:
        yield came.shown.sealed, "a sealed handle"
        yield came.shown.nonce, "a person's marks"
        yield came.shown.authenticator, "an authenticator"
        yield came.code[5:], "a code"
        yield came.token.encode(), "a scanner's token"
    for one in day.people:
        if one.batch is not None:
            yield from ((envelope.sealed, "an envelope that was fetched") for envelope in one.batch.envelopes)
