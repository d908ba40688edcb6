"""Many friends of one channel, written straight into the tables: what is tried or measured is what follows."""

from uuid import UUID

import psycopg

from dure.base import clock, ids
from dure.foundations.channels.queries import REACH_SEAL, reach_hash
from dure.foundations.channels.types import Route
from dure.kit import seals

# Ids as UUIDv7 gives them, one a millisecond, in the past.
_PEOPLE = """
INSERT INTO people_person (id, email, name, password, is_superuser, region, language, is_active, is_staff, joined_at,
  verified_at)
SELECT (lpad(to_hex(%(first)s + n), 12, '0') || '7000a' || substr(md5('friend' || (%(first)s + n)), 1, 15))::uuid,
  'friend' || (%(first)s + n) || '@sample.invalid', '친구 ' || n, '!', false, '', 'ko', true, false, %(now)s, %(now)s
FROM generate_series(1, %(count)s) AS n
RETURNING id, email
"""
_FRIENDS = """
INSERT INTO channels_friend (channel_id, person_id, joined_at, joined_by, ads_since, region, tags, note)
SELECT %(channel)s, p.id, %(now)s, 'qr', %(now)s, '', '[]', ''
FROM people_person p WHERE p.email LIKE 'friend%%@sample.invalid' AND p.joined_at = %(now)s
"""
_REACH = "COPY channels_reach (id, person_id, route, sealed, hash, proved_at, aloud, why) FROM STDIN"
FIRST = 1_700_000_000_000


def befriend(url: str, channel: UUID, count: int, *, reached: bool, mailed: bool = False) -> list[UUID]:
    """Make `count` people who take the channel's ads, if `reached` with a telephone number, if `mailed` with a mailbox, too.

    `url` is of who runs the server (`boot.keeper_url`): nobody else may switch triggers off. Answers who they are.
    """
    with psycopg.connect(url, options="-c session_replication_role=replica -c synchronous_commit=off") as connection:
        (there,) = connection.execute("SELECT count(*) FROM people_person").fetchone() or (0,)
        asked = {"first": FIRST + there * 10, "count": count, "now": clock.now(), "channel": channel}
        made = connection.execute(_PEOPLE, asked).fetchall()
        connection.execute(_FRIENDS, asked)
        if reached:
            with connection.cursor() as cursor, cursor.copy(_REACH) as copy:
                for place, (person, mailbox) in enumerate(made):
                    copy.write_row(_reach(person, Route.SMS, f"+8210{there + place:08}"))
                    if mailed:
                        copy.write_row(_reach(person, Route.MAIL, mailbox))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) people_person, channels_friend, channels_reach")
    return [person for person, _ in made]


def _reach(person: UUID, route: Route, address: str) -> tuple[object, ...]:
    row = ids.new()
    sealed = seals.seal(REACH_SEAL, row, address.encode())
    return row, person, route, sealed, reach_hash(route, address), clock.now(), False, ""


def vouch(url: str, organisation: UUID) -> None:
    """Let an organisation count as verified, as two stewards would."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE people_organisation SET state = 'verified' WHERE id = %s", (organisation,))
