"""Distances, areas and the plane agree with each other and with known figures."""

from math import dist, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import geo
from dure.base.geo import Bounds, Point

korea = st.builds(Point, st.floats(33, 39), st.floats(124.5, 131))
SEOUL, BUSAN = Point(37.5665, 126.9780), Point(35.1796, 129.0756)
SQUARE = [[[[127.0, 37.0], [127.1, 37.0], [127.1, 37.1], [127.0, 37.1], [127.0, 37.0]]]]
HOLE = [[127.04, 37.04], [127.06, 37.04], [127.06, 37.06], [127.04, 37.06], [127.04, 37.04]]


def test_seoul_to_busan() -> None:
    assert geo.distance_m(SEOUL, BUSAN) == pytest.approx(325_000, rel=0.01)


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude() -> None:
    assert geo.distance_m(Point(36.5, 127), Point(37.5, 127)) == pytest.approx(111_195, rel=1e-4)
    assert geo.distance_m(Point(37, 127), Point(37, 128)) == pytest.approx(88_800, rel=1e-3)


@given(korea, korea)
def test_distance_is_symmetric_and_zero_only_at_home(a: Point, b: Point) -> None:
    assert geo.distance_m(a, b) == pytest.approx(geo.distance_m(b, a))
    assert geo.distance_m(a, a) == 0


@given(korea, korea)
def test_the_chord_between_unit_points_is_the_chord_of_the_great_circle(a: Point, b: Point) -> None:
    straight = dist(geo.unit_xyz(a), geo.unit_xyz(b))
    assert isclose(straight, geo.chord(geo.distance_m(a, b)), rel_tol=1e-6, abs_tol=1e-12)


@given(korea, korea)
def test_near_the_meridian_the_plane_measures_like_the_sphere(a: Point, b: Point) -> None:
    centre = Point(36, 127.5)
    flat = dist(geo.on_plane(a, centre), geo.on_plane(b, centre))
    assert flat == pytest.approx(geo.distance_m(a, b), rel=0.003, abs=0.01)


def test_area_inside_and_bounds_of_a_square_with_a_hole() -> None:
    assert geo.area_km2(SQUARE) == pytest.approx(11.12 * 8.88, rel=0.002)
    with_hole = [[*SQUARE[0], HOLE]]
    assert geo.area_km2(with_hole) == pytest.approx(geo.area_km2(SQUARE) * 0.96, rel=0.001)
    assert geo.bounds(with_hole) == Bounds(127.0, 37.0, 127.1, 37.1)
    assert geo.inside(with_hole, Point(37.02, 127.02))
    assert not geo.inside(with_hole, Point(37.05, 127.05))
    assert not geo.inside(with_hole, Point(37.2, 127.05))


@given(korea)
def test_what_is_inside_is_inside_the_bounds(point: Point) -> None:
    assert not geo.inside(SQUARE, point) or geo.bounds(SQUARE).holds(point)
