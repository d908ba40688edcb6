"""A refusal is a value with a code and what one needs to act on it. It is no error: bugs crash, refusals are answered.

class AlreadyLent(Refusal):
    \"\"\"The tool is out; `until` is the day it is due back.\"\"\"

    until: date

raise AlreadyLent(until=due)
"""

import inspect
import re
from typing import Any, ClassVar, dataclass_transform

_SNAKE = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Refusal(Exception):
    """Why the answer is no. Subclasses name it and annotate its fields."""

    code: ClassVar[str] = "refusal"
    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = _SNAKE.sub("_", cls.__name__).lower()
        own = tuple(name for name in inspect.get_annotations(cls) if name not in ("code", "fields"))
        cls.fields = (*cls.fields, *own)

    def __init__(self, **given: Any) -> None:
        cls = type(self)
        values = {name: getattr(cls, name) for name in cls.fields if hasattr(cls, name)} | given
        if set(values) != set(cls.fields):
            raise TypeError(f"{cls.__name__} takes {cls.fields}, got {tuple(given)}")
        self._given = values
        super().__init__(cls.code)
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def values(self) -> dict[str, Any]:
        """The fields by name, as given."""
        return dict(self._given)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self._given.items())})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._given == other.values()

    def __hash__(self) -> int:
        return hash(type(self))


class NotAllowed(Refusal):
    """The actor may not do this; `needs` says which role or condition would be enough."""

    needs: str


class NotFound(Refusal):
    """There is no such thing, or the actor may not know that there is."""

    what: str


class KeyReused(Refusal):
    """The idempotency key was used before with other content. Make a new key for a new request."""

    key: str


class Busy(Refusal):
    """Too much at once; nothing was done. Try again after `retry_seconds`."""

    retry_seconds: int


class Interrupted(Refusal):
    """The database broke off; perhaps it was done. The same request with the same key tells, and is never done twice."""

    retry_seconds: int


class TooOften(Refusal):
    """A rate limit; nothing was done. Try again after `retry_seconds`."""

    retry_seconds: int


class BadValue(Refusal):
    """A field of the input does not fit; `reason` is a short code a face puts into words."""

    field: str
    reason: str
