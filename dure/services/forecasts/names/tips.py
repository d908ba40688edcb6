"""What to do: three things for each hazard and field, with a picture; and what comes first when it is about life and death."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Words
from dure.services.forecasts.types import Field, Hazard

__all__ = ["FIRST", "TIPS", "Tip"]


@dataclass(frozen=True, slots=True)
class Tip:
    """One thing to do, and the picture beside it."""

    picture: str
    text: Words


FIRST: Final[Mapping[Hazard, Tip]] = {
    Hazard.HEAT: Tip("call", _("Whoever is dizzy, confused or no longer sweats: into the shade, cool them, call 119.")),
    Hazard.COLD: Tip("call", _("Whoever shivers without end or grows drowsy: into the warm, dry clothes, call 119.")),
}
TIPS: Final[Mapping[tuple[Hazard, Field], tuple[Tip, ...]]] = {
    (Hazard.HEAT, Field.HEALTH): (
        Tip("water", _("Drink water often, also when you are not thirsty.")),
        Tip("shade", _("Stay out of the sun from noon to five; rest where it is cool.")),
        Tip("call", _("Ask after neighbours who live alone.")),
    ),
    (Hazard.HEAT, Field.LIVESTOCK): (
        Tip("barn", _("Air the barn, shade its roof and spray it with water.")),
        Tip("water", _("Give the animals fresh, cool water all day.")),
        Tip("rest", _("Feed early in the morning and late in the evening, and crowd them less.")),
    ),
    (Hazard.HEAT, Field.AQUACULTURE): (
        Tip("fish", _("Measure the water's heat and oxygen often, and aerate it.")),
        Tip("rest", _("Feed less, or not at all, while the water is hot.")),
        Tip("shade", _("Shade the tanks and let deeper, cooler water in.")),
    ),
    (Hazard.HEAT, Field.FARMING): (
        Tip("rest", _("Do not work in fields and greenhouses from noon to five, and never alone.")),
        Tip("plant", _("Water the plants in the morning or evening; cover what the sun burns.")),
        Tip("water", _("Take water and a hat with you, and somebody who knows where you are.")),
    ),
    (Hazard.HEAT, Field.INDUSTRY): (
        Tip("rest", _("Rest in the shade for ten to fifteen minutes of every hour.")),
        Tip("water", _("Keep cool water where people work.")),
        Tip("tool", _("Put off heavy work outdoors to the cooler hours.")),
    ),
    (Hazard.HEAT, Field.TRANSPORT): (
        Tip("road", _("Check tyres and cooling water before you drive.")),
        Tip("rest", _("Rest often; heat makes drivers drowsy.")),
        Tip("call", _("Leave nobody in a parked car, not for a moment.")),
    ),
    (Hazard.COLD, Field.HEALTH): (
        Tip("coat", _("Wear several thin layers, a hat and gloves when you go out.")),
        Tip("barn", _("Keep the room warm, and air it for a moment now and then.")),
        Tip("call", _("Ask after neighbours who live alone.")),
    ),
    (Hazard.COLD, Field.LIVESTOCK): (
        Tip("barn", _("Stop draughts in the barn and lay dry straw.")),
        Tip("water", _("See that drinking water does not freeze.")),
        Tip("rest", _("Keep the young ones warm, and check heaters for fire.")),
    ),
    (Hazard.COLD, Field.AQUACULTURE): (
        Tip("fish", _("Bring fish that cannot bear cold into deeper or warmer water.")),
        Tip("rest", _("Feed less while the water is cold.")),
        Tip("tool", _("Keep pipes and pumps from freezing.")),
    ),
    (Hazard.COLD, Field.FARMING): (
        Tip("plant", _("Cover plants, and close greenhouses before the evening.")),
        Tip("tool", _("Check heaters, and keep water pipes from freezing.")),
        Tip("coat", _("Do not work outdoors in the early morning; stay dry.")),
    ),
    (Hazard.COLD, Field.INDUSTRY): (
        Tip("rest", _("Warm up indoors often when you work outdoors.")),
        Tip("coat", _("Wear dry, warm clothes and shoes that do not slip.")),
        Tip("tool", _("Wrap pipes and meters so that they do not freeze.")),
    ),
    (Hazard.COLD, Field.TRANSPORT): (
        Tip("road", _("Slow down on bridges, in shade and at tunnels: there may be ice you cannot see.")),
        Tip("tool", _("Check battery, tyres and antifreeze.")),
        Tip("coat", _("Take warm clothes along, in case you are stuck.")),
    ),
}
