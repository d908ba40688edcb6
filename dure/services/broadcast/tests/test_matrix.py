"""Who may do what: every action by every role, denied unless the table says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Actor
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.types import (
    Announcement,
    CallEvent,
    HeldOffice,
    Key,
    Kind,
    Loudspeaker,
    NoOffice,
    Office,
    ParentRequest,
    Part,
    ReachId,
    SecondPersonNeeded,
    Sign,
    Taken,
    Tie,
    VoiceFault,
)

from . import making
from .making import BY, Ground, key, later, person_of


@dataclass(frozen=True)
class Stage:
    """A village in which everything is there that somebody may do something to; and somebody for each role."""

    ground: Ground
    draft: Announcement
    sent: Announcement
    asked: Announcement
    aired: Announcement
    visit: ReachId
    loudspeaker: Loudspeaker
    head_office: HeldOffice
    actors: dict[str, Actor]


@pytest.fixture
def stage(db: None) -> Stage:
    ground = making.ground()
    elsewhere = folk.person("옆이장")
    with later():
        second = actions.open_village(ground.owner, ground.organisation, "옆마을 (예시)", key=key())
        making.join(elsewhere, second.id)
        actions.appoint(ground.owner, second.id, person_of(elsewhere), Office.HEAD, key=key())
        aired = making.sent(ground)
    for minute in (1, 2):
        with later(minutes=minute):
            making.aired()
    with later(minutes=3):
        draft, sent = making.written(ground), making.sent(ground)
        asked = making.sent(ground, kind=Kind.URGENT)
    visit = models.Reach.objects.get(airing__announcement_id=aired.id, person_id=person_of(ground.listeners[0]))
    office = next(one for one in queries.offices(ground.village.id) if one.tenure.office is Office.HEAD)
    actors = {
        "nobody": NOBODY,
        "stranger": folk.person("남"),
        "listener": ground.listeners[0],
        "head": ground.head,
        "deputy": ground.deputy,
        "other_head": elsewhere,
        "owner": ground.owner,
        "steward": folk.steward(),
        "auditor": folk.auditor(),
        "system": BY,
    }
    actions.set_languages(ground.head, ground.village.id, ["vi"])
    actions.set_village_number(ground.owner, ground.village.id, "395172", key=key())
    with later():
        actions.set_up_loudspeaker(ground.head, ground.village.id, "마을회관", key=key())
        loudspeaker = queries.loudspeakers(ground.head, ground.village.id)[0]
    return Stage(ground, draft, sent, asked, aired, ReachId(visit.id), loudspeaker, office, actors)


ALL = frozenset(
    ("nobody", "stranger", "listener", "head", "deputy", "other_head", "owner", "steward", "auditor", "system")
)
PERSONS = ALL - {"nobody", "system"}
SPEAKERS = frozenset({"head", "deputy"})
APPOINTING = frozenset({"owner", "steward"})
HEAD, SYSTEM = frozenset({"head"}), frozenset({"system"})
HEARING = frozenset({"listener", "head", "deputy"})
HUNG_UP = CallEvent(call="none", turn=1, what=Sign.ENDED)
WORDING = actions.CallWording(lambda name, at: f"{name} {at}")
type Doing = Callable[[Actor, Stage], object]


def take_out(by: Actor, stage: Stage) -> object:
    """Of a telephone that the head entered."""
    made = actions.enter_household(stage.ground.head, stage.ground.village.id, "박예시", "031-123-9999", key=key())
    return actions.take_household_out(by, made.id)


def of_child(by: Actor, stage: Stage, does: Callable[[ParentRequest], object]) -> object:
    """With what a listener asked for a parent."""
    ground = stage.ground
    return does(actions.ask_for_parent(ground.listeners[0], ground.village.id, "박예시", "031-123-9998", key=key()))


def type_words(by: Actor, stage: Stage) -> Announcement:
    """Of something that was spoken by telephone."""
    models.WordsWanted.objects.get_or_create(announcement_id=stage.sent.id)
    return actions.type_words(by, stage.sent.id, making.WORDS, key=key())


TABLE: dict[str, tuple[Doing, frozenset[str]]] = {
    "open_village": (
        lambda by, stage: actions.open_village(by, stage.ground.organisation, "셋째 마을", key=key()),
        APPOINTING,
    ),
    "appoint": (
        lambda by, stage: actions.appoint(
            by, stage.ground.village.id, person_of(stage.ground.listeners[1]), Office.DEPUTY, key=key()
        ),
        APPOINTING,
    ),
    "end_office": (lambda by, stage: actions.end_office(by, stage.head_office.id, key=key()), APPOINTING | HEAD),
    "hand_over": (
        lambda by, stage: actions.hand_over(
            by,
            stage.head_office.id,
            person_of(stage.ground.listeners[1]),
            clock.today() + timedelta(days=1),
            key=key(),
        ),
        APPOINTING | HEAD,
    ),
    "join_village": (
        lambda by, stage: actions.join_village(by, stage.ground.village.id, Tie.AWAY, "Asia/Seoul", key=key()),
        PERSONS,
    ),
    "leave_village": (lambda by, stage: actions.leave_village(by, stage.ground.village.id), PERSONS),
    "write_announcement": (
        lambda by, stage: actions.write_announcement(by, making.new(stage.ground), None, key=key()),
        SPEAKERS,
    ),
    "throw_away": (lambda by, stage: actions.throw_away(by, stage.draft.id), HEAD),
    "send_announcement": (
        lambda by, stage: actions.send_announcement(
            by, stage.draft.id, frozenset({stage.ground.village.id}), key=key()
        ),
        HEAD,
    ),
    "agree_announcement": (
        lambda by, stage: actions.agree_announcement(by, stage.asked.id, key=key()),
        frozenset({"deputy"}),
    ),
    "set_village_number": (
        lambda by, stage: actions.set_village_number(by, stage.ground.village.id, "395172", key=key()),
        APPOINTING,
    ),
    "agree_by_number": (
        lambda by, stage: actions.agree_by_number(by, stage.asked.id, {stage.ground.village.id: "395172"}, key=key()),
        SPEAKERS,
    ),
    "set_telephone_secret": (
        lambda by, stage: actions.set_telephone_secret(by, "395172", key=key()),
        SPEAKERS | {"other_head"},
    ),
    "take_telephone_secret_away": (lambda by, stage: actions.take_telephone_secret_away(by), PERSONS),
    "type_words": (lambda by, stage: type_words(by, stage), SPEAKERS),
    "answer_call": (lambda by, stage: actions.answer_call(by, HUNG_UP, lambda address: None, WORDING), SYSTEM),
    "enter_household": (
        lambda by, stage: actions.enter_household(by, stage.ground.village.id, "김예시", "031-123-4567", key=key()),
        SPEAKERS | APPOINTING,
    ),
    "take_household_out": (lambda by, stage: take_out(by, stage), SPEAKERS | APPOINTING),
    "households": (lambda by, stage: queries.households(by, stage.ground.village.id), SPEAKERS | APPOINTING),
    "open_households": (lambda by, stage: actions.open_households(by), SYSTEM),
    "ring_households": (lambda by, stage: actions.ring_households(by), SYSTEM),
    "ask_households": (lambda by, stage: actions.ask_households(by), SYSTEM),
    "place_rings": (lambda by, stage: actions.place_rings(by, lambda wanted: Taken.YES), SYSTEM),
    "note_taken": (lambda by, stage: actions.note_taken(by, stage.draft.id), SYSTEM),
    "forget_calls": (lambda by, stage: actions.forget_calls(by), SYSTEM),
    "ask_for_parent": (
        lambda by, stage: actions.ask_for_parent(by, stage.ground.village.id, "김예시", "031-123-4567", key=key()),
        PERSONS,
    ),
    "agree_request": (
        lambda by, stage: of_child(by, stage, lambda one: actions.agree_request(by, one.id, key=key())),
        SPEAKERS | APPOINTING,
    ),
    "refuse_request": (
        lambda by, stage: of_child(by, stage, lambda one: actions.refuse_request(by, one.id)),
        SPEAKERS | APPOINTING,
    ),
    "withdraw_request": (
        lambda by, stage: of_child(by, stage, lambda one: actions.withdraw_request(by, one.id)),
        frozenset({"listener"}),
    ),
    "requests_to": (lambda by, stage: queries.requests_to(by, stage.ground.village.id), SPEAKERS | APPOINTING),
    "requests_of": (lambda by, stage: queries.requests_of(by, stage.ground.village.id), PERSONS),
    "lapse_requests": (lambda by, stage: actions.lapse_requests(by), SYSTEM),
    "set_languages": (lambda by, stage: actions.set_languages(by, stage.ground.village.id, ["vi"]), SPEAKERS),
    "translate": (
        lambda by, stage: actions.translate(by, stage.sent.id, "vi", "Xin chào bà con."),
        SPEAKERS,
    ),
    "choose_language": (lambda by, stage: actions.choose_language(by, stage.ground.village.id, "vi"), HEARING),
    "take_back": (lambda by, stage: actions.take_back(by, stage.sent.id), SPEAKERS),
    "end_announcement": (lambda by, stage: actions.end_announcement(by, stage.aired.id), SPEAKERS),
    "note_played": (lambda by, stage: actions.note_played(by, stage.aired.id, [Part(0, 1)]), HEARING),
    "press": (lambda by, stage: actions.press(by, stage.aired.id, Key.HEARD), HEARING),
    "note_visit": (lambda by, stage: actions.note_visit(by, stage.visit, visited=True), SPEAKERS),
    "renew_podcast": (lambda by, stage: actions.renew_podcast(by, stage.ground.village.id, key=key()), HEARING),
    "end_podcast": (lambda by, stage: actions.end_podcast(by, stage.ground.village.id), HEARING),
    "set_up_loudspeaker": (
        lambda by, stage: actions.set_up_loudspeaker(by, stage.ground.village.id, "우물가", key=key()),
        SPEAKERS,
    ),
    "take_loudspeaker_away": (
        lambda by, stage: actions.take_loudspeaker_away(by, stage.loudspeaker.id),
        SPEAKERS,
    ),
    "note_hall": (lambda by, stage: actions.note_hall(by, stage.loudspeaker.id, stage.loudspeaker.seal, ()), ALL),
    "loudspeakers": (lambda by, stage: queries.loudspeakers(by, stage.ground.village.id), SPEAKERS),
    "played_in_halls": (lambda by, stage: queries.played_in_halls(by, stage.aired.id), SPEAKERS),
    "make_voice": (lambda by, stage: actions.make_voice(by, lambda wanted: VoiceFault.BROKEN), SYSTEM),
    "forget_voices": (lambda by, stage: actions.forget_voices(by), SYSTEM),
    "open_airings": (lambda by, stage: actions.open_airings(by), SYSTEM),
    "air_due": (lambda by, stage: actions.air_due(by, making.WORDING), SYSTEM),
    "learn_fates": (lambda by, stage: actions.learn_fates(by), SYSTEM),
    "lapse_asked": (lambda by, stage: actions.lapse_asked(by), SYSTEM),
    "note_key": (
        lambda by, stage: actions.note_key(by, stage.aired.id, person_of(stage.ground.listeners[0]), "1"),
        SYSTEM,
    ),
    "forget_announcements": (lambda by, stage: actions.forget_announcements(by), SYSTEM),
    "let_person_go": (lambda by, stage: actions.let_person_go(by, person_of(stage.ground.deputy)), SYSTEM),
    "announcement_for: draft": (lambda by, stage: queries.announcement_for(by, stage.draft.id), HEAD),
    "announcement_for: not yet on the air": (lambda by, stage: queries.announcement_for(by, stage.sent.id), SPEAKERS),
    "announcement_for: on the air": (lambda by, stage: queries.announcement_for(by, stage.aired.id), HEARING),
    "counted": (lambda by, stage: queries.counted(by, stage.aired.id), SPEAKERS),
    "to_visit": (lambda by, stage: queries.to_visit(by, stage.ground.village.id), SPEAKERS),
    "listeners_of": (
        lambda by, stage: queries.listeners_of(by, stage.ground.village.id),
        SPEAKERS | APPOINTING,
    ),
}


def test_every_action_stands_in_the_table() -> None:
    public = {name for name in vars(actions) if name in set(actions.__dict__) and callable(getattr(actions, name))}
    named = {
        name for name in public if name[0].islower() and getattr(actions, name).__module__.startswith(actions.__name__)
    }
    assert named <= set(TABLE)


@pytest.mark.parametrize("what", TABLE)
def test_who_may(stage: Stage, what: str) -> None:
    do, allowed = TABLE[what]
    could = set()
    for role, by in stage.actors.items():
        with later(minutes=3, seconds=5), transaction.atomic():
            try:
                do(by, stage)
            except (NotAllowed, NotFound, NoOffice, SecondPersonNeeded):
                pass
            else:
                could.add(role)
            transaction.set_rollback(True)
    assert could == allowed


def test_the_county_sees_rates_of_five_and_no_names(ground: Ground) -> None:
    auditor, clerk = folk.auditor(), ground.owner
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        making.aired()
        actions.press(ground.listeners[0], said.id, Key.HEARD)
        (rate,) = queries.rates(clerk)
        assert (rate.airings, rate.percent) == (1, None)  # three people
        more = [folk.person() for _ in range(2)]
        for by in more:
            making.join(by, ground.village.id)
    with later(minutes=5):
        said = making.sent(ground)
    with later(minutes=6):
        making.aired()
        for by in ground.listeners:
            actions.press(by, said.id, Key.HEARD)
        (rate,) = queries.rates(clerk)
        assert (rate.airings, rate.percent) == (2, 37)  # three of eight times
        assert queries.rates(auditor) == (rate,)
        assert queries.rates(folk.person()) == ()
