"""Templates: written, asked for, approved by another person, replaced by the next version."""

from django.db.models import Max

from dure.base import clock, ids
from dure.base.refusals import KeyReused, NotFound
from dure.foundations.channels import models, queries
from dure.foundations.channels.rules import advertising
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules import templates_of as rules
from dure.foundations.channels.rules.templates_of import TemplateVerb
from dure.foundations.channels.types import (
    ChannelId,
    Content,
    NewTemplate,
    Purpose,
    Template,
    TemplateId,
    TemplateState,
)
from dure.foundations.people.types import Actor
from dure.kit import tx

from .bodies import content_of, stored

__all__ = ["approve_template", "ask_template", "edit_template", "reject_template", "write_template"]


def write_template(by: Actor, new: NewTemplate, *, key: str) -> Template:
    """Write a template; a name that is there already gets its next version, a draft. The same key again: the same version.

    Raises NotAllowed, NotFound, BadValue, ContentTooLong, AdFormWrong, AdLooksLikeInfo, and KeyReused for other
    words under an old key.
    """
    tx.demand()
    led = queries.led(new.channel, lock=True)  # so that two versions do not get one number
    me = permits.may_work(by, led)
    permits.check_speaks(led)
    name = permits.clean_line(new.name, "name", rules.NAME_LENGTH_MAX)
    _check(new.channel, new.purpose, new.content)
    template = TemplateId(ids.derived(new.channel, f"template:{me}:{key}"))
    known = models.Template.objects.select_related("body").filter(id=template).first()
    if known is None:
        last = models.Template.objects.filter(channel_id=new.channel, name=name).aggregate(last=Max("version"))["last"]
        models.Template.objects.create(
            id=template,
            channel_id=new.channel,
            name=name,
            version=(last or 0) + 1,
            purpose=new.purpose,
            body=stored(new.content),
            written_by=me,
            at=clock.now(),
        )
    elif (known.name, known.purpose, content_of(known.body)) != (name, new.purpose, new.content):
        raise KeyReused(key=key)
    return queries.template(template)


def edit_template(by: Actor, template: TemplateId, content: Content) -> Template:
    """Change a version that is not approved yet; it is a draft again. Raises WrongState, and as writing it."""
    tx.demand()
    row = _locked(template)
    me = permits.may_work(by, queries.led(row.channel_id))
    _check(ChannelId(row.channel_id), Purpose(row.purpose), content)
    _move(row, TemplateVerb.EDIT)
    row.body, row.written_by, row.why = stored(content), me, ""
    row.save(update_fields=["state", "body", "written_by", "why"])
    return queries.template(template)


def ask_template(by: Actor, template: TemplateId) -> None:
    """Ask for a second person's yes. Raises NotAllowed, NotFound, WrongState."""
    tx.demand()
    row = _locked(template)
    permits.may_work(by, queries.led(row.channel_id))
    _move(row, TemplateVerb.ASK)
    row.save(update_fields=["state"])


def approve_template(by: Actor, template: TemplateId) -> None:
    """Approve as another person than the writer; the version before retires. Raises NotAllowed, NeedsSecondPerson, WrongState."""
    tx.demand()
    row = _locked(template)
    me = permits.may_work(by, queries.led(row.channel_id))
    rules.may_approve(me, queries.template(template).written_by)
    _move(row, TemplateVerb.APPROVE)
    row.approved_by = me
    row.save(update_fields=["state", "approved_by"])
    for old in models.Template.objects.select_for_update().filter(
        channel_id=row.channel_id, name=row.name, state=TemplateState.APPROVED
    ):
        if old.id != row.id:
            _move(old, TemplateVerb.RETIRE)
            old.save(update_fields=["state"])


def reject_template(by: Actor, template: TemplateId, why: str) -> None:
    """Send it back with a reason. Raises NotAllowed, NeedsSecondPerson, WrongState, BadValue."""
    tx.demand()
    row = _locked(template)
    me = permits.may_work(by, queries.led(row.channel_id))
    rules.may_approve(me, queries.template(template).written_by)
    _move(row, TemplateVerb.REJECT)
    row.why = permits.clean_line(why, "why", permits.WHY_LENGTH_MAX)
    row.save(update_fields=["state", "why"])


def _check(channel: ChannelId, purpose: Purpose, content: Content) -> None:
    said = queries.channel(channel)
    formed = advertising.as_ad(content, said.name, said.contact) if purpose is Purpose.AD else content
    rules.check(formed, purpose, said.name, said.contact)


def _locked(template: TemplateId) -> models.Template:
    row = models.Template.objects.select_for_update().filter(id=template).first()
    if row is None:
        raise NotFound(what="template")
    return row


def _move(row: models.Template, verb: TemplateVerb) -> None:
    row.state = rules.after(TemplateState(row.state), verb)
