"""What the gateway that takes calls and the identity party say to each other."""

from typing import Annotated

import msgspec

from dure.base.refusals import Refusal

CALL_LENGTH_MAX = 100
NUMBER_LENGTH_MAX = 32


class CallAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody calls. The same `call` again is the same call, and gets the same answer."""

    call: Annotated[str, msgspec.Meta(min_length=1, max_length=CALL_LENGTH_MAX)]
    number: Annotated[str, msgspec.Meta(max_length=NUMBER_LENGTH_MAX)] = msgspec.field(default="", name="from")


class NotTheGateway(Refusal):
    """This is not signed by the gateway that takes calls here, or not now."""


class Line(msgspec.Struct, frozen=True):
    """One line to be spoken; a short pause follows it."""

    text: str
    language: str


class CallAnswered(msgspec.Struct, frozen=True):
    """What the gateway speaks, line by line; then it hangs up."""

    say: tuple[Line, ...]
