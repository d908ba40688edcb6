"""The adapter of mail beside its twin: fates of mailboxes, broken lines, one-click unsubscribe."""

import time

import pytest

from dure.foundations.channels.providers.carrying import BEGIN_SECONDS_MAX, Watch
from dure.foundations.channels.providers.mail import Mail, Post
from dure.foundations.channels.types import AttemptState, Button, ButtonKind, Content, Purpose, Reason, Route, Text
from dure.foundations.channels.types.content import text
from dure.kit.twins import Fault, FaultRule

from .dealing import a_carriage, again, carried, one, smtp_twin


@pytest.fixture
def mail_pair():
    with smtp_twin() as twin:
        yield twin, Mail(Post(url=twin.url, sender="town@dure.example.org"), answer_seconds=5)


def a_letter(to="kim@example.org", **other):
    return a_carriage(Route.MAIL, to, **other)


def test_a_letter_has_all_that_mailboxes_ask_for(mail_pair):
    twin, dealer = mail_pair
    content = Content(
        (Text("(광고) 예시 떡집\n봄나물 <할인>\n.점으로 시작하는 줄"),),
        (Button("보기", ButtonKind.LINK, "https://e.org/?a=1&b=2"),),
    )
    told = one(dealer, a_letter(content=content, leave_link="https://dure.example.org/leave/1", purpose=Purpose.AD))
    assert (told.state, told.code) == (AttemptState.ACCEPTED, "250")
    (letter,) = twin.book.letters
    assert letter.subject == "(광고) 예시 떡집"
    assert letter.headers["From"] == "예시 떡집 <town@dure.example.org>"
    assert letter.headers["List-Unsubscribe"] == "<https://dure.example.org/leave/1>"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ".점으로 시작하는 줄" in letter.text.splitlines()
    assert "봄나물 &lt;할인&gt;" in letter.page
    assert '<a href="https://e.org/?a=1&amp;b=2">https://e.org/?a=1&amp;b=2</a>' in letter.page


@pytest.mark.parametrize(
    ("name", "reason", "again_later"),
    [
        ("gone", Reason.NO_SUCH_ADDRESS, False),
        ("full", Reason.NOT_REACHED, True),
        ("toobig", Reason.BAD_CONTENT, False),
        ("blocked", Reason.BLOCKED, False),
    ],
)
def test_the_fate_of_a_mailbox_is_said(mail_pair, name, reason, again_later):
    twin, dealer = mail_pair
    told = one(dealer, a_letter(f"{name}@example.org"))
    assert (told.state, told.reason, told.retry_after is not None) == (AttemptState.FAILED, reason, again_later)
    assert not twin.book.letters


def test_put_off_once_it_is_taken_the_next_time(mail_pair):
    twin, dealer = mail_pair
    letter = a_letter("grey@example.org")
    told = one(dealer, letter)
    assert (told.state, told.reason, told.code) == (AttemptState.FAILED, Reason.BUSY, "451")
    assert (told.retry_after or 0) >= 60
    assert one(dealer, letter).state is AttemptState.ACCEPTED
    assert len(twin.book.letters) == 1


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("fault", [Fault.LATE, Fault.LOST, Fault.SILENT, Fault.ERROR])
def test_every_fault_for_every_purpose(mail_pair, fault, purpose):
    twin, dealer = mail_pair
    letter = a_letter(purpose=purpose)
    twin.faults.add(FaultRule(fault, "letter"))
    told = one(dealer, letter)
    twice = purpose in (Purpose.SAFETY, Purpose.CARE)
    if fault is Fault.LATE:
        assert told.state is AttemptState.ACCEPTED
        return
    if fault is Fault.ERROR:
        assert (told.state, told.code) == (AttemptState.FAILED, "451")
        assert one(dealer, letter).state is AttemptState.ACCEPTED
        assert len(twin.book.letters) == 1
        return
    assert (told.state, told.retry_after is not None) == (AttemptState.UNSURE, twice)
    told = one(dealer, again(letter))
    assert told.state is (AttemptState.ACCEPTED if twice else AttemptState.UNSURE)
    taken = (fault is Fault.LOST) + twice
    assert len(twin.book.letters) == taken
    assert len({each.id for each in twin.book.letters}) == min(taken, 1)  # the same Message-ID


def test_the_others_of_a_batch_go_on_after_a_line_broke(mail_pair):
    twin, dealer = mail_pair
    batch = [a_letter(f"{name}@example.org") for name in ("a", "b", "gone", "c", "d")]
    twin.faults.add(FaultRule(Fault.LOST, "letter"))
    told = carried(dealer, *batch)
    assert [each.state for each in told] == [
        AttemptState.UNSURE,
        AttemptState.ACCEPTED,
        AttemptState.FAILED,
        AttemptState.ACCEPTED,
        AttemptState.ACCEPTED,
    ]
    assert [each.to for each in twin.book.letters] == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
        "d@example.org",
    ]


@pytest.mark.parametrize(
    "address", ["", "kim", "kim@", "k im@example.org", "kim@example.org\r\nRCPT TO:<x@y.org>", "<a@b.org>", ".a@b.org"]
)
def test_an_address_that_is_none_is_never_said(mail_pair, address):
    twin, dealer = mail_pair
    assert one(dealer, a_letter(address)).reason is Reason.NO_SUCH_ADDRESS
    assert not twin.book.letters


def test_a_name_cannot_write_headers(mail_pair):
    twin, dealer = mail_pair
    one(dealer, a_letter(sender='떡집" <x@y.org>\r\nBcc: a@b.org', content=text("줄\r\nBcc: c@d.org")))
    (letter,) = twin.book.letters
    assert "Bcc" not in letter.headers
    assert letter.subject == "줄"


def test_a_server_that_is_not_there_has_taken_nothing():
    told = one(Mail(Post(url="smtp://127.0.0.1:9", sender="a@b.org")), a_letter())
    assert (told.state, told.reason, told.paused) == (AttemptState.FAILED, Reason.BUSY, True)


def test_a_password_is_never_said_openly():
    with smtp_twin() as twin:
        url = twin.url.replace("127.0.0.1", "localhost").replace("smtp://", "smtp://user:secret@")
        told = one(Mail(Post(url=url, sender="a@b.org")), a_letter())
        assert told.state is AttemptState.FAILED
        assert not twin.book.letters


def test_when_time_is_over_no_further_letter_is_begun(mail_pair):
    twin, dealer = mail_pair
    late = Watch(began=time.monotonic() - BEGIN_SECONDS_MAX - 1)
    found = dealer._session([a_letter(), a_letter()], late)
    assert {(each.state, each.retry_after, each.paused) for each in found.values()} == {(AttemptState.FAILED, 1, False)}
    assert not twin.book.letters
