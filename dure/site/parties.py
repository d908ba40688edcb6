"""The three parties between whom custody of check-ins is split: which apps, pages and database each of their processes has.

The role of a process (DURE_ROLE, `--role`) is the only thing that decides it (docs/decisions/133, 148).
What a role does not list here does not exist in its process: no table of another party can even be imported.
"""

from typing import Final

IDENTITY: Final = "identity"
VISITS: Final = "visits"
AUTHORITY: Final = "authority"
ROLES: Final = (IDENTITY, VISITS, AUTHORITY)  # the first is the whole platform, and the default
DATABASES: Final = {IDENTITY: "dure", VISITS: "dure_visits", AUTHORITY: "dure_authority"}  # on the embedded server
LOGINS: Final = {IDENTITY: "dure_identity", VISITS: "dure_visits", AUTHORITY: "dure_authority"}

_HOUSE: Final = "dure.services.checkin"
_TABLES: Final = {
    IDENTITY: f"{_HOUSE}.apps.IdentityTables",
    VISITS: f"{_HOUSE}.apps.VisitTables",
    AUTHORITY: f"{_HOUSE}.apps.AuthorityTables",
}
_ACCOUNTS: Final = (
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "dure.foundations.people",  # before the log-in library, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "allauth.socialaccount.providers.kakao",
    "allauth.socialaccount.providers.naver",
    "allauth.socialaccount.providers.google",
)
_MACHINERY: Final = ("procrastinate.contrib.django", "django_bolt", "dure.kit", "dure.foundations.vault")
_PLATFORM: Final = (
    "dure.foundations.places",
    "dure.foundations.ledger",
    "dure.foundations.channels",
    "dure.foundations.impact",
    "dure.services.giving",
    "dure.services.market",
    "dure.services.pledges",
    "dure.services.broadcast",
    "dure.services.forecasts",
)
_BARE: Final = ("django.contrib.staticfiles", "django.forms", "django_htmx")
_APPS: Final = {
    IDENTITY: (*_ACCOUNTS, *_MACHINERY, *_PLATFORM, _HOUSE),
    VISITS: (*_BARE, *_MACHINERY, _HOUSE),  # nobody logs in: no persons, no accounts, no sessions, no admin
    AUTHORITY: (*_ACCOUNTS, *_MACHINERY, "dure.foundations.places", _HOUSE),  # persons are officers and nobody else
}
_FRONT: Final = (
    "dure.kit.guards.TrueAddress",
    "dure.kit.guards.Watched",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
)
_SESSIONS: Final = ("django.contrib.sessions.middleware.SessionMiddleware",)
_FORMS: Final = (
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
_PERSONS: Final = (
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dure.site.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
_FRAMES: Final = ("django.middleware.clickjacking.XFrameOptionsMiddleware", "django_htmx.middleware.HtmxMiddleware")
_LOG_IN: Final = ("allauth.account.middleware.AccountMiddleware", "dure.site.policy.AdminPolicyMiddleware")
_BACK: Final = ("dure.kit.guards.PlainText", "dure.kit.guards.WriteLimit", "dure.kit.faces.RefusalMiddleware")
_WITH_PERSONS: Final = (*_FRONT, *_SESSIONS, *_FORMS, *_PERSONS, *_FRAMES, *_LOG_IN, *_BACK)
# At the visit party no page is counted or said to be slow: times there could be joined with times elsewhere.
_UNCOUNTED: Final = tuple(one.replace("guards.Watched", "guards.Marked") for one in _FRONT)
_WITHOUT: Final = (*_UNCOUNTED, *_FORMS, *_FRAMES, *_BACK)


def apps(role: str) -> list[str]:
    """INSTALLED_APPS of a process of this role."""
    return [*_APPS[role], _TABLES[role]]


def all_apps() -> list[str]:
    """The apps of all parties at once: for type checks only, no process has them."""
    return [*_APPS[IDENTITY], *_TABLES.values()]


def packages(role: str) -> list[str]:
    """Our own packages among the apps, each once, as dotted names."""
    return [name for name in _APPS[role] if name.startswith("dure.")]


def middleware(role: str) -> list[str]:
    """MIDDLEWARE of a process of this role."""
    return list(_WITHOUT if role == VISITS else _WITH_PERSONS)


def context_processors(role: str) -> list[str]:
    """What every template of this role knows."""
    persons = ("django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages")
    return [
        "django.template.context_processors.request",
        "django.template.context_processors.csp",
        *(() if role == VISITS else persons),
        "dure.kit.ui.context.look",
        "dure.site.shell.frame" if role == IDENTITY else "dure.site.party_shell.frame",
    ]


def has_persons(role: str) -> bool:
    """Whether people log in at this party."""
    return role != VISITS
