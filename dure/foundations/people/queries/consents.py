"""Reads about consents, and a person's own part of the data export."""

from collections.abc import Mapping
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from dure.foundations.people import models, rules
from dure.foundations.people.types import Consent, ConsentEntry, PersonId, Purpose

from .organisations import memberships_of
from .persons import profile

LOG_LINES_MAX = 1_000
EXPORTED_AT_ONCE = 1_000


def consent_log(person: UUID) -> tuple[ConsentEntry, ...]:
    """The newest LOG_LINES_MAX lines of a person's log, the oldest of them first."""
    rows = list(_lines(person).order_by("-id")[:LOG_LINES_MAX])
    return tuple(map(_entry, reversed(rows)))


def last_words(person: UUID) -> tuple[ConsentEntry, ...]:
    """The last line on each purpose, however long the log is: what stands now."""
    return tuple(map(_entry, _lines(person).order_by("purpose", "-id").distinct("purpose")))


def consents_of(person: UUID) -> tuple[Consent, ...]:
    """Where a person stands on every purpose there is, the required ones first."""
    log = last_words(person)
    return tuple(rules.standing(text, log) for text in rules.texts())


def has_consent(person: UUID, purpose: str) -> bool:
    """Whether a person agrees to `purpose` now, in the words now in force."""
    text = rules.text_for(purpose)
    if text is None:
        return False
    standing = rules.standing(text, last_words(person))
    return standing.given and not standing.outdated


def persons_consenting(purpose: str) -> frozenset[PersonId]:
    """Everybody whose last word on `purpose` is yes. For sending letters."""
    last = (
        models.ConsentEntry.objects.filter(purpose=purpose, person__closed_at__isnull=True)
        .order_by("person_id", "-id")
        .distinct("person_id")
        .values_list("person_id", "given")
    )
    return frozenset(PersonId(person) for person, given in last if given)


def persons_who_consented(purpose: str) -> frozenset[PersonId]:
    """Everybody who ever said yes to `purpose` and is still here, also who took it back since: what was true on that day."""
    found = models.ConsentEntry.objects.filter(purpose=purpose, given=True, person__closed_at__isnull=True)
    return frozenset(PersonId(person) for person in found.values_list("person_id", flat=True).distinct())


def export_of(person: UUID) -> Mapping[str, object]:
    """What this house knows about a person, for the data export."""
    own = profile(person)
    return {
        "profile": {
            "id": str(own.id),
            "name": own.name,
            "email": own.email,
            "region": own.region,
            "language": own.language,
            "joined_at": own.joined_at,
            "verified_at": own.verified_at,
        },
        "organisations": [
            {"name": member.organisation.name, "role": member.role, "since": member.since}
            for member in memberships_of(person)
        ],
        "consents": _lines(person)
        .order_by("id")
        .values("purpose", "version", "given", "at", "face", "language")
        .iterator(EXPORTED_AT_ONCE),
        "roles": list(
            models.RoleGrant.objects.filter(person_id=person)
            .order_by("id")
            .values("role", "asked_at", "granted_at", "starts_at", "revoked_at")
        ),
        "log_in": _log_in(person),
    }


def _log_in(person: UUID) -> Mapping[str, object]:
    """How somebody logs in and from where they did; of second steps that there are any, never their secrets."""
    sessions = UserSession.objects.filter(user_id=person).order_by("created_at", "pk")
    steps = Authenticator.objects.filter(user_id=person).order_by("created_at", "pk")
    return {
        "addresses": list(EmailAddress.objects.filter(user_id=person).values("email", "verified", "primary")),
        "other_accounts": list(SocialAccount.objects.filter(user_id=person).values("provider", "uid", "date_joined")),
        "second_steps": list(steps.values("type", "created_at", "last_used_at")),
        "sessions": list(sessions.values("created_at", "last_seen_at", "ip", "user_agent")),
    }


def _lines(person: UUID) -> QuerySet[models.ConsentEntry]:
    return models.ConsentEntry.objects.filter(person_id=person)


def _entry(row: models.ConsentEntry) -> ConsentEntry:
    return ConsentEntry(purpose=Purpose(row.purpose), version=row.version, given=row.given, at=row.at, face=row.face)
