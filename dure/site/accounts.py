"""Django's settings for accounts, log-in and letters, derived from one Config."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP

from dure.site.config import Config

LETTER_SECONDS_MAX = 20
MINUTES_BETWEEN_PROOFS = 15  # after that, sensitive pages ask for another proof
CACHE_ENTRIES_MAX = 200_000

# Where the log-in page may lead on: browsers apply form-action to the addresses a form is redirected to as well.
_PROVIDER_HOSTS = {
    "kakao": ("https://kauth.kakao.com", "https://accounts.kakao.com"),
    "naver": ("https://nid.naver.com",),
    "google": ("https://accounts.google.com",),
}


def settings_for(config: Config) -> dict[str, Any]:
    """Everything Django, its log-in library and its mailer need to know."""
    return {
        "MAILERS": {"default": _mailer(config)},
        "DEFAULT_FROM_EMAIL": config.email_from,
        "SERVER_EMAIL": config.email_from,
        # Rate limits of the log-in library live in the cache: it must be one for all processes (docs/decisions).
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "people_cache",
                "OPTIONS": {"MAX_ENTRIES": CACHE_ENTRIES_MAX},
            }
        },
        "AUTHENTICATION_BACKENDS": [
            "allauth.account.auth_backends.AuthenticationBackend",
            "dure.foundations.people.pages.backends.AuditorBackend",
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "LOGOUT_REDIRECT_URL": "home",
        **_account_settings(),
        **_second_factor_settings(config),
        **_social_settings(config),
    }


def form_targets(config: Config) -> list[str]:
    """The value of form-action in the content security policy."""
    return [CSP.SELF, *(host for name in _providers(config) for host in _PROVIDER_HOSTS[name])]


def _account_settings() -> dict[str, Any]:
    pages = "dure.foundations.people.pages"
    return {
        "ACCOUNT_ADAPTER": f"{pages}.adapter.AccountAdapter",
        "ACCOUNT_SIGNUP_FORM_CLASS": f"{pages}.joining.JoiningForm",
        "ACCOUNT_FORMS": {
            "signup": f"{pages}.account_forms.SignupForm",
        },
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": "email",
        "ACCOUNT_USER_DISPLAY": f"{pages}.adapter.display_name",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_UNIQUE_EMAIL": True,
        "ACCOUNT_CHANGE_EMAIL": True,
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
        "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": True,
        "ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED": True,
        "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": MINUTES_BETWEEN_PROOFS * 60,
        "ACCOUNT_RATE_LIMITS": {
            "signup": "10/h/ip",
            "login": "30/m/ip",
            "login_failed": "20/m/ip,5/300s/key",
            "request_login_code": "20/m/ip,3/m/key",
            "reset_password": "20/m/ip,5/h/key",
            "confirm_email": "1/10s/key",
        },
    }


def _second_factor_settings(config: Config) -> dict[str, Any]:
    return {
        "MFA_ADAPTER": "dure.foundations.people.pages.adapter.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_PASSKEY_SIGNUP_ENABLED": True,
        "MFA_TOTP_ISSUER": "Dure",
        "MFA_TOTP_TOLERANCE": 1,  # a telephone's clock may be half a minute off
        # Browsers allow passkeys on https and on localhost only; on localhost the library must be told that http is meant.
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not config.secure,
    }


def _social_settings(config: Config) -> dict[str, Any]:
    pages = "dure.foundations.people.pages"
    return {
        "SOCIALACCOUNT_ADAPTER": f"{pages}.adapter.SocialAdapter",
        "SOCIALACCOUNT_FORMS": {"signup": f"{pages}.account_forms.SocialSignupForm"},
        "SOCIALACCOUNT_AUTO_SIGNUP": False,  # nobody joins without having read what they agree to
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_PROVIDERS": {
            name: {"APPS": [{"client_id": client_id, "secret": secret, "key": ""}]}
            for name, (client_id, secret) in _providers(config).items()
        },
    }


def _providers(config: Config) -> dict[str, tuple[str, str]]:
    known = {
        "kakao": (config.kakao_id, config.kakao_secret),
        "naver": (config.naver_id, config.naver_secret),
        "google": (config.google_id, config.google_secret),
    }
    return {name: keys for name, keys in known.items() if all(keys)}


def _mailer(config: Config) -> dict[str, Any]:
    """SMTP when DURE_EMAIL_URL names a server (smtp: STARTTLS on 587, smtps: TLS on 465), else letters as files."""
    if not config.email_url:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(config.var / "mail")},
        }
    url = urlsplit(config.email_url)
    sealed = url.scheme == "smtps"
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": url.hostname,
            "port": url.port or (465 if sealed else 587),
            "username": unquote(url.username or ""),
            "password": unquote(url.password or ""),
            "use_ssl": sealed,
            "use_tls": not sealed,
            "timeout": LETTER_SECONDS_MAX,
        },
    }
