"""The admin shows. Nobody edits a table of ours there, whatever his rights: rules are asked in actions only."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from dure.kit.shown import ReadOnly


def test_no_table_of_ours_can_be_edited_in_the_admin() -> None:
    request = RequestFactory().get("/admin/")
    request.user = get_user_model()(is_superuser=True, is_active=True, is_staff=True)
    seen = 0
    for model, shown in admin.site._registry.items():
        if not model.__module__.startswith("dure."):
            continue
        seen += 1
        for table in (shown, *(inline(model, admin.site) for inline in shown.inlines)):
            assert isinstance(table, ReadOnly), f"{type(table).__name__}: take dure.kit.shown.Shown"
            rights = (table.has_add_permission(request, None), table.has_change_permission(request))
            assert (*rights, table.has_delete_permission(request)) == (False, False, False), type(table).__name__
    assert seen > 20
