"""What keeps the promises of keys: verify, the lesser role, the hourly sweep, the doctor, the register."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from dure.foundations.vault import actions, commands, models, queries, tasks
from dure.foundations.vault.tests.test_keys import BY, DAY, END, NAME, SECRET, findings, later, on
from dure.foundations.vault.types import Entry, KeyName

OTHER = KeyName("visits", "other", DAY)


@pytest.fixture(autouse=True)
def on_the_day():
    with on(DAY):
        yield


@pytest.fixture
def sealed(db: None) -> bytes:
    actions.make_key(BY, NAME, END)
    return queries.seal(NAME, b"row 1", SECRET)


def test_verify_finds_what_was_done_by_hand(sealed: bytes, keys_folder: Path) -> None:
    assert findings("vault.committed") == []
    (keys_folder / END.isoformat() / "visits.strange.2026-11-01.key").write_bytes(b"?")
    assert "no key is known for" in findings("vault.committed")[0]
    models.DatedKey.objects.create(
        id="00000000-0000-0000-0000-000000000001",
        party="visits",
        purpose="silent",
        day=DAY,
        ends_on=END,
        commitment=bytes(32),
        told_in="visits",
        made_on=DAY,
    )
    found = " ".join(findings("vault.committed"))
    assert "its commitment is not in the log visits.silent" in found
    assert "its file is missing" in found
    actions.append(BY, "visits", [Entry("x", b"y")])
    models.DatedKey.objects.filter(purpose="silent").update(destroyed_on=END)
    assert any("its log knows nothing of it" in line for line in findings("vault.ended"))


@pytest.mark.django_db
def test_the_lesser_role_of_what_serves_may_do_all_this_and_no_more() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dure_app")
    actions.make_key(BY, NAME, END)
    sealed = queries.seal(NAME, b"row 1", SECRET)
    assert queries.unseal(NAME, b"row 1", sealed) == SECRET
    with later(END):
        assert len(actions.destroy_keys(BY).gone) == 1
    for table in ("vault_key", "vault_log", "vault_leaf", "vault_tile"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    day, tomorrow = "'2026-12-01'", "'2026-12-02'"
    for change in (  # the key was destroyed above, and is another one afterwards for nobody
        "vault_key SET destroyed_on = NULL",
        f"vault_key SET destroyed_on = {day}",
        f"vault_key SET ends_on = {tomorrow}",
        "vault_log SET size = 0",
        "vault_log SET root = '\\x00'",
        "vault_log SET origin = 'elsewhere'",
        "vault_log SET public = '\\x00'",
        "vault_tile SET hashes = substring(hashes FOR 32)",
        "vault_tile SET hashes = '\\x00' || hashes",
        "vault_tile SET index = index + 1",
        "vault_leaf SET key = 'else'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {change}")
    with later(END):
        actions.make_key(BY, OTHER, END + timedelta(days=1))
    for change in (
        f"ends_on = {tomorrow}",
        "commitment = '\\x00'",
        f"destroyed_on = {day}, public = ''",
        "told_in = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE vault_key SET {change} WHERE purpose = 'other'")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE vault_key SET destroyed_on = {day} WHERE purpose = 'other'")  # once
        cursor.execute("RESET ROLE")


def test_the_hourly_sweep_destroys_what_ended(sealed: bytes, keys_folder: Path) -> None:
    tasks.destroy(timestamp=0)
    assert queries.opened(NAME)
    with later(END):
        tasks.destroy(timestamp=0)
        assert queries.key(NAME).destroyed_on == END
        assert not (keys_folder / END.isoformat()).exists()


@pytest.mark.django_db(transaction=True)
def test_the_doctor_says_the_heads_and_sees_a_clock_that_went_back(tmp_path: Path) -> None:
    with transaction.atomic():
        actions.make_key(BY, NAME, END)
    keys, log = commands.diagnoses()
    assert (keys.level, log.level) == ("ok", "ok")
    assert queries.head("visits").note.split("\n")[2] in log.found
    with on(DAY - timedelta(days=1)):
        assert commands.diagnoses()[0].level == "wrong"
    (tmp_path / "root").write_text("")
    assert "RootUnfit" in commands.diagnoses()[0].found


def test_the_register_lists_what_every_house_promised() -> None:
    kept = queries.kept()
    assert {"people", "ledger", "channels", "giving"} <= {one.house for one in kept}
    assert all(one.days > 0 and one.why and one.by.startswith("dure.") for one in kept)
