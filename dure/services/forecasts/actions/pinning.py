"""Whom we believe: an operator pins a certificate after its fingerprint was read aloud, and takes it away with a date."""

from datetime import datetime
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.kit import tx
from dure.services.forecasts import models
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import pinning
from dure.services.forecasts.types import NewPin, PinId, PinTaken

from .alerts import judge_again, lock_sender


def pin(by: Actor, new: NewPin, *, key: str) -> PinId:
    """Believe what this certificate signs for this sender, also what has come in already and still holds.

    Raises NotAllowed, BadValue, NotACertificate, FingerprintDiffers, PinTaken.
    """
    with tx.action(by, "forecasts.pin", key, new, UUID) as done:
        if done:
            return PinId(done.answer())
        person, now = permits.may_pin(by), clock.now()
        checked = pinning.check(new, now)
        lock_sender(checked.sender)
        same = models.Pin.objects.filter(sender=checked.sender, fingerprint=checked.fingerprint)
        if same.filter(unpinned_at__isnull=True).exists():
            raise PinTaken()
        row = models.Pin.objects.create(
            id=ids.new(),
            sender=checked.sender,
            certificate=checked.pem,
            fingerprint=checked.fingerprint,
            heard_from=checked.heard_from,
            pinned_at=now,
            pinned_by_id=person,
        )
        judge_again(checked.sender, now)
        return PinId(done.keep(row.id))


def unpin(by: Actor, pin: PinId, withdrawn_from: datetime, *, key: str) -> None:
    """Believe nothing that this certificate signed from a moment on, nor anything that comes in from now on. Twice is once: the
    first word counts.

    Raises NotAllowed, NotFound, BadValue.
    """
    with tx.action(by, "forecasts.unpin", key, (pin, withdrawn_from), bool) as done:
        if done:
            return
        person, now = permits.may_pin(by), clock.now()
        since = pinning.check_withdrawn(withdrawn_from, now)
        row = models.Pin.objects.select_for_update().filter(id=pin).first()
        if row is None:
            raise NotFound(what="pin")
        if row.unpinned_at is None:
            row.withdrawn_from, row.unpinned_at, row.unpinned_by_id = since, now, person
            row.save(update_fields=["withdrawn_from", "unpinned_at", "unpinned_by"])
            judge_again(row.sender, now)
        done.keep(True)
