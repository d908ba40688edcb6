"""What vault does by itself: destroy the keys whose end has come."""

from procrastinate.contrib.django import app

from dure.base.actors import system
from dure.foundations.vault import actions, queries
from dure.kit import tx


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="vault.destroy", pass_context=False)
def destroy(timestamp: int) -> None:
    """Every minute: destroy the keys whose end has come, and tell it. When it does not run, they open nothing all the same.

    What one folder or log refused is raised after all others were destroyed and told.
    """
    if not queries.is_sweep_due():
        return
    with tx.durable():
        sweep = actions.destroy_keys(system("vault.destroy"))
    if sweep.troubles:
        raise sweep.troubles[0].refusal
