"""What became of listeners, beside what the dealers were asked for: nobody twice, nobody forgotten."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from .loopback import CAME, Seen

# Which way to which listener an attempt belongs to.
_KEYS = """
SELECT a.key, t.id FROM channels_attempt a
JOIN channels_dispatch d ON d.id = a.dispatch_id
JOIN broadcast_try t ON t.sending = d.sending_id
JOIN broadcast_reach r ON r.id = t.reach_id AND r.person_id = d.person_id
WHERE a.route <> 'inbox'
"""
_STANDINGS = "SELECT standing, count(*) FROM broadcast_reach GROUP BY 1 ORDER BY 2 DESC"
_WAYS = "SELECT way, ended, count(*) FROM broadcast_try GROUP BY 1, 2 ORDER BY 1, 2"
_UNTOLD = """
SELECT count(*) FROM broadcast_reach r WHERE r.standing NOT IN ('heard', 'left')
AND NOT EXISTS (SELECT FROM broadcast_try t WHERE t.reach_id = r.id AND t.way = 'visit')
"""


@dataclass(slots=True)
class Books:
    """How listeners stand, which ways were tried, and what is wrong."""

    standings: dict[str, int] = field(default_factory=dict)
    ways: list[tuple[str, str, int]] = field(default_factory=list)
    delivered: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def known(self) -> float:
        """The share of listeners whose final state is known."""
        every = sum(self.standings.values())
        return 1 - self.standings.get("waiting", 0) / every if every else 0.0


def look(seen: dict[str, Seen]) -> Books:
    """Lay the tables beside what the dealers have by key."""
    books = Books(dict(asked(_STANDINGS)), asked(_WAYS))
    tries, came = dict(asked(_KEYS)), Counter[int]()
    for key, one in seen.items():
        if key not in tries:
            books.findings.append(f"a dealer has an attempt {key} that stands nowhere")
        elif one.fate in CAME:
            came[tries[key]] += 1
    books.delivered = sum(came.values())
    twice = sum(count > 1 for count in came.values())
    if twice:
        books.findings.append(f"{twice} listeners were told twice by one way")
    forgotten = asked(_UNTOLD)[0][0]
    if forgotten:
        books.findings.append(f"{forgotten} listeners neither heard it nor stand on a list")
    return books


def asked(statement: str, *values: Any) -> list[Any]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
