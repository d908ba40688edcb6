"""What auditors may do in the admin: look, and nothing else. (Stewards are what Django calls superusers.)"""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model

from dure.foundations.people import queries
from dure.foundations.people.types import PlatformRole


class AuditorBackend(BaseBackend):
    """Grants every `view` permission to auditors. It logs nobody in."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        return perm.partition(".")[2].startswith("view_") and _is_auditor(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return _is_auditor(user_obj)


def _is_auditor(user: Any) -> bool:
    if not (user.is_active and user.is_staff):
        return False
    return PlatformRole.AUDITOR in queries.actor(user.pk).roles
