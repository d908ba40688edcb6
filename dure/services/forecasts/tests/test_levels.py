"""Two scales that cannot be mixed; never colour alone."""

from typing import Any

import pytest

from dure.services.forecasts.rules import levels
from dure.services.forecasts.types import Colour, CrisisLevel, ImpactLevel, Severity, Urgency


def test_levels_of_one_scale_have_an_order() -> None:
    assert sorted(ImpactLevel, reverse=True)[0] is ImpactLevel.DANGER
    assert max(CrisisLevel) is CrisisLevel.SERIOUS
    assert ImpactLevel.CAUTION >= ImpactLevel.ATTENTION


def test_levels_of_two_scales_have_none() -> None:
    one: Any = ImpactLevel.ATTENTION
    other: Any = CrisisLevel.ATTENTION
    assert one != other
    for compare in (
        lambda: one < other,
        lambda: one >= other,
        lambda: other < one,
        lambda: one < 3,
        lambda: max(one, other),
    ):
        with pytest.raises(TypeError):
            compare()


def test_each_level_has_its_official_colour_and_a_shape_of_its_own() -> None:
    impact = [levels.IMPACT[level] for level in sorted(ImpactLevel)]
    crisis = [levels.CRISIS[level] for level in sorted(CrisisLevel)]
    assert [look.colour for look in impact] == [Colour.GREY, Colour.GREEN, Colour.YELLOW, Colour.ORANGE, Colour.RED]
    assert [look.colour for look in crisis] == [Colour.BLUE, Colour.YELLOW, Colour.ORANGE, Colour.RED]
    assert len({look.mark for look in impact + crisis}) == len(impact) + len(crisis)


def test_what_is_about_life_and_death() -> None:
    assert [levels.is_for_life(level) for level in sorted(ImpactLevel)] == [False, False, False, True, True]
    for urgency in Urgency:
        for severity in Severity:
            soon = urgency in (Urgency.IMMEDIATE, Urgency.EXPECTED)
            assert levels.is_alert_for_life(urgency, severity) is (
                soon and severity in (Severity.SEVERE, Severity.EXTREME)
            )
    assert not levels.is_alert_for_life(None, None)
