"""What can be an AlimTalk template, and who may ask a dealer for one. Pure."""

import base64
import hashlib
import re
from uuid import UUID

from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotAllowed
from dure.foundations.channels.types import (
    Button,
    ButtonKind,
    Card,
    DealerTemplate,
    Purpose,
    Review,
    ReviewState,
    Template,
    TemplateState,
    TemplateUnfit,
    WantedTemplate,
)

from . import dealing

VARIABLE = re.compile(r"#\{([^{}]+)\}")
SHOWN = (ButtonKind.LINK, ButtonKind.MESSAGE, ButtonKind.CALL)


def may_propose(by: Actor, organisation: OrganisationId) -> None:
    """Who works for the channel's organisation, and stewards, who pay the dealer. Raises NotAllowed."""
    if not (by.is_steward or by.works_for(organisation)):
        raise NotAllowed(needs="organisation")


def may_read(by: Actor, organisation: OrganisationId) -> None:
    if not (by.is_steward or by.is_auditor or by.works_for(organisation)):
        raise NotAllowed(needs="organisation")


def mark(template: UUID) -> str:
    """Our code for a template at dealers, the same each time: 20 characters of letters and digits."""
    return base64.b32encode(hashlib.sha256(template.bytes).digest()[:12]).decode().rstrip("=").lower()[:20]


def wanted(template: Template) -> WantedTemplate:
    """The template as dealers want it. An AlimTalk tells and does not offer, so an ad cannot be one. Raises TemplateUnfit."""
    content = template.content
    if template.state is not TemplateState.APPROVED:
        raise TemplateUnfit(rule="not_approved")
    if template.purpose is Purpose.AD:
        raise TemplateUnfit(rule="ad")
    text = dealing.spoken(content)
    if not text or len(text) > dealing.TEMPLATE_LENGTH_MAX:
        raise TemplateUnfit(rule="length")
    if len(set(VARIABLE.findall(text))) > dealing.VARIABLES_MAX:
        raise TemplateUnfit(rule="variables")
    buttons = (*content.buttons, *(one for part in content.parts if isinstance(part, Card) for one in part.buttons))
    if len(buttons) > dealing.BUTTONS_MAX:
        raise TemplateUnfit(rule="buttons")
    for button in buttons:
        if not _fits(button):
            raise TemplateUnfit(rule="button")
    return WantedTemplate(mark(template.id), template.name[: dealing.TEMPLATE_NAME_LENGTH_MAX], text, buttons)


def _fits(button: Button) -> bool:
    named = 1 <= len(button.label) <= dealing.BUTTON_NAME_LENGTH_MAX and not VARIABLE.search(button.label)
    return named and button.kind in SHOWN


def after_review(before: DealerTemplate, said: Review) -> ReviewState:
    """How a template stands after the dealer has spoken: an end is kept, but an approved one can be stopped there."""
    if before.state in (ReviewState.REJECTED, ReviewState.RETIRED):
        return before.state
    if before.state is ReviewState.APPROVED:
        return ReviewState.RETIRED if said.state is ReviewState.RETIRED else before.state
    return said.state
