"""What desks look at: the file of a cause in vetting, its words, the lists of stewards, what waits for a partner."""

import base64
from typing import Annotated
from uuid import UUID

import msgspec
from django.core.files.storage import storages
from django_bolt import Request
from django_bolt.param_functions import Query

from dure.kit.routes import needs_token
from dure.services.giving import queries
from dure.services.giving.types import CauseCard, CausePage, PartnerDesk, Queue, ReportLine, VettingFile, VettingWord

from . import shapes
from .reading import PageNumber, Words
from .roots import actor, routes


class Listed(msgspec.Struct, frozen=True):
    """Which list of the stewards' desk."""

    queue: Queue = Queue.VETTING
    q: Words = ""
    page: PageNumber = 1


@routes.get("/desk/causes", **needs_token)
def listed(request: Request, wanted: Annotated[Listed, Query()]) -> CausePage:
    """A page of one of the lists at the stewards' desk."""
    return queries.queue(actor(request), wanted.queue, wanted.q, wanted.page)


@routes.get("/desk/objections", **needs_token)
def objections(request: Request) -> list[CauseCard]:
    """Causes with words on their walls that readers object to, the longest waiting first."""
    return list(queries.objected_cards(actor(request)))


@routes.get("/causes/{cause}/vetting", **needs_token)
def words(request: Request, cause: UUID) -> list[VettingWord]:
    """What stewards said, newest first. The proposer and the partner read what to rework and why it was rejected, without
    names; stewards and auditors read all of it."""
    return list(queries.vetting_words(cause, actor(request)))


@routes.get("/causes/{cause}/vetting-file", **needs_token)
def file(request: Request, cause: UUID) -> VettingFile:
    """What stewards look at beside the cause: proposer, partner and what it lacks, words of vetting, objections."""
    return queries.vetting_file(cause, actor(request))


@routes.get("/organisations/{organisation}/desk", **needs_token)
def partner_desk(request: Request, organisation: UUID) -> PartnerDesk:
    """What waits for an organisation about each cause, and the report it has owed longest."""
    return queries.partner_desk(organisation, actor(request))


@routes.get("/organisations/{organisation}/causes", **needs_token)
def partner_causes(request: Request, organisation: UUID, page: PageNumber = 1) -> CausePage:
    """All causes that name an organisation, for those who work there, stewards and auditors."""
    return queries.partner_causes(organisation, actor(request), page)


@routes.get("/boxes/{box}/report-lines", **needs_token)
def report_lines(request: Request, box: UUID) -> list[ReportLine]:
    """The spending lines written so far, before the report is filed, too."""
    return list(queries.report_draft(box, actor(request)))


@routes.get("/report-lines/{line}/proof", **needs_token)
def proof(request: Request, line: UUID) -> shapes.Paper:
    """The proof of a spending line: for the partner, stewards and auditors."""
    found = queries.proof_file(line, actor(request))
    with storages["private"].open(found.path) as kept:
        return shapes.Paper(found.name, base64.b64encode(kept.read()).decode())
