"""The door of the admin."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite

LIBRARY_TABLES = ("account", "auth", "mfa", "socialaccount", "usersessions")  # people's own pages are the way to these


def guard(site: AdminSite) -> None:
    """The admin opens by the ordinary log-in only (rate limits, second step), and leaves the log-in library's tables alone."""
    site.login = secure_admin_login(site.login)  # type: ignore[method-assign]  # the library's documented way to guard the admin
    for model in [model for model in site._registry if model._meta.app_label in LIBRARY_TABLES]:  # noqa: SLF001 - the only list of what is registered
        site.unregister(model)
