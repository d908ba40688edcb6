"""What to do when a weather warning of some kind is in force: for each kind a few things, with a picture. The words are ours."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from dure.services.forecasts.types import ChangeKind, Field, Hazard, WarningChange, WarningKind

from .tips import FIRST, TIPS, Tip

__all__ = ["STRANGE", "WARNED_TIPS", "warned_todo"]

WARNS: Final = (ChangeKind.FIRST, ChangeKind.UPGRADE)
WINDOW: Final = Tip("window", _("Close and latch the windows, and keep away from the panes."))
SHORE: Final = Tip("wave", _("Do not go out onto breakwaters and rocks by the sea."))
NEIGHBOURS: Final = Tip("call", _("Ask after neighbours who live alone."))
READY: Final = Tip("plug", _("Charge the telephone, and have a lamp and drinking water at hand."))

WARNED_TIPS: Final[Mapping[WarningKind, tuple[Tip, ...]]] = {
    WarningKind.WIND: (
        WINDOW,
        Tip("wind", _("Bring in what could fly away, pots or signs, or tie it down.")),
        Tip("road", _("Keep away from signs, scaffolds and trees, and drive slowly on bridges.")),
    ),
    WarningKind.RAIN: (
        Tip("call", _("Whoever is shut in by water calls 119 at once.")),
        Tip("hill", _("Leave underpasses, basements and the banks of streams before the water comes, and go uphill.")),
        Tip("road", _("Do not go into water whose ground you cannot see, on foot or by car.")),
        Tip("plug", _("Do not touch switches and street lamps that stand in water.")),
    ),
    WarningKind.COLD: (
        FIRST[Hazard.COLD],
        TIPS[Hazard.COLD, Field.HEALTH][0],
        TIPS[Hazard.COLD, Field.INDUSTRY][2],
        NEIGHBOURS,
    ),
    WarningKind.DRY: (
        Tip("fire", _("Light no fire in fields or near woods, and burn no rubbish or straw.")),
        Tip("plug", _("See that gas and stove are off before you leave the house.")),
        Tip("call", _("Whoever sees smoke calls 119 and tells the neighbours.")),
    ),
    WarningKind.SURGE: (
        Tip("hill", _("Leave the shore and low ground, and go where it is high.")),
        SHORE,
        Tip("boat", _("Tie up boats early, and do not go out to look at them again.")),
    ),
    WarningKind.TSUNAMI: (
        Tip("hill", _("Do not stay to look at the sea: run uphill, or up into a tall and solid building, at once.")),
        Tip(
            "wave", _("The next wave may be higher than the first one: do not come down before the warning is lifted.")
        ),
        Tip("boat", _("Ships out at sea stay in deep water and do not come into harbour.")),
    ),
    WarningKind.SEA: (
        Tip("boat", _("Do not go out in small boats, and do as the coast guard says.")),
        SHORE,
        Tip("coat", _("Wear a life vest on deck, and do not work there alone.")),
    ),
    WarningKind.TYPHOON: (
        Tip("barn", _("Stay indoors until it has passed; look after roofs and fields afterwards.")),
        WINDOW,
        Tip("hill", _("Where it floods or slides, go to a shelter before dark.")),
        READY,
    ),
    WarningKind.SNOW: (
        Tip("shovel", _("Clear the snow from paths and roofs before it freezes.")),
        Tip("road", _("Drive slowly, and only with chains or winter tyres.")),
        Tip("barn", _("Prop up greenhouses and barns, and do not go in when the roof bends.")),
        Tip("coat", _("Walk slowly in shoes that do not slip, with your hands out of your pockets.")),
    ),
    WarningKind.DUST: (
        Tip("mask", _("Wear a mask against fine dust outdoors, and wash hands and face afterwards.")),
        Tip("window", _("Keep the windows shut, and air the rooms when it is over.")),
        Tip("barn", _("Bring animals in, and cover their feed and water.")),
    ),
    WarningKind.HEAT: (FIRST[Hazard.HEAT], *TIPS[Hazard.HEAT, Field.HEALTH]),
    WarningKind.FOG: (
        Tip("lamp", _("Drive slowly with dipped lights and fog lamps, far behind the car ahead.")),
        Tip("road", _("On foot, wear something bright and keep away from the road.")),
        Tip("boat", _("On the water, sound the horn and look out on all sides.")),
    ),
    WarningKind.TROPICAL_NIGHT: (
        Tip("rest", _("Cool the bedroom before you sleep, and do not let the fan blow straight at you.")),
        Tip("water", _("Drink a glass of water before bed, and wash with lukewarm water instead of having a drink.")),
        NEIGHBOURS,
    ),
}
STRANGE: Final = (  # of a kind that nobody knows
    Tip("radio", _("Listen to the radio or television, and ask your local office what to do.")),
    READY,
    NEIGHBOURS,
)


def warned_todo(changes: Iterable[WarningChange]) -> str:
    """One thing to do, for a message: of the first change that is new or worse; nothing where all of them ease."""
    for one in changes:
        if one.kind in WARNS and one.subject.kind in set(WarningKind):
            tips = WARNED_TIPS[WarningKind(one.subject.kind)]
            return str(
                next(tip.text for tip in tips if tip.picture != "call")
            )  # whom to call when it went wrong is on the page
    return ""
