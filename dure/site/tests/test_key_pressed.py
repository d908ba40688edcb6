"""A key pressed in a call: from the dealer's report to "heard"; each report once, forged ones never."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dure.base import clock
from dure.base.actors import system
from dure.foundations.channels import actions as channels
from dure.foundations.channels import providers
from dure.foundations.channels.providers.solapi import Solapi
from dure.foundations.channels.tests.dealing import Postbox, solapi_twin
from dure.foundations.channels.tests.sending_world import Pocket
from dure.foundations.channels.twins import SolapiTwin
from dure.foundations.channels.types import ReportForged
from dure.kit import delivery
from dure.services.broadcast import actions
from dure.services.broadcast.tests import making
from dure.services.broadcast.tests.making import Ground, later, person_of
from dure.services.broadcast.types import Announcement, Kind
from dure.site.wiring import wiring

pytestmark = pytest.mark.django_db
BY = system("test")
PRESSES, IS_SILENT = "+821012340001", "+821012345678"


@pytest.fixture
def ground() -> Ground:
    ground = making.ground()
    for by, number in zip(ground.listeners, (PRESSES, IS_SILENT), strict=True):
        making.numbered(by, number, aloud=True)  # called at once
    return ground


@pytest.fixture
def line() -> Iterator[tuple[SolapiTwin, Solapi, Postbox]]:
    post = Postbox()
    with solapi_twin(post) as (twin, dealer, _):
        yield twin, dealer, post


def called(ground: Ground, twin: SolapiTwin, dealer: Solapi) -> Announcement:
    """Something urgent by which both were called, by the clock on the wall, by which the twin goes, at whatever hour."""
    with making.at(clock.now() - timedelta(minutes=1)):
        said = making.sent(ground, kind=Kind.URGENT)
        actions.agree_announcement(ground.deputy, said.id, key=making.key())
    making.aired(dealer)  # type: ignore[arg-type]  # a dealer as good as the one in memory
    twin.clock.advance(3)
    twin.webhooks.deliver_due()
    return said


def reported(post: Postbox, headers: dict[str, str] | None = None) -> int:
    """Hand in what the twin posted."""
    new = 0
    for letter in post.letters:
        said = {name.lower(): value for name, value in (headers or letter.headers).items()}
        new += channels.receive_reports(BY, "solapi", letter.body, said)
    delivery.run_until_idle(wiring)
    return new


def test_who_presses_one_has_heard_it(
    ground: Ground, line: tuple[SolapiTwin, Solapi, Postbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    twin, dealer, post = line
    monkeypatch.setattr(providers, "reporting", lambda name: dealer)
    said = called(ground, twin, dealer)
    calls = [one for one in twin.book.messages.values() if one.kind == "VOICE"]
    assert {one.keys for one in calls} == {1}
    assert all(one.text.endswith("1번을 눌러 주세요.") for one in calls)
    assert reported(post) == 2
    assert reported(post) == 0  # the same once more
    pressed, silent = ground.listeners
    assert making.standing(said)[person_of(pressed)] == "heard"
    assert making.standing(said)[person_of(silent)] == "waiting"
    with making.at(clock.now() + timedelta(minutes=4)):
        making.aired(Pocket())
    assert [way for way, _ in making.ways(said, pressed)] == ["push", "call"]
    assert [way for way, _ in making.ways(said, silent)] == ["push", "call", "again"]


def test_a_forged_report_presses_nothing(
    ground: Ground, line: tuple[SolapiTwin, Solapi, Postbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    twin, dealer, post = line
    monkeypatch.setattr(providers, "reporting", lambda name: dealer)
    said = called(ground, twin, dealer)
    with pytest.raises(ReportForged):
        reported(post, {"X-Solapi-Secret": "guessed"})
    assert making.standing(said)[person_of(ground.listeners[0])] == "waiting"


def test_only_the_key_one_and_only_of_a_listener_counts(ground: Ground) -> None:
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        making.aired()
        person = person_of(ground.listeners[0])
        assert actions.note_key(BY, said.id, person, "9") is False
        assert actions.note_key(BY, said.id, person_of(ground.head), "1") is False  # the author, who is not told
        assert actions.note_key(BY, said.id, person, "1") is True
        assert actions.note_key(BY, said.id, person, "1") is False
    assert making.standing(said)[person] == "heard"
