"""Consents: an append-only log. Giving and withdrawing add a line, nothing changes one."""

from django.conf import settings

from dure.base import clock, ids
from dure.base.refusals import NotFound
from dure.foundations.people import models, queries, rules
from dure.foundations.people.types import (
    Actor,
    ConsentEntry,
    ConsentGiven,
    ConsentText,
    ConsentWithdrawn,
    Origin,
    PersonId,
)
from dure.kit import outbox, tx


def give_consent(by: Actor, purpose: str, version: int, origin: Origin) -> None:
    """Agree to `purpose` in the words of `version`; agreeing again adds nothing. Raises NotAllowed, NotFound, OtherText."""
    tx.demand()
    me = rules.may_act_for_self(by)
    text = _text(purpose)
    rules.check_gives(text, version)
    standing = rules.standing(text, _locked_log(me))
    if standing.given and not standing.outdated:
        return
    _add(me, text, given=True, origin=origin)
    outbox.emit(ConsentGiven(person=me, purpose=text.purpose, version=text.version, at=clock.now()))


def withdraw_consent(by: Actor, purpose: str, origin: Origin) -> None:
    """Take a consent back, from now on; what was never given stays so. Raises NotAllowed, NotFound, RequiredConsent."""
    tx.demand()
    me = rules.may_act_for_self(by)
    text = _text(purpose)
    rules.check_withdraws(text)
    if not rules.standing(text, _locked_log(me)).given:
        return
    _add(me, text, given=False, origin=origin)
    outbox.emit(ConsentWithdrawn(person=me, purpose=text.purpose, at=clock.now()))


def withdraw_all(by: Actor, origin: Origin) -> None:
    """The account ends, and with it every consent, the required ones too. Part of closing it."""
    person = rules.may_act_for_self(by)
    log = _locked_log(person)
    for text in rules.texts():
        if rules.standing(text, log).given:
            _add(person, text, given=False, origin=origin)
            outbox.emit(ConsentWithdrawn(person=person, purpose=text.purpose, at=clock.now()))


def _text(purpose: str) -> ConsentText:
    text = rules.text_for(purpose)
    if text is None:
        raise NotFound(what="purpose")
    return text


def _locked_log(person: PersonId) -> tuple[ConsentEntry, ...]:
    """What the person's log says now, with nobody else adding to it until the transaction ends."""
    models.Person.objects.select_for_update().filter(id=person).first()
    return queries.last_words(person)


def _add(person: PersonId, text: ConsentText, *, given: bool, origin: Origin) -> None:
    models.ConsentEntry.objects.create(
        id=ids.new(),
        person_id=person,
        purpose=text.purpose,
        version=text.version,
        given=given,
        at=clock.now(),
        face=origin.face,
        language=origin.language,
        text_digest=rules.digest(text, origin.language),
        address_hash=rules.fingerprint(origin.address, settings.SECRET_KEY) if origin.address else "",
    )
