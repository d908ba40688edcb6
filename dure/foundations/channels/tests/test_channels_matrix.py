"""Who may do what with channels, friends, templates and broadcasts: every action by every role, denied unless the table says
otherwise. Conversations, sendings, dealers and bots have matrices of their own."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.actions import broadcasts, channels, friends, joining, starting, templates_of
from dure.foundations.channels.types import (
    Broadcast,
    BroadcastState,
    Channel,
    ConsentKind,
    JoinedBy,
    Joining,
    NeedsSecondPerson,
    NotAFriend,
    Template,
)
from dure.foundations.people.tests.making import auditor
from dure.foundations.people.types import NOBODY, Actor, OrgRole, PersonId, system

from . import making

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Stage:
    """A channel with a friend, a broadcast and a template that wait for a second person, and somebody for each role."""

    channel: Channel
    friend: PersonId
    asked: Broadcast
    draft: Broadcast
    template: Template
    drafted: Template
    actors: dict[str, Actor]


@pytest.fixture
def stage() -> Stage:
    channel, owner = making.channel()
    writer = making.member(channel.organisation, owner)
    staff = making.member(channel.organisation, owner)
    second = making.member(channel.organisation, owner, OrgRole.OWNER)
    friend = making.friend(channel.id, ads=True)
    asked = actions.write_broadcast(writer, making.notice(channel.id), key="asked")
    models.Broadcast.objects.filter(id=asked.id).update(state=BroadcastState.ASKED)
    draft = actions.write_broadcast(writer, making.notice(channel.id), key="draft")
    template = actions.write_template(writer, making.template(channel.id), key="asked")
    actions.ask_template(writer, template.id)
    drafted = actions.write_template(writer, making.template(channel.id), key="draft")
    actors = {
        "nobody": NOBODY,
        "unverified": making.person("아직", verified=False),
        "citizen": making.person("시민"),
        "friend": friend,
        "writer": writer,
        "staff": staff,
        "owner": second,
        "stranger_owner": making.channel()[1],
        "auditor": auditor(),
        "steward": making.steward(),
        "system": system("test"),
    }
    return Stage(channel, making.id_of(friend), asked, draft, template, drafted, actors)


EVERYONE = frozenset(
    ["unverified", "citizen", "friend", "writer", "staff", "owner", "stranger_owner", "auditor", "steward"]
)
WORKING = frozenset({"writer", "staff", "owner"})
SECOND = WORKING - {"writer"}

type Doing = Callable[[Actor, Stage], object]
MATRIX: dict[str, tuple[frozenset[str], Doing]] = {
    "open_channel": (
        frozenset({"owner"}),
        lambda by, s: actions.open_channel(by, making.new_channel(s.channel.organisation), key="k"),
    ),
    "edit_channel": (
        frozenset({"owner"}),
        lambda by, s: actions.edit_channel(by, s.channel.id, name="새 이름", about="", contact=making.CONTACT),
    ),
    "close_channel": (frozenset({"owner"}), lambda by, s: actions.close_channel(by, s.channel.id)),
    "pause_channel": (frozenset({"steward"}), lambda by, s: actions.pause_channel(by, s.channel.id, "까닭")),
    "resume_channel": (frozenset({"steward"}), lambda by, s: actions.resume_channel(by, s.channel.id)),
    "join": (EVERYONE, lambda by, s: actions.join(by, s.channel.id, JoinedBy.QR)),
    "join_many": (
        frozenset({"system"}),
        lambda by, s: actions.join_many(by, s.channel.id, JoinedBy.QR, [Joining(s.friend)]),
    ),
    "leave": (EVERYONE, lambda by, s: actions.leave(by, s.channel.id)),
    "set_ad_consent": (
        frozenset({"friend"}),
        lambda by, s: actions.set_ad_consent(by, s.channel.id, ConsentKind.NIGHT_ADS, True),
    ),
    "withdraw_all_ads": (EVERYONE, lambda by, s: actions.withdraw_all_ads(by)),
    "follow_link": (
        EVERYONE | {"nobody", "system"},  # who holds the link
        lambda by, s: actions.follow_link(by, queries.leave_token(s.channel.id, s.friend)),
    ),
    "note_friend": (WORKING, lambda by, s: actions.note_friend(by, s.channel.id, s.friend, note="메모")),
    "forget_days": (WORKING, lambda by, s: actions.forget_days(by, s.channel.id, s.friend, ["birthday"])),
    "confirm_consents": (frozenset({"system"}), lambda by, s: actions.confirm_consents(by, ())),
    "remind_friends": (frozenset({"system"}), lambda by, s: actions.remind_friends(by)),
    "let_person_go": (frozenset({"system"}), lambda by, s: actions.let_person_go(by, s.friend)),
    "write_template": (WORKING, lambda by, s: actions.write_template(by, making.template(s.channel.id), key="k")),
    "edit_template": (WORKING, lambda by, s: actions.edit_template(by, s.template.id, s.template.content)),
    "ask_template": (WORKING, lambda by, s: actions.ask_template(by, s.drafted.id)),
    "approve_template": (SECOND, lambda by, s: actions.approve_template(by, s.template.id)),
    "reject_template": (SECOND, lambda by, s: actions.reject_template(by, s.template.id, "까닭")),
    "write_broadcast": (WORKING, lambda by, s: actions.write_broadcast(by, making.notice(s.channel.id), key="k")),
    "edit_broadcast": (WORKING, lambda by, s: actions.edit_broadcast(by, s.asked.id, making.notice(s.channel.id))),
    "hand_in_broadcast": (WORKING, lambda by, s: actions.hand_in_broadcast(by, s.draft.id)),
    "approve_broadcast": (
        SECOND | {"steward"},
        lambda by, s: actions.approve_broadcast(by, s.asked.id, s.asked.version),
    ),
    "reject_broadcast": (SECOND | {"steward"}, lambda by, s: actions.reject_broadcast(by, s.asked.id, "까닭")),
    "stop_broadcast": (WORKING | {"steward"}, lambda by, s: actions.stop_broadcast(by, s.asked.id)),
    "send_test": (WORKING, lambda by, s: actions.send_test(by, s.draft.id)),
    "send_broadcast": (frozenset({"system"}), lambda by, s: actions.send_broadcast(by, s.draft.id)),
    "finish_broadcast": (frozenset({"system"}), lambda by, s: actions.finish_broadcast(by, s.draft.id)),
    "see_friends": (WORKING, lambda by, s: queries.friends(by, s.channel.id)),
    "see_noted": (WORKING, lambda by, s: queries.noted(by, s.channel.id, s.friend)),
    "see_tags": (WORKING, lambda by, s: queries.tags_of(by, s.channel.id)),
    "see_templates": (WORKING, lambda by, s: queries.templates_for(by, s.channel.id)),
    "see_broadcasts": (WORKING, lambda by, s: queries.broadcasts_for(by, s.channel.id)),
    "see_broadcast": (WORKING | {"steward"}, lambda by, s: queries.broadcast(by, s.asked.id)),
    "see_sampled": (frozenset({"steward", "auditor"}), lambda by, s: queries.broadcasts_sampled(by)),
    "see_figures": (WORKING, lambda by, s: queries.figures(by, s.asked)),
    "see_days": (WORKING, lambda by, s: queries.friends_by_day(by, s.channel.id, 3)),
    "see_estimate": (WORKING, lambda by, s: queries.estimate(by, making.offer(s.channel.id, segment="tag:x"))),
    "see_coupons": (WORKING, lambda by, s: queries.carriable_coupons(by, s.channel.id)),
    "refuse_broadcast": (frozenset({"system"}), lambda by, s: actions.refuse_broadcast(by, s.draft.id, "busy")),
    "settle_costs": (frozenset({"system"}), lambda by, s: actions.settle_costs(by)),
    "keep_picture": (WORKING, lambda by, s: actions.keep_picture(by, s.channel.id, making.photo())),
}


@pytest.mark.parametrize("what", MATRIX)
def test_every_role(what: str, stage: Stage) -> None:
    allowed, do = MATRIX[what]
    for role, actor in stage.actors.items():
        with transaction.atomic():
            if role in allowed:
                do(actor, stage)
            else:
                with pytest.raises((NotAllowed, NeedsSecondPerson, NotAFriend)):
                    do(actor, stage)
            transaction.set_rollback(True)


def test_every_action_of_these_rooms_is_in_the_matrix() -> None:
    rooms = (broadcasts, channels, friends, joining, starting, templates_of)
    assert {name for room in rooms for name in room.__all__} <= set(MATRIX)
