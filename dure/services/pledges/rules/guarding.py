"""Who may complain, hide, block, and who decides. Pure.

A leader hides a comment at once, for somebody has to be near; a steward without a part in it has the last word. Of two people
of whom one blocked the other neither sees what the other proves or says, so that nothing tells the blocked one: it looks as
if it were not there.
"""

from typing import Final

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotAllowed
from dure.services.pledges.types import NotTheirTurn, OwnWords, Silenced, WrongStep

from . import permits

COMPLAINTS_PER_HOUR_MAX: Final = 20
BLOCKS_PER_HOUR_MAX: Final = 60
BLOCKS_MAX: Final = 500
UPHELD, DISMISSED = "upheld", "dismissed"


def may_complain(by: Actor, whose: PersonId, is_of_group: bool) -> PersonId:
    """Whoever sees a group complains of somebody else in it. Raises NotAllowed, OwnWords."""
    person = permits.somebody(by)
    if not is_of_group:
        raise NotAllowed(needs="participant")
    if person == whose:
        raise OwnWords()
    return person


def may_hide(by: Actor, leader: PersonId, whose: PersonId, judged: bool) -> None:
    """The leader hides or shows words of others, until a steward has decided; a steward always.

    Raises NotAllowed, NotTheirTurn, WrongStep.
    """
    person = permits.somebody(by)
    if not (person == leader or by.is_steward):
        raise NotAllowed(needs="leader")
    if person == whose:
        raise NotTheirTurn()
    if judged and not by.is_steward:
        raise WrongStep(state="judged")


def may_decide(by: Actor, leader: PersonId, whose: PersonId, complaining: frozenset[PersonId]) -> None:
    """A steward who neither leads the project nor is meant nor complained. Raises NotAllowed, NotTheirTurn."""
    permits.may_steward(by)
    if by.person in (leader, whose) or by.person in complaining:
        raise NotTheirTurn()


def may_block(by: Actor, whom: PersonId) -> PersonId:
    """Anybody, anybody else. Raises NotAllowed, OwnWords."""
    person = permits.somebody(by)
    if person == whom:
        raise OwnWords()
    return person


def demand_voice(silenced_why: str | None) -> None:
    """Whether nobody took the word from whoever speaks. Raises Silenced."""
    if silenced_why is not None:
        raise Silenced(why=silenced_why)
