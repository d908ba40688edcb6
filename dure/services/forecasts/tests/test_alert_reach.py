"""Where an alert reaches people that names no region: the towns in its shape, and the regions that a steward names."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import geo
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.foundations.places import actions as places
from dure.foundations.places import queries as known
from dure.foundations.places.types import Level, Region, RegionDraft, System
from dure.kit import tx
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules.cap import ground, keeping
from dure.services.forecasts.types import (
    Alert,
    Area,
    Circle,
    ImpactLevel,
    MsgType,
    Named,
    NothingToTell,
    PinId,
    Point,
    Polygon,
    Severity,
    Status,
)

from . import making
from .issuers import NOW, Issuer, alert, area, take
from .making import BY, NORTH, SOUTH, key
from .test_alerting import notices
from .test_pages import page, post

ISSUER = Issuer()
COUNTY = "9903000000"
HILL, DALE, SHORE = "9903011000", "9903012000", "9903013000"  # 36.10, 36.20 and 36.30 north
CENTRES = {HILL: geo.Point(36.1, 128.5), DALE: geo.Point(36.2, 128.5), SHORE: geo.Point(36.3, 128.5)}


def polygon(south: float, west: float, north: float, east: float) -> Polygon:
    corners = ((south, west), (south, east), (north, east), (north, west), (south, west))
    return Polygon(tuple(Point(Decimal(f"{lat:.4f}"), Decimal(f"{lon:.4f}")) for lat, lon in corners))


def circle(lat: float, lon: float, kilometres: float) -> Circle:
    return Circle(Point(Decimal(f"{lat:.4f}"), Decimal(f"{lon:.4f}")), Decimal(f"{kilometres:.2f}"))


def towns() -> list[Region]:
    return [
        Region(code, System.MOIS, Level.DONG, f"마을{code[5]}", f"예시도 그림군 마을{code[5]}", COUNTY, centre=centre)
        for code, centre in CENTRES.items()
    ]


def drawing(*shapes: Polygon | Circle, number: int = 1, **changed: object) -> Alert:
    """An alert whose only area is drawn."""
    made = alert(number, **changed)  # type: ignore[arg-type]  # a test changes what it wants
    drawn = Area(
        area_desc="그림군 마을 일대",
        polygons=tuple(one for one in shapes if isinstance(one, Polygon)),
        circles=tuple(one for one in shapes if isinstance(one, Circle)),
    )
    return replace(made, segments=(replace(made.segments[0], areas=(drawn,)),))


def reached(*shapes: Polygon | Circle) -> set[str]:
    found = ground.reached(ground.drawn(drawing(*shapes)), towns())
    return {one.ljust(10, "0") for some in found.values() for one in some}


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        (polygon(36.05, 128.4, 36.22, 128.6), {HILL, DALE}),
        (polygon(36.0, 128.0, 36.5, 129.0), {HILL, DALE, SHORE}),
        (circle(36.2, 128.5, 1), {DALE}),
        (circle(36.2, 128.5, 0), {DALE}),  # a point: the town nearest to it
        (circle(36.12, 128.5, 12), {HILL, DALE}),
        (polygon(36.11, 128.52, 36.12, 128.53), {HILL}),  # no centre in it, and still in one of them
        (polygon(36.14, 128.5, 36.16, 128.51), {HILL, DALE}),  # it lies between two
        (polygon(37.0, 128.5, 37.1, 128.6), set()),  # far from every town
        (circle(-36.2, -50, 3), set()),
    ],
)
def test_a_shape_reaches_the_towns_in_it_and_beside_its_border(shape: Polygon | Circle, codes: set[str]) -> None:
    assert reached(shape) == codes


spots = st.floats(35.9, 36.5), st.floats(128.2, 128.8)


@given(*spots, st.floats(0.001, 0.4), st.floats(0.001, 0.4))
def test_no_town_in_a_shape_is_left_out_and_none_is_far_from_it(
    south: float, west: float, high: float, wide: float
) -> None:
    shape = polygon(south, west, south + high, west + wide)
    found, lats, lons = (
        reached(shape),
        [float(one.lat) for one in shape.points],
        [float(one.lon) for one in shape.points],
    )
    box = geo.Bounds(min(lons), min(lats), max(lons), max(lats))
    inside = {code for code, at in CENTRES.items() if min(lats) < at.lat < max(lats) and min(lons) < at.lon < max(lons)}
    assert inside <= found
    for code in found - inside:
        at = CENTRES[code]
        edge = geo.Point(min(max(at.lat, box.south), box.north), min(max(at.lon, box.west), box.east))
        assert geo.distance_m(at, edge) <= ground.NEAR_METRES_MAX * 1.01  # the edge of a box is no great circle


def test_what_names_a_region_is_not_looked_up_by_its_shape() -> None:
    shape = polygon(36.05, 128.4, 36.22, 128.6)
    made = drawing(shape)
    coded = replace(made.segments[0].areas[0], geocodes=(Named("행정구역코드", NORTH),))
    other = replace(made.segments[0].areas[0], geocodes=(Named("FIPS6", "006109"),))
    assert ground.drawn(replace(made, segments=(replace(made.segments[0], areas=(coded,)),))) == ()
    assert ground.drawn(replace(made, segments=(replace(made.segments[0], areas=(other,)),))) == (shape,)


def test_what_is_not_on_earth_reaches_nobody() -> None:
    assert ground.drawn(drawing(circle(95, 128, 1))) == ground.drawn(drawing(circle(35, 128, -1))) == ()
    assert ground.box(()) is None
    for place in (circle(90, 0, 50), circle(0, 180, 30_000), circle(-90, -180, 1)):
        assert ground.box((place,)) is not None


def test_more_work_than_anybody_needs_is_not_done() -> None:
    fine = Polygon(polygon(36.0, 128.0, 36.5, 129.0).points * 4_000)
    many = [replace(towns()[0], code=f"9903{number:06}") for number in range(200)]
    assert ground.reached((fine,), many) == {}


def test_too_many_towns_become_the_counties_around_them() -> None:
    many = [replace(towns()[0], code=f"99030{number:05}") for number in range(1, keeping.REGIONS_MAX + 2)]
    shape = circle(36.1, 128.5, 5)
    assert ground.reached((shape,), many) == {shape: (keeping.beginning(COUNTY),)}


@pytest.fixture
def town(db: None) -> Iterator[Actor]:
    making.ground()
    making.channel()
    around = Region(COUNTY, System.MOIS, Level.SIGUNGU, "그림군", "예시도 그림군", "9900000000")
    with tx.durable():
        places.load_regions(BY, [RegionDraft(around), *map(RegionDraft, towns())])
    with making.at(NOW - timedelta(hours=1)):
        by = folk.steward()
        ISSUER.pinned(by)
    with making.at(NOW):
        yield by


def reader(name: str, region: str) -> Actor:
    """Somebody who chose a town, by a table of zones of which it is no part."""
    by = folk.person(name)
    models.Reader.objects.create(person_id=making.person_of(by), hour=8)
    models.Place.objects.create(
        reader_id=making.person_of(by), region=region, zone="SAMPLE01", field="health", level=ImpactLevel.CAUTION.value
    )
    return by


def test_a_box_asks_for_the_towns_in_it(town: Actor) -> None:
    box = geo.Bounds(128, 36.15, 129, 36.35)
    assert [one.code for one in known.towns_inside(box)] == [DALE, SHORE]


def test_an_alert_that_is_only_drawn_is_told_in_the_towns_that_it_reaches(town: Actor) -> None:
    here, far = reader("가까이", DALE), reader("멀리", SHORE)
    taken = take(ISSUER.signed(drawing(circle(36.2, 128.5, 2))))
    tasks.tell_alerts(0)
    assert (notices(here), notices(far)) == (["1"], [])
    reach = queries.alert_reach(town, taken.id)
    assert (reach.said, reach.drawn, reach.added, reach.told) == ((), (keeping.beginning(DALE),), (), 1)
    shown = page(town, f"/desk/forecasts/alerts/{taken.id}/")
    assert "예시도 그림군 마을1" in shown


def test_nobody_hears_of_an_alert_at_sea_until_a_steward_says_where(town: Actor) -> None:
    here, there = making.reader("북쪽"), making.reader("남쪽", region=SOUTH)
    taken = take(ISSUER.signed(drawing(circle(34.0, 130.0, 1), severity=Severity.MODERATE)))
    tasks.tell_alerts(0)
    assert (notices(here), queries.alert_reach(town, taken.id).is_nowhere) == ([], True)
    shown = page(town, f"/desk/forecasts/alerts/{taken.id}/")
    assert "아무에게도 알리지 않습니다" in shown
    said = key()
    assert [actions.tell_regions(town, taken.id, [NORTH, NORTH], key=said) for _twice in range(2)] == [1, 1]
    tasks.tell_alerts(0)
    assert actions.tell_regions(town, taken.id, [NORTH], key=key()) == 0
    tasks.tell_alerts(0)
    assert (notices(here), notices(there)) == (["1"], [])
    assert actions.tell_regions(town, taken.id, [SOUTH], key=key()) == 1
    tasks.tell_alerts(0)
    assert (notices(here), notices(there)) == (["1"], ["1"])
    reach = queries.alert_reach(town, taken.id)
    assert (reach.added, reach.added_by, reach.told) == ((NORTH, SOUTH), town.person, 2)


def test_whoever_heard_by_a_steward_hears_how_it_goes_on(town: Actor) -> None:
    here = making.reader()
    first = drawing(circle(34.0, 130.0, 1))
    taken = take(ISSUER.signed(first))
    actions.tell_regions(town, taken.id, [NORTH], key=key())
    tasks.tell_alerts(0)
    worse = drawing(
        circle(34.0, 130.0, 1), number=2, minutes=1, kind=MsgType.UPDATE, of=(first,), severity=Severity.EXTREME
    )
    take(ISSUER.signed(worse))
    tasks.tell_alerts(0)
    assert notices(here) == ["1", "2"]


def test_what_a_steward_added_stays_when_the_pin_is_judged_anew(town: Actor) -> None:
    taken = take(ISSUER.signed(drawing(circle(34.0, 130.0, 1))))
    actions.tell_regions(town, taken.id, [NORTH], key=key())
    pin = PinId(models.Pin.objects.get().id)
    with making.at(NOW + timedelta(minutes=1)):
        actions.unpin(town, pin, NOW - timedelta(hours=1), key=key())
        with pytest.raises(NothingToTell):
            actions.tell_regions(town, taken.id, [SOUTH], key=key())
        ISSUER.pinned(town)
    assert models.Alert.objects.get(id=taken.id).regions == keeping.beginning(NORTH)


def test_what_is_over_unsigned_or_no_alert_for_people_is_told_nowhere_else(town: Actor) -> None:
    first = drawing(circle(34.0, 130.0, 1))
    unsigned = take(Issuer("other@example.org").signed(replace(first, sender="other@example.org")))
    exercise = take(
        ISSUER.signed(replace(drawing(circle(34.0, 130.0, 1), number=3), status=Status.EXERCISE, note="훈련"))
    )
    taken = take(ISSUER.signed(first))
    take(ISSUER.signed(alert(4, minutes=1, kind=MsgType.CANCEL, of=(first,), note="잘못 보냄")))
    for one in (unsigned, exercise, taken):
        with pytest.raises(NothingToTell):
            actions.tell_regions(town, one.id, [NORTH], key=key())


@pytest.mark.parametrize("regions", [[], ["9999999999"], [f"99{number:08}" for number in range(60)]])
def test_regions_that_nobody_knows_or_too_many_are_refused(town: Actor, regions: list[str]) -> None:
    taken = take(ISSUER.signed(drawing(circle(34.0, 130.0, 1))))
    with pytest.raises(BadValue):
        actions.tell_regions(town, taken.id, regions, key=key())
    assert not models.AlertRegion.objects.exists()


def test_by_two_taps_at_the_desk(town: Actor) -> None:
    here = making.reader()
    made = drawing(circle(34.0, 130.0, 1))
    named = replace(made.segments[0].areas[0], area_desc="먼바다, 나루리, 어디도 아닌 곳")
    taken = take(ISSUER.signed(replace(made, segments=(replace(made.segments[0], areas=(named,)),))))
    address = f"/desk/forecasts/alerts/{taken.id}/"
    assert f'value="{NORTH}"' in page(town, address)  # the name stands in the alert: one tap, and one to tell
    assert post(town, address, ticked=NORTH, region_names="") == 303
    tasks.tell_alerts(0)
    assert notices(here) == ["1"]
    assert f'value="{NORTH}"' not in page(town, address)
    assert post(town, address, region_names="아무 데도 아닌 곳") == 422
    assert post(town, address, region_names="") == 422
    assert post(folk.auditor(), address, region_names="윗말") == 403
    with pytest.raises(NotAllowed):
        actions.tell_regions(here, taken.id, [SOUTH], key=key())


def test_of_what_is_not_believed_nobody_looks_where_it_lies_until_it_is(town: Actor) -> None:
    other = Issuer("other@example.org")
    made = replace(drawing(circle(36.2, 128.5, 2)), sender=other.sender)
    taken = take(other.signed(made))
    row = models.Alert.objects.get(id=taken.id)
    assert (row.regions, bytes(row.placed)) == ("", b"[]")
    other.pinned(town)
    row.refresh_from_db()
    assert (row.regions, bytes(row.placed)) == (
        keeping.beginning(DALE),
        b'[{"regions":["%s"],"is_whole":true}]' % keeping.beginning(DALE).encode(),
    )


def test_more_regions_of_segments_than_anybody_needs_are_known_of_the_whole_only(town: Actor) -> None:
    """However often it says the same, the row stays small; and nobody is let go by it."""
    made = drawing(polygon(36.0, 128.0, 36.5, 129.0))
    codes = tuple(f"99{number:08}" for number in range(11, 11 + keeping.REGIONS_MAX))
    wide = replace(made.segments[0], areas=(area(*codes),))
    for count, is_noted in ((2, True), (12, False)):
        said = replace(made, identifier=f"예시{count:010}", segments=(wide,) * (count - 1) + made.segments)
        taken = take(ISSUER.signed(said))
        row = models.Alert.objects.get(id=taken.id)
        assert (bytes(row.placed) != b"[]") is is_noted
        kept = queries.alert(taken.id)
        parts = keeping.parts(kept.alert, (), kept.regions)
        assert not any(part.is_placed for part in parts)
        assert keeping.beginning(DALE) in kept.regions


def test_an_area_of_codes_is_shown_as_such(town: Actor) -> None:
    made = alert()
    taken = take(ISSUER.signed(replace(made, segments=(replace(made.segments[0], areas=(area(NORTH),)),))))
    assert queries.alert_reach(town, taken.id).said == (keeping.beginning(NORTH),)
