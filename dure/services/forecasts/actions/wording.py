"""How what is told is put into words: the faces say it, the actions send it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dure.services.forecasts.types import Notice, WarningChange


@dataclass(frozen=True, slots=True)
class Wording:
    """How a notice is put into words: the changes, with what zones are called; what to say where these cannot stand in a
    message; where the button leads; and the same of changes of weather warnings.
    """

    words: Callable[[Notice, Mapping[str, str]], str]
    plain: str
    label: str
    address: str
    warned: Callable[[Sequence[WarningChange], Mapping[str, str]], str]
