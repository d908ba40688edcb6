"""What stands for each level: an official colour and a shape. The word is in `names`."""

from collections.abc import Mapping

from dure.services.forecasts.types import (
    Colour,
    CrisisLevel,
    ImpactLevel,
    Look,
    Mark,
    Severity,
    Urgency,
    WarningDegree,
)

IMPACT: Mapping[ImpactLevel, Look] = {
    ImpactLevel.NONE: Look(Colour.GREY, Mark.DASH),
    ImpactLevel.ATTENTION: Look(Colour.GREEN, Mark.CIRCLE),
    ImpactLevel.CAUTION: Look(Colour.YELLOW, Mark.TRIANGLE),
    ImpactLevel.WARNING: Look(Colour.ORANGE, Mark.DIAMOND),
    ImpactLevel.DANGER: Look(Colour.RED, Mark.OCTAGON),
}
CRISIS: Mapping[CrisisLevel, Look] = {
    CrisisLevel.ATTENTION: Look(Colour.BLUE, Mark.ONE_BAR),
    CrisisLevel.CAUTION: Look(Colour.YELLOW, Mark.TWO_BARS),
    CrisisLevel.ALERT: Look(Colour.ORANGE, Mark.THREE_BARS),
    CrisisLevel.SERIOUS: Look(Colour.RED, Mark.FOUR_BARS),
}
WARNED: Mapping[
    WarningDegree, Look
] = {  # no colour of warnings is published to us: these are ours, with shapes of their own
    WarningDegree.PRELIMINARY: Look(Colour.GREY, Mark.BARE_POLE),
    WarningDegree.ADVISORY: Look(Colour.YELLOW, Mark.ONE_FLAG),
    WarningDegree.WARNING: Look(Colour.RED, Mark.TWO_FLAGS),
    WarningDegree.GRAVE: Look(Colour.RED, Mark.THREE_FLAGS),
    WarningDegree.UNKNOWN: Look(Colour.RED, Mark.ASKED_FLAG),
}
SEVERITY: Mapping[ImpactLevel, Severity] = {  # how we issue an impact forecast as a CAP alert; a proposal of ours
    ImpactLevel.ATTENTION: Severity.MINOR,
    ImpactLevel.CAUTION: Severity.MODERATE,
    ImpactLevel.WARNING: Severity.SEVERE,
    ImpactLevel.DANGER: Severity.EXTREME,
}

UNSAID = ImpactLevel.WARNING  # an alert that does not say how bad it is is not taken lightly


def level_of_severity(severity: Severity | None) -> ImpactLevel:
    """The level whose colour and shape stand for an alert of this severity."""
    return next((level for level, one in SEVERITY.items() if one is severity), UNSAID)


def is_for_life(level: ImpactLevel) -> bool:
    """Whether an impact forecast of this level is about life and death: 경고 and 위험."""
    return level >= ImpactLevel.WARNING


def is_alert_for_life(urgency: Urgency | None, severity: Severity | None) -> bool:
    """The same of a CAP alert: soon, and severe or worse."""
    return urgency in (Urgency.IMMEDIATE, Urgency.EXPECTED) and severity in (Severity.SEVERE, Severity.EXTREME)
