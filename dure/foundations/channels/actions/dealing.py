"""Templates at dealers: wanted, registered, followed until somebody there has decided."""

from collections.abc import Mapping
from uuid import UUID

import structlog

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels import models, providers
from dure.foundations.channels.providers.line import NoAnswer
from dure.foundations.channels.queries import dealing as queries
from dure.foundations.channels.queries import templates_of as templates
from dure.foundations.channels.rules import dealer_templates as rules
from dure.foundations.channels.types import (
    DealerTemplate,
    Reviewing,
    ReviewState,
    TemplateId,
    TemplateUnfit,
)
from dure.kit import tx

from .noting import take_reports

__all__ = ["follow_reviews", "propose_template", "receive_reports"]

AT_ONCE_MAX = 50
OPEN = (ReviewState.WANTED.value, ReviewState.ASKED.value)
log = structlog.get_logger(__name__)


def propose_template(by: Actor, template: TemplateId, dealer: str) -> DealerTemplate:
    """Want an approved template registered at a dealer. Wanting it again answers how it stands and changes nothing.

    Raises NotFound, NotAllowed, TemplateUnfit.
    """
    tx.demand()
    found = templates.template(template)
    rules.may_propose(by, queries.organisation_of(found.channel))
    providers.reviewing(dealer)
    rules.wanted(found)
    wanted, _ = models.DealerTemplate.objects.get_or_create(
        template_id=template, dealer=dealer, defaults={"asked_by": by.person, "changed_at": clock.now()}
    )
    return queries.read(wanted)


def follow_reviews(by: Actor) -> int:
    """Tell dealers of templates that are wanted, and ask them about those they look at; answers how many changed.

    Asks other machines, so it opens its own transactions. Raises NotAllowed.
    """
    if not by.is_system:
        raise NotAllowed(needs="system")
    rows = models.DealerTemplate.objects.filter(state__in=OPEN)
    changed = 0
    for row in rows.order_by("changed_at", "id")[:AT_ONCE_MAX]:
        try:
            changed += _follow(row, providers.reviewing(row.dealer))
        except NotFound:
            continue  # the dealer is not set up any more
        except NoAnswer:
            log.warning("dealer_did_not_review", dealer=row.dealer)
    return changed


def receive_reports(by: Actor, dealer: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Take what a dealer has posted, each event once; answers how many reports were new. Raises NotFound, ReportForged."""
    tx.demand()
    return take_reports(by, dealer, providers.reporting(dealer).read_reports(body, headers))


def _follow(row: models.DealerTemplate, dealer: Reviewing) -> bool:
    code = row.code
    if not code:
        try:
            code = dealer.register(rules.wanted(templates.template(row.template_id)))
        except TemplateUnfit as unfit:  # it was changed since
            return _note(row.id, "-", ReviewState.REJECTED, unfit.rule)
    said = dealer.review(code)
    return _note(row.id, code, rules.after_review(queries.read(row), said), said.comment)


def _note(row: UUID, code: str, state: ReviewState, comment: str) -> bool:
    """Write down what was heard. Whoever heard it too at the same moment wrote the same."""
    with tx.durable():
        found = models.DealerTemplate.objects.select_for_update().get(id=row)
        if found.state not in OPEN:
            return False
        same = (found.code, found.state, found.comment) == (code, state.value, comment)
        found.code, found.state, found.comment = code, state.value, comment
        found.changed_at = clock.now()  # also when nothing is new: the others have their turn first
        found.save(update_fields=["code", "state", "comment", "changed_at"])
        return not same
