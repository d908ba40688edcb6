"""Dealers: their codes of our templates, what a message costs."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import dealer_templates as rules
from dure.foundations.channels.rules import dealing
from dure.foundations.channels.types import (
    ChannelId,
    Content,
    DealerTemplate,
    LinkKind,
    Purpose,
    ReviewState,
    Route,
    TemplateId,
)

from .links import leave_token

__all__ = ["dealer_templates", "leave_link", "price", "prices", "template_codes"]

LONG = "lms"


def template_codes(dealer: str, templates: Collection[UUID]) -> Mapping[UUID, str]:
    """The dealer's codes of those of our templates that it has approved."""
    if not templates:
        return {}
    rows = models.DealerTemplate.objects.filter(dealer=dealer, template__in=templates, state=ReviewState.APPROVED)
    return dict(rows.values_list("template", "code"))


def prices() -> Mapping[Route, int]:
    """What a message of each route costs here at most, in won; 0 where nothing was said. A text counts as a long one."""
    said = dict(settings.DURE.dealer_prices)
    return {route: max(said.get(route.value, 0), said.get(LONG, 0) if route is Route.SMS else 0) for route in Route}


def price(route: Route, content: Content) -> int:
    """What this message costs by this route, in won: texts by their length."""
    said = dict(settings.DURE.dealer_prices)
    if route is Route.SMS:
        text = dealing.korean_only(dealing.plain(content))
        if text is not None and dealing.sms_bytes(text) > dealing.SMS_BYTES_MAX:
            return said.get(LONG, said.get(route.value, 0))
    return said.get(route.value, 0)


def leave_link(channel: ChannelId, person: PersonId, purpose: Purpose) -> str:
    """The address at which whoever has the message leaves with one post and no log-in (RFC 8058): from an ad only the ads."""
    kind = LinkKind.ADS if purpose is Purpose.AD else LinkKind.LEAVE
    path: str = reverse("channels:link", args=[leave_token(channel, person, kind)])
    return f"{settings.DURE.origin}{path}"


def dealer_templates(by: Actor, channel: ChannelId) -> tuple[DealerTemplate, ...]:
    """A channel's templates at dealers, the newest first. Raises NotFound, NotAllowed."""
    rules.may_read(by, organisation_of(channel))
    rows = models.DealerTemplate.objects.filter(template__channel=channel).order_by("-changed_at", "-id")[:200]
    return tuple(map(read, rows))


def organisation_of(channel: ChannelId) -> OrganisationId:
    """Whose channel it is. Raises NotFound."""
    owner = models.Channel.objects.filter(id=channel).values_list("organisation", flat=True).first()
    if owner is None:
        raise NotFound(what="channel")
    return OrganisationId(owner)


def read(row: models.DealerTemplate) -> DealerTemplate:
    return DealerTemplate(
        row.id, TemplateId(row.template_id), row.dealer, row.code, ReviewState(row.state), row.comment, row.changed_at
    )
