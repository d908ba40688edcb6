"""What a twin is told to do wrong, and when."""

import threading
from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Fault(StrEnum):
    LATE = "late"  # acts at once, answers after a while
    LOST = "lost"  # acts, and the answer never arrives
    SILENT = "silent"  # does not act and does not answer
    ERROR = "error"  # does not act, answers its own temporary error
    TWICE = "twice"  # a webhook is delivered twice
    OUT_OF_ORDER = "out_of_order"  # a webhook is overtaken by the next one
    WITHHELD = "withheld"  # a webhook never arrives, in spite of all retries


OF_WEBHOOKS = frozenset({Fault.TWICE, Fault.OUT_OF_ORDER, Fault.WITHHELD})
EVERYWHERE = "*"


class FaultRule(msgspec.Struct, frozen=True):
    """`fault` at the next `times` calls of `route` (of any, when it is "*")."""

    fault: Fault
    route: str = EVERYWHERE
    times: int = 1

    @classmethod
    def parse(cls, said: str) -> "FaultRule":
        """`late`, `lost:confirm` or `twice:webhook:3`. Raises ValueError."""
        fault, _, rest = said.partition(":")
        route, _, times = rest.partition(":")
        return cls(Fault(fault), route or EVERYWHERE, int(times or 1))


class FaultPlan:
    """The faults that are still to come, in the order in which they were asked for."""

    def __init__(self, rules: Iterable[FaultRule] = ()) -> None:
        self._lock = threading.Lock()
        self._left = [[rule, rule.times] for rule in rules]

    def add(self, rule: FaultRule) -> None:
        with self._lock:
            self._left.append([rule, rule.times])

    def clear(self) -> None:
        with self._lock:
            self._left.clear()

    def take(self, route: str, *, webhook: bool = False) -> Fault | None:
        """The fault that happens to this call, which uses it up; None: all goes well."""
        with self._lock:
            for entry in self._left:
                rule: FaultRule = entry[0]  # type: ignore[assignment]  # the list is [rule, how often yet]
                if rule.route in (EVERYWHERE, route) and (rule.fault in OF_WEBHOOKS) == webhook:
                    entry[1] -= 1  # type: ignore[operator]  # the list is [rule, how often yet]
                    if not entry[1]:
                        self._left.remove(entry)
                    return rule.fault
        return None
