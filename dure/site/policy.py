"""The content policy of the admin, which is looser than that of every other page (docs/decisions/020-policy-of-the-admin.md)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

ADMIN_PATH = "/admin/"


def admin_policy() -> dict[str, Any]:
    """The pages' policy, but Alpine may evaluate the expressions in its own templates, and style attributes count."""
    return settings.SECURE_CSP | {
        "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
        "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    }


class AdminPolicyMiddleware:
    """Gives answers under /admin/ the admin's policy. Stands anywhere below Django's own policy middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._get_admin = csp_override(admin_policy())(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_admin if request.path.startswith(ADMIN_PATH) else self._get_response
        return answer(request)
