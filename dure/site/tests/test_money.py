"""`dure reconcile`: our books beside a provider's, with an exit code for scripts."""

from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from dure.base import clock
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.tests.paying import a_box, a_payer, paid
from dure.foundations.ledger.types import ProviderSilent
from dure.site.cli import app

pytestmark = pytest.mark.django_db


def test_the_shell_compares_with_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.site.boot.prepare", lambda: None)
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, ["reconcile", "--provider", "sandbox", "--since", str(today), *words])

    payment = paid(a_payer(), a_box())
    agreed = run()
    assert (agreed.exit_code, "agree" in agreed.output) == (0, True), agreed.output
    SANDBOX.cancel(payment.payment_key, "at the counter", 1_000, "")
    differs = run("--until", f"{tomorrow}T23:59")
    assert (differs.exit_code, "refunded" in differs.output) == (1, True), differs.output

    def silent(*_: object) -> None:
        raise ProviderSilent(retry_seconds=1)

    monkeypatch.setattr(SANDBOX, "listed", silent)
    assert run().exit_code == 2
