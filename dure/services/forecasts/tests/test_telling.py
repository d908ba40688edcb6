"""From an answer of the authority to a message, on the real database: once, to exactly those concerned, never late."""

from datetime import timedelta

import pytest

from dure.foundations.channels.types import Purpose, SendingState
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import OrgKind
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.types import (
    Field,
    ImpactLevel,
    NewPlace,
    NoZoneHere,
    NoZones,
    PlacesFull,
    SenderRole,
    Zone,
    ZoneTable,
)

from . import making
from .making import MORNING, NORTH, SOUTH, Said, at, hear, key, kinds, tell, told

LATER = "202607201530"


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


def test_an_ordinary_level_comes_at_the_hour_and_once(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear(Said(2))
        tell()
        assert told(by) == ()
    with at(MORNING + timedelta(hours=20, minutes=20)):  # 08:00 of the next day
        assert tell() == 1
        assert (kinds(by), tell()) == ([("first", 2)], 0)
    assert [one.purpose for one in making.sendings()] == [Purpose.INFO]
    assert making.waiting_for(by) == 1


def test_a_warning_of_life_and_death_comes_at_once_at_night_as_well(ground: None) -> None:
    night = MORNING.replace(hour=23)
    with at(night):
        by = making.reader()
        hear(Said(3, issued="202607202250"))
        tell()
        [notice] = told(by)
        assert notice.changes[0].breaks_quiet
        [sending] = making.sendings()
        assert (sending.purpose, sending.expires_at) == (Purpose.SAFETY, notice.changes[0].expires)


def test_what_is_passed_on_wakes_nobody(ground: None) -> None:
    with at(MORNING.replace(hour=23)):
        by = making.reader()
        hear(Said(4, issued="202607202250"), role=SenderRole.MIRROR)
        tell()
        assert told(by) == ()


def test_a_channel_of_no_public_body_sends_no_safety_message(db: None) -> None:
    making.ground()
    making.channel(OrgKind.NGO)
    with at(MORNING):
        by = making.reader()
        hear(Said(4))
        tell()
        assert kinds(by) == [("first", 4)]
    assert [one.purpose for one in making.sendings()] == [Purpose.INFO]


def test_without_a_channel_it_stands_on_the_page(db: None) -> None:
    making.ground()
    with at(MORNING):
        by = making.reader()
        hear(Said(3))
        tell()
        assert kinds(by) == [("first", 3)]
    assert making.sendings() == []


def test_upgrade_downgrade_and_all_clear_go_to_exactly_those_told(ground: None) -> None:
    with at(MORNING):
        low, high = making.reader(), making.reader("이예시", level=ImpactLevel.DANGER)
        other = making.reader("박예시", region=SOUTH)
        hear(Said(3))
        tell()
    with at(MORNING + timedelta(hours=2)):
        hear(Said(4, issued="202607201330"))
        tell()
    with at(MORNING + timedelta(hours=4)):
        hear(Said(1, issued="202607201530"))
        tell()
    with at(MORNING + timedelta(hours=5)):
        hear(Said(0, issued="202607201630"))
        tell()
    assert kinds(low) == [("first", 3), ("upgrade", 4), ("downgrade", 1), ("all_clear", 0)]
    assert kinds(high) == [("first", 4), ("downgrade", 1), ("all_clear", 0)]
    assert kinds(other) == []


def test_two_places_of_one_reader_are_one_message(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        actions.choose_place(by, NewPlace(SOUTH, Field.HEALTH, ImpactLevel.CAUTION), key=key())
        hear(Said(3), Said(4, zone="SAMPLE02"))
        tell()
        [notice] = told(by)
        assert [change.level.value for change in notice.changes] == [4, 3]
    assert making.waiting_for(by) == 1


def test_readers_of_the_same_words_share_a_sending(ground: None) -> None:
    with at(MORNING):
        for name in ("가예시", "나예시", "다예시"):
            making.reader(name)
        hear(Said(3))
        tell()
    [sending] = making.sendings()
    assert (sending.count, models.Letter.objects.count(), models.Notice.objects.count()) == (3, 1, 3)


def test_what_is_no_longer_true_is_stopped_before_it_is_sent(ground: None) -> None:
    with at(MORNING):
        making.reader()
        hear(Said(3))
        tell()
    with at(MORNING + timedelta(hours=2)):
        hear(Said(0, issued="202607201330"))
    [sending] = making.sendings()
    assert sending.state == SendingState.STOPPED
    assert models.Letter.objects.get().stopped_at is not None


def test_the_same_level_said_again_stops_and_tells_nothing(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear(Said(3))
        tell()
    with at(MORNING + timedelta(hours=2)):
        hear(Said(3, issued="202607201330"))
        tell()
    assert kinds(by) == [("first", 3)]
    assert [one.state for one in making.sendings()] == [SendingState.OPEN]


def test_what_has_expired_is_never_sent(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear(Said(3))
    with at(MORNING.replace(day=22, hour=0, minute=0)):  # the 21st is over; nobody looked before
        tell()
    assert told(by) == ()


def test_the_same_level_by_the_authority_breaks_the_night_and_stops_nothing(ground: None) -> None:
    with at(MORNING):
        awake = making.reader(hour=23)
        asleep = making.reader("이예시")
    with at(MORNING.replace(hour=23)):
        hear(Said(3, issued="202607202250"), role=SenderRole.MIRROR)
        tell()
    assert (kinds(awake), kinds(asleep)) == ([("first", 3)], [])
    with at(MORNING.replace(hour=23, minute=50)):
        hear(Said(3, issued="202607202340"))
        tell()
    assert (kinds(awake), kinds(asleep)) == ([("first", 3)], [("first", 3)])
    assert {one.state for one in making.sendings()} == {SendingState.OPEN}


def test_what_is_only_passed_on_is_no_warning_of_danger(ground: None) -> None:
    """It would climb to paid ways, and ring at night."""
    with at(MORNING.replace(hour=20, minute=58)):
        making.reader()
        hear(Said(4), role=SenderRole.MIRROR)
        tell()
    assert [one.purpose for one in making.sendings()] == [Purpose.INFO]


def test_no_data_takes_nothing_back(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear(Said(3))
        tell()
    for content, content_type in ((b"", "text/plain"), (b"<!DOCTYPE html><html></html>", "text/html")):
        with at(MORNING + timedelta(hours=1)):
            kept = making.hear_bytes(content, content_type)
            assert (kept.is_good, kept.changed) == (False, 0)
            tell()
    assert kinds(by) == [("first", 3)]
    with at(MORNING + timedelta(hours=1)):
        assert queries.cells({("SAMPLE01", Field.HEALTH)})["SAMPLE01", Field.HEALTH][1].standing is not None


def test_a_zone_left_out_of_a_later_issue_is_clear_though_an_older_one_names_it(ground: None) -> None:
    """An answer holds the issues of two days; what the older one says does not keep the newer one from taking it back."""
    with at(MORNING):
        by = making.reader()
        hear(Said(3), Said(2, zone="SAMPLE02"))
        tell()
    with at(MORNING + timedelta(hours=4)):
        again = Said(2, zone="SAMPLE02", issued=LATER, number=2)
        hear(Said(3), Said(2, zone="SAMPLE02"), again)
        tell()
    assert kinds(by) == [("first", 3), ("all_clear", 0)]


def test_a_place_chosen_later_hears_what_stands(ground: None) -> None:
    with at(MORNING):
        hear(Said(3))
        by = making.reader()
        tell()
    assert kinds(by) == [("first", 3)]


def test_a_place_taken_away_hears_nothing_more(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear(Said(3))
        tell()
        [place] = queries.places(by)
        actions.drop_place(by, place.id, key=key())
    with at(MORNING + timedelta(hours=2)):
        hear(Said(0, issued="202607201330"))
        tell()
    assert kinds(by) == [("first", 3)]


def test_a_dong_resolves_to_its_zone_and_moves_with_the_table(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        assert [one.zone for one in queries.places(by)] == ["SAMPLE01"]
        new = (Zone("SAMPLE03", "나루", ("9901025021",)), *making.ZONES)
        actions.put_zones(making.BY, ZoneTable("next", MORNING.date() + timedelta(days=1), new, is_sample=True))
        assert actions.resolve_places(making.BY) == 0
    with at(MORNING + timedelta(days=1)):
        assert actions.resolve_places(making.BY) == 1
        assert [one.zone_name for one in queries.places(by)] == ["나루"]


def test_a_place_without_a_zone_is_refused(ground: None) -> None:
    with pytest.raises(NoZoneHere):
        making.reader(region=making.NOWHERE)
    models.Zone.objects.all().delete()
    models.ZoneTable.objects.all().delete()
    with pytest.raises(NoZones):
        making.reader("이예시")


def test_places_have_a_limit(ground: None, monkeypatch: pytest.MonkeyPatch) -> None:
    by = making.reader()
    for number in range(29):
        models.Place.objects.create(reader_id=by.person, region=f"99{number:08}", zone="X", field="health", level=2)
    with pytest.raises(PlacesFull):
        actions.choose_place(by, NewPlace(NORTH, Field.FARMING, ImpactLevel.CAUTION), key=key())
    actions.choose_place(by, NewPlace(NORTH, Field.HEALTH, ImpactLevel.DANGER), key=key())  # the same place: changed


def test_reading_is_noted_once_and_only_by_the_reader(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear(Said(3))
        tell()
        [notice] = told(by)
        actions.mark_read(by, notice.id, key=key())
        first = told(by)[0].read_at
    with at(MORNING + timedelta(hours=1)):
        actions.mark_read(by, notice.id, key=key())
    assert told(by)[0].read_at == first == MORNING


def test_a_month_later_nothing_is_kept(ground: None) -> None:
    with at(MORNING):
        making.watched(folk.person("아이"), making.reader())
        hear(Said(3))
        tell()
    with at(MORNING + timedelta(days=40)):
        while actions.sweep(making.BY):
            pass
    for model in (models.Told, models.Notice, models.Letter, models.Standing, models.FeedAnswer):
        assert not model.objects.exists(), model


def test_a_closed_account_leaves_nothing(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), making.reader()
        making.watched(child, mother)
        hear(Said(3))
        tell()
        assert actions.forget_person(making.BY, making.person_of(mother)) > 0
        assert actions.forget_person(making.BY, making.person_of(mother)) == 0
    assert not models.Notice.objects.exists()
    assert not models.Watch.objects.exists()
