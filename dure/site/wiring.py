"""All consequences on one page: which actions follow which news. Reactions are safe to run again."""

from dure.foundations.people import tasks as people_tasks
from dure.foundations.people.types import MemberInvited
from dure.kit.outbox import Wiring

wiring = Wiring()
wiring.on(MemberInvited, people_tasks.write_invitation)
