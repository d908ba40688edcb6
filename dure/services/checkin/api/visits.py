"""The visit party's door: codes that scanners read. No access line, no figure, nothing but a word and a colour in the answer."""

from typing import Annotated

import msgspec
from django_bolt.param_functions import Header

from dure.kit.routes import Routes
from dure.services.checkin.hot import door, inside
from dure.services.checkin.types.doors import CountAsked, Counted, Heard, ScanAnswer, ScanAsked, SettleAsked, Settled

BEARER = "Bearer "
Authorization = Annotated[
    str, msgspec.Meta(max_length=200), Header(alias="Authorization", description="Bearer and the scanner's own token.")
]
party_routes = Routes("/checkin", tags=["checkin"])


@party_routes.post("/scan", counted=False, validate_response=False)
async def scan(body: ScanAsked, authorization: Authorization) -> ScanAnswer:
    """Judge a code that was read just now."""
    return await door.scan(authorization.removeprefix(BEARER), body)


@party_routes.post("/settle", counted=False, validate_response=False)
async def settle(body: SettleAsked, authorization: Authorization) -> Settled:
    """Judge what was read without a line."""
    return await door.settle(authorization.removeprefix(BEARER), body)


@party_routes.post("/beat", counted=False, validate_response=False)
async def beat(authorization: Authorization) -> Heard:
    """Say that this place has its line."""
    return await door.beat(authorization.removeprefix(BEARER))


@party_routes.post("/inside", counted=False, validate_response=False)
async def count_inside(body: CountAsked, authorization: Authorization) -> Counted:
    """Say how many more came than left through this scanner today, where the place counts who is inside."""
    return await inside.count(authorization.removeprefix(BEARER), body)
