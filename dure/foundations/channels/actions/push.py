"""Browsers that may be woken: kept, heard from, and let go when they are silent."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotAllowed
from dure.foundations.channels import models
from dure.foundations.channels.rules import push as rules
from dure.kit import tx

__all__ = [
    "note_heartbeat",
    "prune_subscriptions",
    "subscribe",
    "unsubscribe",
]


def subscribe(by: Actor, endpoint: str, p256dh: str, auth: str, device: str = "") -> UUID:
    """Keep a browser that its owner lets be woken. The same browser again is the same one, also for another person who logs
    in there: it is then theirs alone. Raises NotAllowed, BadValue.
    """
    tx.demand()
    if by.person is None:
        raise NotAllowed(needs="log_in")
    rules.clean_endpoint(endpoint)
    point, secret = rules.clean_keys(p256dh, auth)
    now, digest = clock.now(), sha256(endpoint.encode()).digest()
    kept = {
        "person_id": by.person,
        "endpoint": endpoint,
        "p256dh": point,
        "auth": secret,
        "device": device[: rules.DEVICE_LENGTH_MAX],
        "heard_at": now,
        "failures": 0,
    }
    row, _ = models.PushSubscription.objects.update_or_create(
        endpoint_hash=digest, defaults=kept, create_defaults={**kept, "id": ids.new(), "at": now}
    )
    old = models.PushSubscription.objects.filter(person=by.person).order_by("-at", "-pk").values_list("id", flat=True)
    models.PushSubscription.objects.filter(id__in=list(old[rules.SUBSCRIPTIONS_MAX :])).delete()
    return row.id


def unsubscribe(by: Actor, endpoint: str) -> None:
    """Forget one's own browser. Unknown ones are forgotten already."""
    tx.demand()
    digest = sha256(endpoint.encode()).digest()
    models.PushSubscription.objects.filter(endpoint_hash=digest, person=by.person).delete()


def note_heartbeat(by: Actor, endpoint: str) -> bool:
    """A browser is there: its service worker asked. False when it is not known, or not this person's: it subscribes anew."""
    tx.demand()
    digest = sha256(endpoint.encode()).digest()
    known = models.PushSubscription.objects.filter(endpoint_hash=digest, person=by.person)
    return bool(known.update(heard_at=clock.now(), failures=0))


def prune_subscriptions(by: Actor, now: datetime) -> int:
    """Forget browsers that were silent too long, or that refused too often. Answers how many."""
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    silent = models.PushSubscription.objects.filter(heard_at__lt=now - rules.SILENT_MAX)
    broken = models.PushSubscription.objects.filter(failures__gte=rules.FAILURES_MAX)
    return silent.delete()[0] + broken.delete()[0]
