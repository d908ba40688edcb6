"""What one step of a call does, by the actions that pages use, as the caller. A refusal there is an answer here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from dure.base.actors import Actor
from dure.base.refusals import Busy, Interrupted, NotFound, Refusal
from dure.services.broadcast import queries
from dure.services.broadcast.rules import calls, permits, recording
from dure.services.broadcast.types import (
    AnnouncementId,
    AnnouncementState,
    Call,
    Deed,
    Do,
    Done,
    Item,
    Key,
    Kind,
    Line,
    Move,
    Named,
    NewAnnouncement,
    Phrase,
    Playing,
    Recording,
    Turn,
    VillageId,
)

from .announcements import agree_announcement, send_announcement, take_back, throw_away, write_announcement
from .hearing import press
from .telephone import RIGHT, try_telephone_secret
from .villages import leave_village

DEEDS_MAX: Final = 4  # of one step
UNDOABLE: Final = timedelta(minutes=10)  # so long who calls again may take back what is not on the air
log = structlog.get_logger(__name__)

type Fetching = Callable[[str], bytes | None]
type Fetched = Callable[[], bytes | None]


@dataclass(frozen=True, slots=True)
class CallWording:
    """What stands for the words of a recording until somebody types them: who spoke, and when."""

    spoken_by: Callable[[str, datetime], str]


def play_out(move: Move, do: Callable[[Deed], Done]) -> tuple[Call, Turn, frozenset[Do]]:
    """Do what is to be done until there is an answer."""
    did = set[Do]()
    for _deed in range(DEEDS_MAX):
        if move.deed is None:
            break
        done = _done(move.deed, do)
        if done.ok:
            did.add(move.deed.do)
        move = calls.told(move.call, move.deed, done)
    if move.turn is None:
        raise RuntimeError("a step ends in an answer")
    return move.call, replace(move.turn, lines=tuple(map(_with_form, move.turn.lines))), frozenset(did)


def _done(deed: Deed, do: Callable[[Deed], Done]) -> Done:
    """A refusal is an answer, but that nobody knows, or that all is busy: then it is told once more."""
    try:
        return do(deed)
    except (Busy, Interrupted):
        raise
    except Refusal as refusal:
        log.info("call_refused", do=deed.do, why=refusal.code)
        return Done(ok=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """What one step does, as the caller, under keys of its own."""

    actor: Actor
    key: str
    begun_at: datetime  # the call
    wording: CallWording
    fetch: Fetched

    def do(self, deed: Deed) -> Done:
        """What became of it."""
        return DO[deed.do](self, deed)

    def try_digits(self, deed: Deed) -> Done:
        left = try_telephone_secret(self.actor, deed.keys, key=self._key_of(deed))
        if left != RIGHT:
            return Done(ok=False, left=left)
        waits = next((one.id for one in queries.waiting_for_second(self.actor)), None)
        undoable = queries.undoable_of(self.actor, UNDOABLE)
        return Done(ok=True, waiting=waits, undoable=undoable)

    def keep(self, deed: Deed) -> Done:
        """What was spoken, as a draft; in place of the one before, when it was said again."""
        content = self.fetch()
        if content is None:
            return Done(ok=False)
        voice = Recording(content, recording.WAV, recording.seconds_of_wav(content))
        before = AnnouncementId(deed.announcement) if deed.announcement else None
        new = self._new(deed, Kind.NOTICE)
        made = write_announcement(self.actor, new, voice, key=self._key_of(deed), instead_of=before)
        return Done(ok=True, announcement=made.id)

    def send(self, deed: Deed) -> Done:
        return self._sent(_named_in(deed), deed)

    def send_urgent(self, deed: Deed) -> Done:
        """The same voice once more, as something urgent: it waits for another person with an office."""
        new, draft = self._new(deed, Kind.URGENT), _named_in(deed)
        made = write_announcement(self.actor, new, None, key=f"{self._key_of(deed)}:write", instead_of=draft)
        return self._sent(made.id, deed)

    def take_back(self, deed: Deed) -> Done:
        take_back(self.actor, _named_in(deed))
        return Done(ok=True)

    def throw_away(self, deed: Deed) -> Done:
        throw_away(self.actor, _named_in(deed))
        return Done(ok=True)

    def agree(self, deed: Deed) -> Done:
        agree_announcement(self.actor, _named_in(deed), key=self._key_of(deed))
        return Done(ok=True)

    def find(self, deed: Deed) -> Done:
        heard = {
            one.village.id: Named(one.village.id, one.village.name)
            for one in queries.memberships(permits.somebody(self.actor))
        }
        found = (
            Item(one.id, tuple(heard[each.id] for each in one.villages if each.id in heard))
            for one in queries.archive(self.actor)
        )
        return Done(ok=True, items=tuple(one for one in found if one.villages))

    def press(self, deed: Deed) -> Done:
        """1 says that it was heard, unless all that could be played is who spoke."""
        said = _named_in(deed)
        if queries.playing_of(said) is Playing.WORDS and queries.words_wanted([said]):
            return Done(ok=False)
        press(self.actor, _named_in(deed), Key.HEARD)
        return Done(ok=True)

    def leave(self, deed: Deed) -> Done:
        for one in deed.villages:
            leave_village(self.actor, VillageId(one.id))
        return Done(ok=True)

    def _sent(self, announcement: AnnouncementId, deed: Deed) -> Done:
        to = frozenset(VillageId(one.id) for one in deed.villages)
        said = send_announcement(self.actor, announcement, to, key=self._key_of(deed))
        return Done(ok=True, announcement=said.id, waits=said.state is AnnouncementState.ASKED)

    def _new(self, deed: Deed, kind: Kind) -> NewAnnouncement:
        to = frozenset(VillageId(one.id) for one in deed.villages)
        author, words = permits.somebody(self.actor), self.wording.spoken_by(self.actor.name, self.begun_at)
        return NewAnnouncement(author=author, villages=to, confirmed=frozenset(), kind=kind, words=words, typed=False)

    def _key_of(self, deed: Deed) -> str:
        return f"{self.key}:{deed.do}"


DO: Final[Mapping[Do, Callable[[Stage, Deed], Done]]] = {
    Do.TRY_DIGITS: Stage.try_digits,
    Do.KEEP: Stage.keep,
    Do.SEND: Stage.send,
    Do.SEND_URGENT: Stage.send_urgent,
    Do.TAKE_BACK: Stage.take_back,
    Do.THROW_AWAY: Stage.throw_away,
    Do.AGREE: Stage.agree,
    Do.FIND: Stage.find,
    Do.PRESS: Stage.press,
    Do.LEAVE: Stage.leave,
}


def _named_in(deed: Deed) -> AnnouncementId:
    """The announcement that it is about. Raises NotFound."""
    if deed.announcement is None:
        raise NotFound(what="announcement")
    return AnnouncementId(deed.announcement)


def _with_form(line: Line) -> Line:
    """In which form an announcement is heard is looked up when it is played: its sound may have been made by then."""
    if line.phrase is not Phrase.ANNOUNCEMENT or line.announcement is None:
        return line
    return replace(line, playing=queries.playing_of(AnnouncementId(line.announcement)))
