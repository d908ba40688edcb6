"""How many days in a row people keep up; one statement for any number of pledges."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from dure.base import clock
from dure.services.pledges import models
from dure.services.pledges.rules import days
from dure.services.pledges.rules.steps import WAITS_FOR_A_WORD
from dure.services.pledges.types import PledgeId, Project, ProofState, Season


def streaks(of: Project, season: Season, pledges: Collection[PledgeId]) -> Mapping[PledgeId, int]:
    """The streak of each of these pledges of a project, as it stands now; 0 before the first day."""
    now = clock.now()
    open_still = days.unclosed(season.starts_on, of.window, season.grace_minutes, now)
    today = days.day_number(season.starts_on, clock.local(now).date())
    kept: dict[PledgeId, set[int]] = defaultdict(set)
    pending: dict[PledgeId, set[int]] = defaultdict(lambda: set(open_still))
    rows = models.Proof.objects.filter(pledge__in=pledges, state__in=(*days.COUNTING, *WAITS_FOR_A_WORD))
    for pledge, day, state in rows.values_list("pledge_id", "day", "state"):
        (kept if ProofState(state) in days.COUNTING else pending)[PledgeId(pledge)].add(day)
    return {one: days.streak(kept[one], of.days_a_week, today, pending[one]) if today >= 1 else 0 for one in pledges}
