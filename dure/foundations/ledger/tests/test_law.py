"""Donation law: golden sums at every edge, then what must hold for any sum."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.foundations.ledger.rules import law
from dure.foundations.ledger.types.law import Authority, DutyKind, Paragraph

SUMS = st.integers(0, 10**13)


@pytest.mark.parametrize(
    ("total", "cap"),
    [
        (0, 0),
        (1_000_000_000, 150_000_000),
        (1_000_000_001, 130_000_000),
        (10_000_000_000, 1_300_000_000),
        (10_000_000_001, 1_200_000_000),
        (20_000_000_000, 2_400_000_000),
        (20_000_000_001, 2_000_000_000),
        (99, 14),  # rounded down: never a won too much
    ],
)
def test_cost_cap_at_the_edges(total: int, cap: int) -> None:
    assert law.cost_cap(total) == cap


@pytest.mark.parametrize(
    ("donated", "credit"),
    [(0, 0), (10_000, 1_500), (10_000_000, 1_500_000), (10_000_001, 1_500_000), (12_000_000, 2_100_000)],
)
def test_tax_credit(donated: int, credit: int) -> None:
    assert law.tax_credit(donated) == credit


@given(SUMS, SUMS)
def test_more_donated_is_never_less_credit(one: int, more: int) -> None:
    assert law.tax_credit(one) <= law.tax_credit(one + more) <= (one + more) * 30 // 100


@given(SUMS)
def test_the_cap_stays_within_the_act(total: int) -> None:
    assert 0 <= law.cost_cap(total) <= total * 15 // 100


@pytest.mark.parametrize(
    ("total", "with_whom"),
    [
        (9_999_999, None),
        (10_000_000, Authority.PROVINCE),
        (1_000_000_000, Authority.PROVINCE),
        (1_000_000_001, Authority.INTERIOR_MINISTRY),
    ],
)
def test_who_registers_it(total: int, with_whom: Authority | None) -> None:
    assert law.authority(total) == with_whom


def test_duties_with_their_days() -> None:
    found = law.duties(30_000_000, date(2026, 3, 2), date(2026, 5, 31), date(2026, 12, 20))
    assert [(duty.kind, duty.due) for duty in found] == [
        (DutyKind.REGISTER, date(2026, 3, 2)),
        (DutyKind.USE_MONEY, date(2028, 3, 2)),
        (DutyKind.REQUEST_AUDIT, date(2027, 1, 19)),
        (DutyKind.REPORT_USE, date(2027, 2, 18)),
    ]
    assert found[0].authority is found[-1].authority is Authority.PROVINCE


def test_days_that_count_from_the_last_use_are_open_until_then() -> None:
    found = {duty.kind: duty.due for duty in law.duties(10**10, date(2026, 1, 1), None, None)}
    assert found[DutyKind.REQUEST_AUDIT] is None
    assert found[DutyKind.REPORT_USE] is None


def test_a_small_collection_has_no_such_duties() -> None:
    assert law.duties(9_999_999, date(2026, 1, 1), None, None) == ()


def test_a_leap_day_ends_on_the_28th() -> None:
    assert law.years_later(date(2028, 2, 29), 2) == date(2030, 2, 28)
    assert law.years_later(date(2028, 2, 29), 4) == date(2032, 2, 29)


@given(SUMS, st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 900))
def test_every_duty_names_a_paragraph_we_can_show(total: int, opened: date, days: int) -> None:
    for duty in law.duties(total, opened, None, date.fromordinal(opened.toordinal() + days)):
        assert law.SOURCES[duty.paragraph].article
        assert duty.due is not None
        assert duty.due >= opened


def test_every_paragraph_has_a_source() -> None:
    assert set(law.SOURCES) == set(Paragraph)


def test_nonsense_is_a_bug() -> None:
    with pytest.raises(ValueError, match="negative"):
        law.cost_cap(-1)
    with pytest.raises(ValueError, match="closes after"):
        law.duties(10**8, date(2026, 2, 1), date(2026, 1, 1), None)
