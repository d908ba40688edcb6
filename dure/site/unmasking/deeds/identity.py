"""The identity party of a day that is attacked: people who agreed and are logged in, and its worker's minute."""

from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore

from dure.base.actors import system
from dure.foundations.people import actions, queries
from dure.foundations.people.types import Newcomer, Origin, PersonId
from dure.kit import tx
from dure.services.checkin.actions import identity as checkin
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.tasks import identity as tasks

from .common import own_keys

BY = system("trial.people")
LOG_IN = "allauth.account.auth_backends.AuthenticationBackend"


def let_in(people: list[dict[str, str]]) -> list[str]:
    """Let these people in, have them agree to check-in, and log their telephones in: the sessions' keys."""
    found = []
    for one in people:
        person = PersonId(UUID(one["id"]))
        with tx.durable():
            actions.admit(BY, Newcomer(id=person, name=one["name"], email=one["email"], hashed="!"))
        checkin.agree(queries.actor(person), CONSENT.version, Origin(face="demo"))
        user, session = get_user_model().objects.get(pk=person), SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person), LOG_IN
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found.append(str(session.session_key))
    return found


def minute() -> None:
    """What the worker does each minute."""
    tasks.begin_days(0)
    tasks.tell_register(0)


DEEDS = {
    "let_in": let_in,
    "minute": minute,
    "own_keys": own_keys,
}
