"""Reads about templates: the versions of a channel, the one in force."""

from uuid import UUID

import msgspec

from dure.base.refusals import NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules.templates_of import variables
from dure.foundations.channels.types import ChannelId, Content, Purpose, Template, TemplateId, TemplateState
from dure.foundations.people.types import Actor, PersonId

from .channels import led

__all__ = ["template", "templates_for"]

LISTED_MAX = 200


def templates_for(by: Actor, channel: UUID) -> tuple[Template, ...]:
    """The versions of a channel's templates, by name, the newest of each first. Raises NotAllowed, NotFound."""
    permits.may_work(by, led(channel))
    rows = models.Template.objects.filter(channel_id=channel).select_related("body").order_by("name", "-version")
    return tuple(_template(row) for row in rows[:LISTED_MAX])


def template(template: UUID) -> Template:
    """One version, for sending by it. Raises NotFound."""
    row = models.Template.objects.select_related("body").filter(id=template).first()
    if row is None:
        raise NotFound(what="template")
    return _template(row)


def _template(row: models.Template) -> Template:
    content = msgspec.json.decode(bytes(row.body.content), type=Content)
    return Template(
        id=TemplateId(row.id),
        channel=ChannelId(row.channel_id),
        name=row.name,
        version=row.version,
        purpose=Purpose(row.purpose),
        content=content,
        variables=variables(content),
        state=TemplateState(row.state),
        written_by=PersonId(row.written_by),
        approved_by=PersonId(row.approved_by) if row.approved_by else None,
        why=row.why,
    )
