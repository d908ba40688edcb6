"""The public halves of this party's keys of a day, for the other parties and for everybody who looks."""

from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.kit.peers import Message
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules.calendar import EPOCH_MAX
from dure.services.checkin.types import Epoch, Party
from dure.services.checkin.types.messages import AskHalves, HalvesOfDay

FRESH: Final = "public, max-age=60"  # a day's keys do not change; the head up to which their proof goes does


@require_safe
def keys(request: HttpRequest, epoch: int) -> HttpResponse:
    """What everybody may know of this party's keys of a day. Refuses NotFound, NoSuchLog."""
    if epoch > EPOCH_MAX:
        raise NotFound(what="day")
    body = msgspec.json.encode(queries.halves(queries.own_party(), Epoch(epoch)))
    headers = {"Cache-Control": FRESH, "Access-Control-Allow-Origin": "*"}
    return HttpResponse(body, content_type="application/json", headers=headers)


def _halves(sender: str, said: AskHalves) -> HalvesOfDay:
    return queries.halves(queries.own_party(), Epoch(said.epoch))


def asked_by(*parties: Party) -> Message[Any]:
    """The same over the door, signed by us: for these parties."""
    return Message(AskHalves, _halves, tuple(party.value for party in parties))


urlpatterns: Final[list[URLPattern]] = [path("keys/<int:epoch>/", keys, name="keys")]
