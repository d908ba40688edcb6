"""What one step of a call does for a telephone that listens without an account, and what of an announcement was played there.

Locks: the household, its reach.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dure.base import clock
from dure.base.refusals import NotFound
from dure.kit import tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.announcements import aired_lately
from dure.services.broadcast.rules import hearing, voicing
from dure.services.broadcast.rules import households as rules
from dure.services.broadcast.types import (
    AnnouncementId,
    Deed,
    Do,
    Done,
    HouseholdState,
    Item,
    Named,
    Part,
    Playing,
    Standing,
    VillageId,
)

from .households import end_household

UNHEARD: Final = (Standing.WAITING, Standing.TO_VISIT, Standing.EXPIRED, Standing.VISITED)


@dataclass(frozen=True, slots=True)
class Home:
    """A number that calls or is called. `about`: what it is called about, if it is."""

    number: bytes  # its hash
    about: UUID | None = None

    def do(self, deed: Deed) -> Done:
        """What became of it."""
        found = DO.get(deed.do)
        return found(self, deed) if found else Done(ok=False)

    def find(self, deed: Deed) -> Done:
        """What was said to the villages that it hears; when it is called, what that is about alone."""
        heard = {one.village_id: Named(one.village_id, one.village.name) for one in listening(self.number)}
        items = tuple(
            Item(one.id, tuple(heard[each.id] for each in one.villages if each.id in heard))
            for one in aired_lately([VillageId(one) for one in heard])
            if self.about in (None, one.id)
        )
        return Done(ok=True, items=items)

    def press(self, deed: Deed) -> Done:
        with tx.durable():
            row = _reach(self.number, deed.announcement)
            if row is not None:
                _hear(row)
        return Done(ok=True)

    def leave(self, deed: Deed) -> Done:
        return self._ended(deed, HouseholdState.LISTENING, HouseholdState.LEFT)

    def refuse(self, deed: Deed) -> Done:
        return self._ended(deed, HouseholdState.ASKED, HouseholdState.REFUSED)

    def consent(self, deed: Deed) -> Done:
        """From now on they are called. Twice is once; who was taken out meanwhile is not called."""
        with tx.durable():
            rows = self._rows(deed, HouseholdState.ASKED)
            models.Household.objects.filter(id__in=[row.id for row in rows]).update(
                state=HouseholdState.LISTENING,
                agreed_at=clock.now(),
                next_at=None,
                consent=rules.CONSENT_VERSION,
            )
        hears = {row.village_id for row in listening(self.number)}
        return Done(ok=all(one.id in hears for one in deed.villages))

    def _ended(self, deed: Deed, before: HouseholdState, after: HouseholdState) -> Done:
        with tx.durable():
            for row in self._rows(deed, before):
                end_household(row, after)
        return Done(ok=True)

    def _rows(self, deed: Deed, state: HouseholdState) -> Sequence[models.Household]:
        rows = models.Household.objects.select_for_update().filter(
            hash=self.number, state=state, village__in=[one.id for one in deed.villages]
        )
        return list(rows.order_by("id"))


DO: Final[Mapping[Do, Callable[[Home, Deed], Done]]] = {
    Do.FIND: Home.find,
    Do.PRESS: Home.press,
    Do.LEAVE: Home.leave,
    Do.CONSENT: Home.consent,
    Do.REFUSE: Home.refuse,
}


def listening(number: bytes) -> Sequence[models.Household]:
    """Where a number listens."""
    rows = models.Household.objects.filter(hash=number, state=HouseholdState.LISTENING).select_related("village")
    return list(rows.order_by("village__name", "id"))


def asked(number: bytes) -> models.Household | None:
    """Of which village a number is still asked for its word; the one asked first."""
    rows = models.Household.objects.filter(hash=number, state=HouseholdState.ASKED).select_related("village")
    return rows.order_by("entered_at", "id").first()


def note_played_at(number: bytes, announcement: AnnouncementId, seconds: float, playing: Playing) -> None:
    """Note how much of an announcement was heard there, from its beginning; the most of one time counts. An answering machine
    hears nothing: whoever calls this knows that somebody was there. Raises NotFound.
    """
    found, made = queries.announcement(announcement), queries.spoken_form(announcement)
    if playing is Playing.SOUND:
        if made is None:
            raise NotFound(what="voice")
        length = found.seconds or float(len(found.words))
        parts = voicing.of_words([Part(0.0, min(seconds, made.seconds))], made.timing, made.seconds, length)
    else:
        length = found.seconds
        parts = (Part(0.0, min(seconds, length)),)
    share = min(1.0, hearing.played(hearing.joined(parts, length), length))
    with tx.durable():
        row = _reach(number, announcement)
        if row is None:
            return
        models.HouseholdReach.objects.filter(id=row.id, share__lt=share).update(share=share)
        if hearing.is_heard(share, ()):
            _hear(row)


def _reach(number: bytes, announcement: UUID | None) -> models.HouseholdReach | None:
    """Where the last airing of it is with a number."""
    rows = models.HouseholdReach.objects.select_for_update(of=("self",)).filter(
        airing__announcement=announcement, household__hash=number
    )
    return rows.order_by("-airing__at", "-id").first()


def _hear(row: models.HouseholdReach) -> None:
    if row.standing in UNHEARD:
        now = clock.now()
        models.HouseholdReach.objects.filter(id=row.id).update(
            standing=Standing.HEARD, next_at=None, heard_at=now, ended_at=now
        )
