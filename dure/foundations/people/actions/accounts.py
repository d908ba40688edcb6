"""Accounts: the first proof of an address, the profile, closing, forgetting."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people import models, queries, rules
from dure.foundations.people.types import (
    AccountClosed,
    Actor,
    AddressTaken,
    InvitationState,
    Newcomer,
    Origin,
    PersonId,
    PersonJoined,
    PlatformRole,
    StillNeeded,
)
from dure.kit import outbox, sqlfiles, tx

from .consents import withdraw_all

LANGUAGES = ("ko", "en")
REGION_LENGTH_MAX = 20
FORGET_BATCH_MAX = 500
_ADMIT_CROWD = sqlfiles.load("dure.foundations.people", "admit_crowd").text
SESSIONS_FORGOTTEN_MAX = 50_000  # a night
NO_PASSWORD = "!"  # noqa: S105 - what Django takes for "cannot log in with a password"


def admit(by: Actor, newcomer: Newcomer) -> PersonId:
    """Let somebody in without a letter: the first steward from the command line, sample people. Again: nothing happens.

    Raises NotAllowed, BadValue, AddressTaken.
    """
    tx.demand()
    rules.may_keep_house(by)
    if models.Person.objects.filter(id=newcomer.id).exists():
        return newcomer.id
    email = rules.clean_email(newcomer.email)
    if queries.is_address_taken(email):
        raise AddressTaken()
    at = newcomer.joined_at or clock.now()
    row = models.Person.objects.create_user(
        email,
        newcomer.password,
        newcomer.hashed,
        id=newcomer.id,
        name=rules.clean_name(newcomer.name),
        language=newcomer.language,
        region=newcomer.region,
        joined_at=at,
        verified_at=at,
    )
    EmailAddress.objects.create(user=row, email=email, verified=True, primary=True)
    outbox.emit(PersonJoined(person=row.id, at=at))
    return newcomer.id


def admit_crowd(by: Actor, newcomers: Sequence[Newcomer]) -> None:
    """Let many sample people in, for the replay of a drive. They have no password and nobody is told; again: nothing happens.

    Raises NotAllowed: where real people are, nobody is let in like this.
    """
    tx.demand()
    rules.may_keep_house(by)
    if not settings.DURE.demo:
        raise NotAllowed(needs="sample_town")
    now = clock.now()
    rows = [
        {
            "id": one.id,
            "email": one.email,
            "email_key": models.email_key(one.email),
            "name": one.name,
            "joined_at": one.joined_at or now,
        }
        for one in newcomers
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ADMIT_CROWD, {"newcomers": msgspec.json.encode(rows).decode(), "password": NO_PASSWORD})


def note_verified(by: Actor, person: PersonId) -> bool:
    """The log-in machinery saw a proved address: the first time, the person has joined. Answers whether it was the first.

    Raises NotAllowed: only the platform itself sees a proof.
    """
    tx.demand()
    rules.may_keep_house(by)
    now = clock.now()
    fresh = models.Person.objects.filter(id=person, verified_at__isnull=True, closed_at__isnull=True).update(
        verified_at=now
    )
    if fresh:
        outbox.emit(PersonJoined(person=person, at=now))
    return bool(fresh)


def rename(by: Actor, name: str) -> None:
    """Be called otherwise. Raises NotAllowed, BadValue."""
    tx.demand()
    me = rules.may_act_for_self(by)
    models.Person.objects.filter(id=me).update(name=rules.clean_name(name))


def edit_profile(by: Actor, *, name: str, region: str, language: str) -> None:
    """Change what one says of oneself. `region` is a code of places or empty. Raises NotAllowed, BadValue."""
    tx.demand()
    me = rules.may_act_for_self(by)
    if language not in LANGUAGES:
        raise BadValue(field="language", reason="unknown")
    region = rules.clean_line(region, "region", REGION_LENGTH_MAX, required=False)
    models.Person.objects.filter(id=me).update(name=rules.clean_name(name), region=region, language=language)


def close_account(by: Actor, origin: Origin) -> None:
    """Close one's own account: personal data is erased, the id stays as a pseudonym in the books.

    Raises NotAllowed, StillNeeded.
    """
    tx.demand()
    me = rules.may_act_for_self(by)
    models.Person.objects.select_for_update().get(id=me)
    queries.holders(PlatformRole.STEWARD, lock=True)
    for membership in queries.memberships_of(me):
        queries.organisation(membership.organisation.id, lock=True)
    objections = queries.closing_objections(me)
    if objections:
        raise StillNeeded(objections=objections)
    now = clock.now()
    withdraw_all(by, origin)
    _erase(me, now)
    outbox.emit(AccountClosed(person=me, at=now))


def forget(by: Actor, now: datetime) -> int:
    """Erase accounts whose address nobody proved, and the fingerprints of accounts closed long enough ago.

    Answers how many. Raises NotAllowed: this is the platform's own housework.
    """
    tx.demand()
    rules.may_keep_house(by)
    unproved = models.Person.objects.filter(
        verified_at__isnull=True, closed_at__isnull=True, joined_at__lte=now - rules.UNVERIFIED_KEPT
    ).values_list("id", flat=True)[:FORGET_BATCH_MAX]
    for person in unproved:
        _erase(PersonId(person), now)
        models.Person.objects.filter(id=person).update(email_key=None)
    faded = models.Person.objects.filter(closed_at__lte=now - rules.FINGERPRINT_KEPT, email_key__isnull=False).update(
        email_key=None
    )
    return len(unproved) + faded


def forget_sessions(by: Actor, now: datetime) -> int:
    """Erase log-ins that are over, and from where and with which browser they were made.

    Answers how many. Raises NotAllowed: this is the platform's own housework.
    """
    tx.demand()
    rules.may_keep_house(by)
    over = Session.objects.filter(expire_date__lte=now).values("session_key")[:SESSIONS_FORGOTTEN_MAX]
    Session.objects.filter(session_key__in=over).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    ended = UserSession.objects.filter(~Exists(alive), last_seen_at__lte=now - rules.ENDED_SESSION_KEPT)
    count, _each = UserSession.objects.filter(id__in=ended.values("id")[:SESSIONS_FORGOTTEN_MAX]).delete()
    return int(count)


def _erase(person: PersonId, now: datetime) -> None:
    """Take everything personal out of the row and all that hangs on it."""
    row = models.Person.objects.get(id=person)
    for session in UserSession.objects.filter(user_id=person):
        SessionStore(session.session_key).delete()
    for owned in (UserSession, EmailAddress, Authenticator, SocialAccount):
        owned.objects.filter(user_id=person).delete()
    if row.verified_at:  # an address nobody proved may be somebody else's, and so are the invitations to it
        models.Invitation.objects.filter(email_key=row.email_key, state=InvitationState.OPEN).update(
            state=InvitationState.DECLINED, answered_at=now
        )
        models.Invitation.objects.filter(email_key=row.email_key).update(email="", email_key="")
    models.Membership.objects.filter(person_id=person, ended_at__isnull=True).update(ended_at=now)
    models.RoleGrant.objects.filter(person_id=person, revoked_at__isnull=True).update(revoked_at=now)
    models.Person.objects.filter(id=person).update(
        name="",
        email=f"{ids.new()}@closed.invalid",
        password=make_password(None),
        region="",
        is_active=False,
        is_staff=False,
        is_superuser=False,
        last_login=None,
        closed_at=now,
    )
