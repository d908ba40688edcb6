"""After a campaign: our books beside the dealers'. Nobody lost, nobody twice, nobody after leaving, no day beyond its cap."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from dure.foundations.channels.types import Purpose, Route

from .campaign_town import Trial
from .loopback import CAME, Fate
from .mixed import ADS_A_DAY, Mix

IN_FLIGHT_SECONDS_MAX = 60.0  # a batch that was cut before somebody left may still be handed over
_MISSING = """
SELECT count(*) FROM channels_friend f
WHERE f.channel_id = %s AND f.left_at IS NULL AND NOT EXISTS (
  SELECT FROM channels_dispatch d WHERE d.person_id = f.person_id AND d.sending_id = ANY (%s))
"""
_SILENT = """
SELECT count(*) FROM channels_dispatch d JOIN channels_friend f ON f.channel_id = %s AND f.person_id = d.person_id
WHERE d.sending_id = ANY (%s) AND f.left_at IS NULL AND d.why <> 'cap'
AND NOT EXISTS (SELECT FROM channels_message m WHERE m.dispatch_id = d.id)
"""
_UNEXPLAINED = """
SELECT count(*) FROM channels_dispatch d JOIN channels_sending s ON s.id = d.sending_id WHERE d.sending_id = ANY (%s)
AND (d.next_at IS NOT NULL AND d.why <> 'cap' AND NOT (s.purpose = 'care' AND d.state = 'delivered')
  OR d.state IN ('barred', 'expired', 'stopped') AND d.why = '')
"""
_AFTER_LEAVING = """
SELECT count(*) FROM unnest(%s::uuid[], %s::timestamptz[]) AS gone (person, at)
JOIN channels_dispatch d ON d.person_id = gone.person AND d.sending_id = ANY (%s)
JOIN channels_attempt a ON a.dispatch_id = d.id AND a.at > gone.at
"""
_AFTER_SUCCESS = """
SELECT count(*) FROM channels_attempt came
JOIN channels_dispatch d ON d.id = came.dispatch_id AND d.sending_id = ANY (%s)
JOIN channels_sending s ON s.id = d.sending_id AND s.purpose <> 'care'
JOIN channels_attempt more ON more.dispatch_id = d.id AND more.rung > came.rung AND more.at > came.told_at
WHERE came.state = 'delivered' AND came.route <> 'inbox'
"""
_IN_A_DAY = """
SELECT coalesce(max(one.count), 0), coalesce(sum(one.count), 0) FROM (
  SELECT count(*) AS count FROM channels_message m JOIN channels_dispatch d ON d.id = m.dispatch_id
  WHERE d.sending_id = ANY (%s) GROUP BY d.person_id) one
"""
_CAPPED = "SELECT count(*) FROM channels_dispatch WHERE sending_id = ANY (%s) AND why = 'cap'"
_ATTEMPTS = """
SELECT d.id, d.sending_id, d.person_id, d.opened_at IS NOT NULL, a.key, a.route, a.state
FROM channels_dispatch d JOIN channels_attempt a ON a.dispatch_id = d.id
WHERE d.sending_id = ANY (%s) AND a.route <> 'inbox'
"""


@dataclass(slots=True)
class Books:
    """What was counted."""

    reached: Counter[Purpose] = field(default_factory=Counter)
    unreached: Counter[Purpose] = field(default_factory=Counter)  # each of their routes failed
    late: int = 0  # successes after a fallback
    twice: int = 0
    lost: int = 0
    in_flight_seconds: float = 0.0
    in_a_day: int = 0
    capped: int = 0


def look(trial: Trial, mix: Mix) -> Books:
    """Lay the books side by side; what is wrong is added to the findings of the trial."""
    books, wrong, every = Books(), trial.findings, mix.all
    checks = (
        (_one(_MISSING, trial.channel, every), "friends were never queued"),
        (_one(_SILENT, trial.channel, every), "messages are in no inbox"),
        (_one(_UNEXPLAINED, every), "messages have no end, or one without a reason"),
        (_one(_AFTER_SUCCESS, every), "attempts were begun after a success was told"),
    )
    wrong += [f"{count} {what}" for count, what in checks if count]
    _leavers(trial, mix, books)
    _dealers(trial, mix, books)
    books.in_a_day, _ = _asked(_IN_A_DAY, mix.capped)[0]
    books.capped = _one(_CAPPED, mix.capped)
    if books.in_a_day > ADS_A_DAY:
        wrong.append(f"somebody got {books.in_a_day} ads in a day")
    return books


def _leavers(trial: Trial, mix: Mix, books: Books) -> None:
    gone = list(mix.left)
    late = _one(_AFTER_LEAVING, gone, [mix.left[one][0] for one in gone], mix.all)
    if late:
        trial.findings.append(f"{late} attempts were begun for people who had left")
    whose = {row[4]: row[2] for row in _asked(_ATTEMPTS, mix.all) if row[2] in mix.left}
    seen = trial.seen  # all of a dealer's books: asked for once
    waits = [seen[key].at - mix.left[person][1] for key, person in whose.items() if key in seen]
    books.in_flight_seconds = max([0.0, *waits])
    if books.in_flight_seconds > IN_FLIGHT_SECONDS_MAX:
        trial.findings.append(f"a dealer was asked for somebody {books.in_flight_seconds:.0f} s after they left")


def _dealers(trial: Trial, mix: Mix, books: Books) -> None:
    """What became of every message outside the inbox, as the dealers have it."""
    seen = trial.seen
    by_dispatch: defaultdict[tuple[int, UUID, UUID, bool], list[tuple[str, str, str]]] = defaultdict(list)
    for dispatch, sending, person, opened, key, route, state in _asked(_ATTEMPTS, mix.all):
        by_dispatch[dispatch, sending, person, opened].append((key, route, state))
    unmarked = 0
    for (_, sending, person, _), attempts in by_dispatch.items():
        purpose = mix.sendings[sending]  # type: ignore[index]  # ids as the driver gives them
        fates = [seen[key].fate for key, _, _ in attempts if key in seen]
        came, late = sum(fate in CAME for fate in fates), sum(fate is Fate.LATE_SUCCESS for fate in fates)
        books.late += late if came > 1 else 0
        books.twice += came > max(1, late + (Fate.DELIVERED in fates))
        books.reached[purpose] += came > 0
        unmarked += sum(key in seen and seen[key].fate in CAME and state != "delivered" for key, _, state in attempts)
        if not came and person not in mix.left:
            books.unreached[purpose] += 1
            books.lost += not _gave_up(attempts)
    for count, what in (
        (books.twice, "messages were delivered twice"),
        (books.lost, "messages were lost: a way was left, and not tried"),
        (unmarked, "attempts that came are not written down as delivered"),
    ):
        if count:
            trial.findings.append(f"{count} {what}")


def _gave_up(attempts: list[tuple[str, str, str]]) -> bool:
    """Whether every way was tried: a text message and, with it, a call or a mail; care has the mail only, where nobody chose
    to be called. Or nobody knows what became of one.
    """
    tried = {Route(route) for _, route, _ in attempts}
    return (
        len(tried) > 1 or tried in ({Route.VOICE}, {Route.MAIL}) or any(state == "unsure" for _, _, state in attempts)
    )


def _one(statement: str, *values: Any) -> int:
    return int(_asked(statement, *values)[0][0])


def _asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
