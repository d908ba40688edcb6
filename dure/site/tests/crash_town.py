"""A small town of its own for the tests that break one, made in a process of its own: python -m dure.site.tests.crash_town.

Prints what the tests need to know of it, as JSON. The gate opens at one agreement (DURE_AGREEMENTS_NEEDED=1).
"""

import json
import sys
from typing import Any

READY = 8  # boxes whose plan is approved: one click from their payout
OPEN = 3
GIVERS = 12


def found() -> dict[str, Any]:
    """Migrate, and make the town with the actions that people use."""
    from dure.site import boot, readiness

    boot.prepare()
    readiness.migrate()
    readiness.collect_static()

    from dure.foundations.ledger import actions as ledger
    from dure.foundations.people.tests import making as folk
    from dure.foundations.people.types import system
    from dure.kit import delivery, tx
    from dure.services.giving import actions, queries
    from dure.services.giving.tests import making
    from dure.services.giving.tests.strategies import lines_of
    from dure.site.wiring import wiring

    town = making.town()
    ready = {}
    for number in range(READY):
        box, _ = making.closed(town, (100_000 + number, 50_000))
        actions.revise_plan(town.owner, box, lines_of(queries.totals(box).raised, 2), key=making.key())
        for steward in town.stewards:
            making.approve(steward, box)
        ready[str(box)] = queries.totals(box).raised
    givers = [str(folk.id_of(folk.person())) for _ in range(GIVERS)]
    told = {
        "open": [str(making.opened(town)) for _ in range(OPEN)],
        "ready": ready,
        "givers": givers,
        "steward": str(town.stewards[0].person),
    }
    delivery.run_until_idle(wiring)
    with tx.durable():
        ledger.seal(system("test"))
    return told


if __name__ == "__main__":
    json.dump(found(), sys.stdout)
