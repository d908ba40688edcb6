"""All consequences on one page: which actions follow which news. Reactions are safe to run again."""

from dure.kit.outbox import Wiring

wiring = Wiring()
