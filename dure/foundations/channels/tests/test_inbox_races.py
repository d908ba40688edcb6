"""Races of the inbox, each with its twin without locks."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError, transaction

from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.types import Attended, Command, Delivery, Speaker
from dure.foundations.people.tests import making as folk
from dure.kit import tx
from dure.kit.testing import Meet, Runner, race

from . import talking
from .talking import BY, Stall, client_id, me, say, stall, words

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mill(transactional_db: None) -> Stall:
    return stall()


def held(work: Callable[[], object]) -> Runner:
    """`work` in a transaction that stays open until the other runner is there, too."""

    def run(meet: Meet) -> object:
        with transaction.atomic(), tx.hosted():
            said = work()
            meet()
        return said

    return run


def test_two_tabs_send_the_same_client_id(mill: Stall) -> None:
    by = folk.person()
    say(by, mill)
    for locked, key in ((True, client_id()), (False, client_id())):

        def tab(key: str = key) -> str:
            return str(actions.say(by, mill.channel, words("한 번만"), key).position)

        if locked:
            assert race(held(tab), held(tab)).names == ("2", "2")
        else:
            with pytest.raises(IntegrityError):  # the constraint is behind the lock
                race(held(tab), held(tab), locked=False, together=True)


def test_two_messages_never_take_one_position(mill: Stall) -> None:
    by = folk.person()
    first = say(by, mill)

    def write() -> str:
        return str(actions.say(by, mill.channel, words("동시에"), client_id()).position)

    assert race(held(write), held(write)).names == ("2", "3")
    with pytest.raises(IntegrityError):
        race(held(write), held(write), locked=False, together=True)
    assert models.Conversation.objects.get(id=first.conversation).last_position == 4, "one of the two was turned back"


def test_two_members_of_staff_take_one_conversation(mill: Stall) -> None:
    one, other = mill.staff
    said = say(folk.person(), mill)

    def take(by: object) -> Callable[[], str]:
        def run() -> str:
            actions.take_conversation(by, said.conversation)  # type: ignore[arg-type]  # an actor
            return "taken"

        return run

    assert race(held(take(one)), held(take(other))).names == ("ConversationTaken", "taken")
    with tx.durable():
        actions.close_conversation(one, said.conversation)
    assert race(held(take(one)), held(take(other)), locked=False, together=True).names == ("taken", "taken")


def test_staff_and_bot_at_once(mill: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes second sees the first: after staff the bot is quiet; after the bot staff answers below it."""
    monkeypatch.setattr(
        "dure.foundations.channels.queries.bots._offered",
        {"channels": (Command("channels.fallback", lambda said: words("자동 답변")),)},
    )
    staff = mill.staff[0]

    def both(*, locked: bool) -> tuple[list[str], int]:
        said = say(folk.person(), mill)

        def answer() -> str:
            return "bot" if actions.answer_by_bot(BY, said.id) else "quiet"

        def reply() -> str:
            actions.reply(staff, said.conversation, words("제가 답합니다"), client_id())
            return "staff"

        names = race(held(answer), held(reply), locked=locked).names
        rows = models.Message.objects.filter(conversation=said.conversation).order_by("position")
        assert queries.conversation(staff, said.conversation).attended is Attended.STAFF
        speakers = list(rows.values_list("speaker", flat=True))
        assert (Speaker.BOT in speakers) == ("bot" in names)
        return speakers, len(names)

    speakers, _ = both(locked=True)
    assert speakers[-1] == Speaker.STAFF, "the bot never speaks after a person has taken over"
    # both saw the same last position; or each waits for what the other wrote, and PostgreSQL ends one of them
    with pytest.raises((IntegrityError, OperationalError), match=r"duplicate key|deadlock detected"):
        both(locked=False)


def test_a_delivery_and_a_word_at_once(mill: Stall) -> None:
    by = folk.person()
    first = say(by, mill)
    rows = talking.deliveries(mill, [me(by)])

    def deliver() -> str:
        return f"delivered {actions.deliver_to_inbox(BY, rows)}"

    def write() -> str:
        actions.say(by, mill.channel, words("저도 있습니다"), client_id())
        return "said"

    assert race(held(deliver), held(write)).names == ("delivered 1", "said")
    rows_now = models.Message.objects.filter(conversation=first.conversation).order_by("position")
    assert list(rows_now.values_list("position", flat=True)) == [1, 2, 3]


def test_one_dispatch_delivered_by_two_workers_arrives_once(mill: Stall) -> None:
    rows = talking.deliveries(mill, [me(folk.person()) for _ in range(3)])

    def deliver() -> str:
        return f"delivered {actions.deliver_to_inbox(BY, rows)}"

    assert race(held(deliver), held(deliver)).names == ("delivered 0", "delivered 3")


def test_two_workers_meet_the_same_people_in_other_order_and_do_not_wait_in_a_circle(mill: Stall) -> None:
    persons = [me(folk.person()) for _ in range(20)]
    one, other = talking.deliveries(mill, persons), talking.deliveries(mill, persons[::-1])

    def deliver(rows: list[Delivery]) -> Callable[[], str]:
        return lambda: f"delivered {actions.deliver_to_inbox(BY, rows)}"

    assert race(held(deliver(one)), held(deliver(other))).names == ("delivered 20", "delivered 20")
