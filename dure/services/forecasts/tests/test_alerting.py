"""Alerts reach those whom they concern: once, in time, at night only what may; and whoever heard hears how it goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from dure.foundations.channels.types import Purpose, SendingState
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.forecasts import actions, models, tasks
from dure.services.forecasts.rules import alerting
from dure.services.forecasts.types import (
    AlertTelling,
    Field,
    Hearer,
    ImpactLevel,
    MsgType,
    NewPlace,
    PinId,
    ReaderId,
    ResponseType,
    SenderRole,
    Severity,
    Spoken,
    Status,
    Urgency,
)

from . import making
from .alerts import SENT
from .issuers import NOW, Issuer, alert, take
from .making import NORTH, NOWHERE, SOUTH, key

ISSUER = Issuer()
NIGHT = SENT.replace(hour=23, minute=0)


@pytest.fixture
def town(db: None) -> Iterator[None]:
    making.ground()
    making.channel()
    with making.at(SENT - timedelta(hours=1)):
        ISSUER.pinned(folk.steward())
        yield


def come(one: object, minutes: float = 1.0) -> None:
    """It comes in so many minutes after SENT, and everybody is told."""
    with making.at(SENT + timedelta(minutes=minutes)):
        take(ISSUER.signed(one))  # type: ignore[arg-type]  # an alert
        tasks.tell_alerts(0)


def notices(by: Actor) -> list[str]:
    """The numbers of the alerts of which somebody was told, the oldest first."""
    rows = models.Notice.objects.filter(reader_id=by.person).order_by("at", "id").select_related("alert")
    return [row.alert.identifier[-1] for row in rows if row.alert]


def clear(number: int, minutes: int, *of: object) -> object:
    over = alert(number, minutes=minutes, kind=MsgType.UPDATE, of=of, urgency=Urgency.PAST)  # type: ignore[arg-type]  # what `of` holds are alerts
    segment = replace(over.segments[0], response_types=(ResponseType.ALL_CLEAR,))
    return replace(over, segments=(segment,))


def test_who_has_a_place_there_is_told_once(town: None) -> None:
    here, far = making.reader(), making.reader("남", region=SOUTH)
    come(alert())
    come(alert())
    with making.at(NOW + timedelta(hours=1)):
        tasks.tell_alerts(0)
    assert (notices(here), notices(far)) == (["1"], [])


def test_somebody_with_two_places_in_it_hears_once(town: None) -> None:
    by = making.reader()
    for region, field in ((SOUTH, Field.HEALTH), (NORTH, Field.FARMING)):
        actions.choose_place(by, NewPlace(region, field, ImpactLevel.CAUTION), key=key())
    come(alert(regions=(NORTH, SOUTH)))
    assert notices(by) == ["1"]
    assert len(making.sendings()) == 1


@pytest.mark.parametrize("region", ["9901000000", "9900000000", "9901025000", NORTH])
def test_a_wider_or_a_narrower_region_concerns_me_as_well(town: None, region: str) -> None:
    by = making.reader()
    come(alert(regions=(region,)))
    assert notices(by) == ["1"]


def test_who_chose_the_whole_county_hears_of_a_village_in_it(town: None) -> None:
    by = folk.person("군민")
    models.Reader.objects.create(person_id=making.person_of(by), hour=8)
    models.Place.objects.create(
        reader_id=making.person_of(by), region="9901000000", zone="SAMPLE01", field="health", level=2
    )
    come(alert())
    assert notices(by) == ["1"]


def test_another_county_hears_nothing(town: None) -> None:
    by = making.reader()
    come(alert(regions=(NOWHERE,)))
    assert notices(by) == []


def test_a_level_that_somebody_chose_counts(town: None) -> None:
    bold, careful = making.reader("담대", level=ImpactLevel.DANGER), making.reader("조심", level=ImpactLevel.ATTENTION)
    come(alert(1, severity=Severity.MINOR))
    come(alert(2, severity=Severity.EXTREME))
    assert (notices(bold), notices(careful)) == (["2"], ["1", "2"])


@pytest.mark.parametrize(
    "changed",
    [{"status": Status.EXERCISE, "note": "훈련"}, {"status": Status.TEST}, {"status": Status.DRAFT}],
)
def test_an_exercise_or_a_test_reaches_nobody(town: None, changed: dict[str, object]) -> None:
    by = making.reader()
    come(alert(**changed))  # type: ignore[arg-type]  # a test changes what it wants
    assert notices(by) == []


def test_what_nobody_signed_reaches_nobody(town: None) -> None:
    by = making.reader()
    with making.at(NOW):
        take(Issuer().signed(alert()))
        tasks.tell_alerts(0)
    assert (notices(by), making.sendings()) == ([], [])


def test_an_upgrade_and_the_all_clear_go_to_exactly_those_who_were_told(town: None) -> None:
    told, bold = making.reader(), making.reader("담대", level=ImpactLevel.DANGER)
    first = alert(1)
    easing = alert(2, minutes=10, kind=MsgType.UPDATE, of=(first,), severity=Severity.MINOR)
    over = clear(3, 20, first, easing)
    come(first)
    come(easing, 11)
    late = making.reader("늦게 온 사람", level=ImpactLevel.WARNING)
    come(over, 21)
    assert notices(told) == ["1", "2", "3"]
    assert (notices(bold), notices(late)) == ([], [])


def test_a_worse_update_reaches_new_people_as_well(town: None) -> None:
    told, bold = making.reader(), making.reader("담대", level=ImpactLevel.DANGER)
    first = alert(1)
    come(first)
    come(alert(2, minutes=10, kind=MsgType.UPDATE, of=(first,), severity=Severity.EXTREME), 11)
    assert (notices(told), notices(bold)) == (["1", "2"], ["2"])


def test_a_cancellation_stops_what_is_not_yet_sent_and_tells_those_who_heard(town: None) -> None:
    told = making.reader()
    first = alert(1)
    come(first)
    come(alert(2, minutes=2, kind=MsgType.CANCEL, of=(first,), note="잘못 보냄"), 3)
    late = making.reader("늦게 온 사람")
    with making.at(SENT + timedelta(minutes=30)):
        tasks.tell_alerts(0)
    assert (notices(told), notices(late)) == (["1", "2"], [])
    states = [one.state for one in making.sendings()]
    assert states[0] is SendingState.STOPPED
    assert models.Letter.objects.filter(stopped_at__isnull=False).count() == 1


def test_what_was_cancelled_before_anybody_heard_is_told_to_nobody(town: None) -> None:
    by = making.reader()
    first = alert(1)
    with making.at(SENT + timedelta(minutes=3)):
        take(ISSUER.signed(first))
        take(ISSUER.signed(alert(2, minutes=2, kind=MsgType.CANCEL, of=(first,), note="잘못 보냄")))
        tasks.tell_alerts(0)
    assert (notices(by), making.sendings()) == ([], [])


def test_a_pin_that_is_taken_away_stops_what_is_on_its_way(town: None) -> None:
    by = making.reader()
    steward = folk.steward()
    pin = next(iter(models.Pin.objects.values_list("id", flat=True)))
    come(alert())
    with making.at(NOW + timedelta(minutes=1)):
        actions.unpin(steward, PinId(pin), SENT - timedelta(minutes=1), key=key())
        tasks.tell_alerts(0)
    assert notices(by) == ["1"]
    assert [one.state for one in making.sendings()] == [SendingState.STOPPED]


def test_nothing_is_told_when_it_is_over(town: None) -> None:
    by = making.reader()
    with making.at(NOW):
        take(ISSUER.signed(alert()))
    with making.at(SENT + timedelta(hours=12)):
        tasks.tell_alerts(0)
    assert notices(by) == []
    assert not models.Alert.objects.filter(tell_at__isnull=False).exists()


def test_the_night_is_broken_for_life_and_death_and_for_nothing_else(town: None) -> None:
    by = making.reader()
    hours = (NIGHT - SENT).total_seconds() / 60
    come(alert(1, minutes=int(hours), severity=Severity.MODERATE), hours + 1)
    assert notices(by) == []
    come(alert(2, minutes=int(hours), severity=Severity.SEVERE), hours + 2)
    assert notices(by) == ["2"]
    with making.at(NIGHT.replace(hour=8) + timedelta(days=1)):
        tasks.tell_alerts(0)
    assert notices(by) == ["2", "1"]
    said = {
        row.alert.identifier[-1]: row.breaks_quiet for row in models.Notice.objects.select_related("alert") if row.alert
    }
    assert said == {"1": False, "2": True}
    assert {one.purpose for one in making.sendings()} == {Purpose.SAFETY, Purpose.INFO}


def test_who_chooses_a_place_later_hears_what_still_holds(town: None) -> None:
    come(alert())
    with making.at(NOW + timedelta(minutes=20)):
        by = making.reader("새로 온 사람")
        tasks.tell_alerts(0)
    assert notices(by) == ["1"]


def test_everybody_is_told_in_small_rounds_as_well(town: None) -> None:
    people = [making.reader(f"사람 {number}") for number in range(5)]
    wording = actions.AlertWording(lambda kept, what: "말", "말", "보기", lambda one: "/forecasts/")
    with making.at(NOW):
        take(ISSUER.signed(alert()))
        for _round in range(20):
            if not actions.tell_alerts(making.BY, wording, most=2):
                break
    assert [notices(one) for one in people] == [["1"]] * 5


def test_a_reader_says_that_it_is_read(town: None) -> None:
    by = making.reader("어머니")
    come(alert())
    (told,) = making.told(by)
    assert told.alert is not None
    with making.at(NOW):
        actions.mark_read(by, told.id, key=key())
    assert models.Notice.objects.get(alert__isnull=False).read_at == NOW


def spoken(**changed: object) -> Spoken:
    said = Spoken(ImpactLevel.WARNING, True, False, False, SenderRole.AUTHORITY, SENT + timedelta(hours=1))
    return replace(said, **changed)  # type: ignore[arg-type]  # a test changes what it wants


def hearer(before: ImpactLevel | None = None, wanted: ImpactLevel | None = ImpactLevel.CAUTION) -> Hearer:
    return Hearer(ReaderId(UUID(int=1)), "Asia/Seoul", 8, before, wanted)


@pytest.mark.parametrize(
    ("one", "who", "what"),
    [
        (spoken(), hearer(), AlertTelling.FIRST),
        (spoken(), hearer(wanted=None), None),
        (spoken(level=ImpactLevel.ATTENTION), hearer(), None),
        (spoken(), hearer(ImpactLevel.CAUTION), AlertTelling.UPGRADE),
        (spoken(), hearer(ImpactLevel.WARNING, None), AlertTelling.CHANGED),
        (spoken(), hearer(ImpactLevel.DANGER, None), AlertTelling.DOWNGRADE),
        (spoken(is_all_clear=True), hearer(ImpactLevel.CAUTION), AlertTelling.ALL_CLEAR),
        (spoken(is_all_clear=True), hearer(), None),
        (spoken(is_cancelled=True, is_all_clear=True), hearer(ImpactLevel.DANGER), AlertTelling.CANCELLED),
    ],
)
def test_what_it_is_to_whom(one: Spoken, who: Hearer, what: AlertTelling | None) -> None:
    assert alerting.telling(one, who) is what


@pytest.mark.parametrize(
    ("one", "what", "breaks"),
    [
        (spoken(), AlertTelling.FIRST, True),
        (spoken(), AlertTelling.UPGRADE, True),
        (spoken(), AlertTelling.CHANGED, False),
        (spoken(), AlertTelling.ALL_CLEAR, False),
        (spoken(is_for_life=False), AlertTelling.FIRST, False),
        (spoken(role=SenderRole.MIRROR), AlertTelling.FIRST, False),
        (spoken(role=SenderRole.COUNTY), AlertTelling.FIRST, True),
    ],
)
def test_which_role_and_what_may_break_the_night(one: Spoken, what: AlertTelling, breaks: bool) -> None:
    assert alerting.breaks_quiet(one, what) is breaks
    assert alerting.is_due(one, what, hearer(), NIGHT - timedelta(days=2)) is breaks
