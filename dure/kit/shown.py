"""What every table of ours has in common in the admin: it is shown. Whoever wants to change something asks an action."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class ReadOnly:
    """Shows, never changes, whoever asks. For tables and for tables inside them."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Shown(ReadOnly, ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """A table that is shown."""
