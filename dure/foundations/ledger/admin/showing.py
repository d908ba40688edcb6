"""What all tables of the ledger have in common in the admin: they are shown."""

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Shows, never changes, whoever asks."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
