"""dure audit checkin: the three logs of check-in, verified offline, and what should not be in them by name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from typer.testing import CliRunner

from dure.base.actors import system
from dure.foundations.vault import actions, queries, rules
from dure.foundations.vault.tests.test_logs import copied
from dure.foundations.vault.types import Entry, KeyNote, KeyUse, Moment
from dure.services.checkin.rules import calendar, days, statements
from dure.services.checkin.tests.test_report import query
from dure.services.checkin.types import Epoch, Party
from dure.site.cli import app

NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
TODAY = calendar.epoch_of(NOON)
BY = system("test")
LIVED = 30  # days since the first key

type Logs = dict[Party, list[Entry]]


def kept_well() -> Logs:
    """What three parties told that kept their word for thirty days, and one query that was closed."""
    logs: Logs = {party: [] for party in Party}
    for party, keys in days.KEYS.items():
        for key in keys:
            for epoch in range(TODAY - LIVED, TODAY + 1):
                name = days.key_name(party, key.purpose, Epoch(epoch))
                public = bytes([epoch % 256]) * 32 if key.use is KeyUse.LETTERS else b""
                ends = days.ends_on(key, Epoch(epoch))
                note = KeyNote(name, Moment(ends), bytes([epoch % 256]) * 32, public)
                logs[party].append(Entry(rules.made_key(str(name)), rules.made_statement(note)))
                if ends <= NOON.date():
                    gone = Entry(rules.destroyed_key(str(name)), rules.destroyed_statement(note, ends))
                    logs[party].append(gone)
    closed = replace(query(3, 12), filed_at=NOON, closed_on=NOON.date(), log_entry=7)
    logs[Party.AUTHORITY] += [
        Entry("query", statements.query_statement(closed)),
        Entry("closed", statements.closed_statement(closed)),
    ]
    logs[Party.VISITS].append(Entry("answered", statements.answered_statement(closed, Party.VISITS)))
    return logs


@pytest.fixture
def audit(db: None, settings: Any, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Publish these logs, copy them, and audit the copies."""
    settings.DURE = replace(settings.DURE, vault_keys=tmp_path / "keys", vault_root_file=tmp_path / "root")

    def run(logs: Logs, *more: str) -> tuple[int, str]:
        with time_machine.travel(NOON, tick=False):
            given = []
            for party, entries in logs.items():
                actions.append(BY, party.value, entries)
                given.append(f"{party.value}={copied(party.value, tmp_path / party.value)}")
            keys = [f"--key={party.value}={queries.head(party.value).verifier}" for party in logs]
            ran = CliRunner().invoke(app, ["audit", "checkin", *given, *keys, *more])
        return ran.exit_code, " ".join(ran.output.split())

    return run


def test_three_logs_that_were_kept_well_make_the_report(audit: Any, tmp_path: Path) -> None:
    code, said = audit(kept_well(), "--language", "en", "--pdf", str(tmp_path / "report.pdf"))
    assert code == 0, said
    assert "Of 3 days past their 28, 3 are destroyed" in said
    assert "People told, at most (counted in fives): 15" in said
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_it_speaks_korean_too(audit: Any) -> None:
    code, said = audit(kept_well())
    assert (code, "투명성 보고서" in said) == (0, True), said


def test_a_day_that_is_not_destroyed_is_named(audit: Any) -> None:
    logs = kept_well()
    late = days.key_name(Party.VISITS, days.SHARES, Epoch(TODAY - 29))
    logs[Party.VISITS] = [one for one in logs[Party.VISITS] if one.key != rules.destroyed_key(str(late))]
    code, said = audit(logs, "--language", "en")
    assert code == 1
    assert f"A key that was due is not called destroyed: visits shares {late.day}" in said


def test_an_answer_to_an_unlogged_query_is_named(audit: Any) -> None:
    logs = kept_well()
    logs[Party.AUTHORITY] = [one for one in logs[Party.AUTHORITY] if one.key not in ("query", "closed")]
    code, said = audit(logs, "--language", "en")
    assert (code, "A party answered a query that does not stand in the log: visits" in said) == (1, True)


def test_a_key_that_is_told_of_twice_is_named(audit: Any) -> None:
    logs = kept_well()
    first = logs[Party.IDENTITY][0]
    logs[Party.IDENTITY].append(Entry("again", first.body))
    code, said = audit(logs)
    assert (code, "was told of in entry 0" in said) == (1, True), said


@pytest.mark.parametrize("given", [["identity=x"], ["identity=x", "visits=y", "authority"], ["identity=x"] * 3])
def test_three_logs_have_to_be_given(given: list[str]) -> None:
    ran = CliRunner().invoke(app, ["audit", "checkin", *given])
    assert ran.exit_code == 2
