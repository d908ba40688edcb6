"""The admin speaks the steward's language: tables, columns, sums."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dure.services.giving import queries
from dure.services.giving.tests import making
from dure.services.giving.types import CauseFilter

KOREAN = re.compile("[가-힣]")
NO_WORDS = ("id", "xid", "password", "email_key")  # numbers of rows, and what no page shows
TABLES = sorted(
    (one for one in admin.site._registry if one.__module__.startswith("dure.")), key=lambda one: one._meta.label
)


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one._meta.label)
def test_every_table_and_column_has_its_korean(table: Any) -> None:
    hidden = (*NO_WORDS, *(admin.site._registry[table].exclude or ()))
    with translation.override("ko"):
        said = {
            "house": str(table._meta.app_config.verbose_name),
            "": str(table._meta.verbose_name),
            "many": str(table._meta.verbose_name_plural),
        }
        said |= {
            field.name: str(field.verbose_name) for field in table._meta.concrete_fields if field.name not in hidden
        }
    assert [name for name, words in said.items() if not KOREAN.search(words)] == []


CODES = ("state", "role", "phase", "limit", "want", "before", "after", "topic", "partner_state", "level", "system")
MORE = ("receipt_code", "number_kind")


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one._meta.label)
def test_every_code_has_its_korean(table: Any) -> None:
    """States, roles and kinds are words in lists, filters and rows; migrations go on with the codes."""
    coded = [one for one in table._meta.concrete_fields if one.name in (*CODES, *MORE) or one.choices]
    with translation.override("ko"):
        for field in coded:
            words = {str(code): str(said) for code, said in field.flatchoices}
            assert words, field
            assert [said for said in words.values() if not KOREAN.search(said) and said != "English"] == [], field
            assert {str(code) for code, _said in field.choices or ()} <= set(words), field
            assert type(field).__module__.startswith(("django.", "dure.")), (
                "a migration finds the class by its own name"
            )


@pytest.mark.django_db
def test_every_list_opens_with_titles_and_won(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 1)
    town = making.town()
    making.reported(town, (60_000, 40_500), (70_000, 30_500))
    title = queries.page(CauseFilter()).cards[0].title
    client.force_login(get_user_model().objects.create_superuser("s@example.org", "x" * 12, name="Steward"))
    pages = {
        table._meta.label_lower: client.get(
            reverse(f"admin:{table._meta.app_label}_{table._meta.model_name}_changelist"),
            headers={"accept-language": "ko"},
        )
        for table in TABLES
    }
    assert {name: page.status_code for name, page in pages.items() if page.status_code != 200} == {}
    for name in ("giving.gift", "giving.box", "giving.reportline"):
        assert title in pages[name].content.decode()
    assert "60,000원" in pages["giving.gift"].content.decode()
    assert "60,000원" in pages["ledger.payment"].content.decode()
    for name, said, code in (
        ("giving.cause", "보고 완료", ">reported<"),
        ("giving.step", "모금함을 엶", ">open<"),
        ("giving.gift", "기부", ">given<"),
        ("ledger.payment", "받", ">captured<"),
        ("people.organisation", "확인됨", ">verified<"),
    ):
        rows = pages[name].content.decode().split("<tbody", 1)[1]
        assert said in rows, name
        assert code not in rows, name
