"""The town of a trial of forecasts: made-up regions and zones, a village's channel, people who are its friends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dure.base import clock
from dure.base.actors import system
from dure.foundations.channels.types import ChannelId
from dure.foundations.places import actions as places
from dure.foundations.places.types import Level, Region, RegionDraft, System
from dure.kit import tx
from dure.services.forecasts import actions
from dure.services.forecasts.demo.season import zone_names
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import Zone, ZoneTable
from dure.site import boot

from . import friends
from .campaign_town import channel_of_a_village

BY = system("simulate.forecasts")
ZONES = 178
BEFORE = datetime(2019, 5, 27, 12, tzinfo=clock.SEOUL)  # when the town is put up
SIDO = "9900000000"


@dataclass(frozen=True, slots=True)
class Town:
    channel: ChannelId
    zones: Sequence[str]
    regions: Sequence[str]  # one in each zone


def open_town() -> Town:
    """Regions, zones and the channel."""
    zones = zone_names(ZONES)
    regions = [f"99{number:03}00000" for number in range(1, ZONES + 1)]
    drafts = [RegionDraft(Region(SIDO, System.MOIS, Level.SIDO, "예시도", "예시도", ""))]
    drafts += [
        RegionDraft(Region(code, System.MOIS, Level.SIGUNGU, f"예시{code[2:5]}군", f"예시도 예시{code[2:5]}군", SIDO))
        for code in regions
    ]
    with clock.read_from(lambda: BEFORE):
        with tx.durable():
            places.load_regions(BY, drafts)
        named = tuple(Zone(zone, f"예시 {zone[-3:]}", (code[:5],)) for zone, code in zip(zones, regions, strict=True))
        actions.put_zones(BY, ZoneTable("trial", date(2019, 1, 1), named, is_sample=True))
        return Town(channel_of_a_village(permits.HANDLE), zones, regions)


def people_of(town: Town, count: int) -> list[UUID]:
    """So many people, friends of the channel from now on."""
    return friends.befriend(boot.keeper_url(), town.channel, count, reached=False)
