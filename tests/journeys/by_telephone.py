"""Telephones of sample people, for journeys: `python -m tests.journeys.by_telephone` on the database of a running town.

The deputy of the village and a neighbour prove theirs, as with a code that came as a text message.
"""

from importlib import import_module
from typing import Any, Final

from dure.site import boot

DEPUTY, NEIGHBOUR = "+821000001001", "+821000001002"
WHOSE: Final = {DEPUTY: 4, NEIGHBOUR: 5}  # of the sample town's citizens: 임시험, 신표본


def main() -> None:
    boot.prepare()
    boot.let_go()
    folk: Any = import_module("dure.foundations.people.demo")
    people: Any = import_module("dure.foundations.people.queries")
    actions: Any = import_module("dure.foundations.channels.actions")
    queries: Any = import_module("dure.foundations.channels.queries")
    tx: Any = import_module("dure.kit.tx")
    for number, which in WHOSE.items():
        by = people.actor(folk.CITIZENS[which].id)
        with tx.durable():
            asked = actions.ask_number(by, number)
        with tx.durable():
            actions.prove_number(by, queries.code_of(asked.id))


if __name__ == "__main__":
    main()
