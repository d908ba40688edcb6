"""Django's settings, derived from one Config."""

from typing import Any

import django_stubs_ext
from django.utils.csp import CSP

from dure.kit import database_url as _database_url
from dure.kit import logs as _logs
from dure.kit.bridge import BODY_BYTES_MAX
from dure.site import accounts as _accounts
from dure.site import config as _config
from dure.site import parties as _parties
from dure.site.skin import UNFOLD  # noqa: F401 - read by the admin's skin

DURE = _config.read()
BASE_DIR = _config.ROOT
SECRET_KEY = DURE.secret_key
DEBUG = DURE.debug
ALLOWED_HOSTS = list(DURE.hosts)
CSRF_TRUSTED_ORIGINS = [DURE.origin]

INSTALLED_APPS = _parties.apps(DURE.role)
MIGRATION_MODULES = {f"checkin_{role}": f"dure.services.checkin.migrations.{role}" for role in _parties.ROLES}
MIDDLEWARE = _parties.middleware(DURE.role)
FORM_RENDERER = "dure.kit.ui.forms.DureRenderer"
CSRF_FAILURE_VIEW = "dure.site.pages.form_expired"
ROOT_URLCONF = "dure.site.urls" if DURE.role == _parties.IDENTITY else "dure.site.party_urls"
WSGI_APPLICATION = "dure.site.wsgi.application"
BOLT_API = ["dure.site.api:api" if DURE.role == _parties.IDENTITY else "dure.site.party_api:api"]
BOLT_MAX_UPLOAD_SIZE = BODY_BYTES_MAX
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "dure" / "kit" / "ui" / "templates", BASE_DIR / "dure" / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": _parties.context_processors(DURE.role),
        },
    }
]


DATABASES = {"default": _database_url.settings_of(DURE.database_url, embedded=DURE.embedded)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"  # where people log in; the visit party has no persons and never asks

LANGUAGE_CODE = DURE.language
LANGUAGES = [("ko", "한국어"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"
# Our catalogues come before those of Django and the packages, so that a word of ours reads the same everywhere.
LOCALE_PATHS = [
    BASE_DIR / "dure" / "site" / "locale",
    *(BASE_DIR / app.replace(".", "/") / "locale" for app in _parties.packages(DURE.role)),
]

STATIC_URL = "/static/"
STATIC_ROOT = DURE.var / "static"
STATICFILES_DIRS = [BASE_DIR / "dure" / "kit" / "ui" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {  # what only a page that asks for a permission hands out
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DURE.var / "private", "base_url": None},
    },
    "staticfiles": {"BACKEND": "dure.kit.static.HashedStaticFiles"},
}
BOLT_STATIC_MAX_AGE = 31_536_000  # the names carry a hash of the content
MEDIA_URL = "/media/"
MEDIA_ROOT = DURE.var / "media"

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": _accounts.form_targets(DURE),
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DURE.secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if DURE.proxies else None
SECURE_HSTS_SECONDS = 31_536_000 if DURE.secure else 0

if _parties.has_persons(DURE.role):
    globals().update(_accounts.settings_for(DURE))
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGGING = _logs.configured(DURE.log_level)

django_stubs_ext.monkeypatch()
