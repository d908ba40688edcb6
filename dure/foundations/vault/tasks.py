"""What vault does by itself: destroy the keys whose end has come."""

from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.actors import system
from dure.foundations.vault import actions
from dure.kit import tx


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="vault.destroy", pass_context=False)
def destroy(timestamp: int) -> None:
    """Every hour: destroy the keys whose end has come, and tell it. When it does not run, they open nothing all the same."""
    with tx.durable():
        actions.destroy_keys(system("vault.destroy"), clock.today())
