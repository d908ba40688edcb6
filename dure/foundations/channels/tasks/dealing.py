"""Follow what dealers look at."""

import structlog
from procrastinate.contrib.django import app

from dure.base.actors import system
from dure.foundations.channels import actions

__all__ = ["follow_reviews"]

log = structlog.get_logger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="channels.reviews", lock="channels.reviews", pass_context=False)
def follow_reviews(timestamp: int) -> None:
    """Every five minutes: register the templates that are wanted, ask about those that are looked at."""
    changed = actions.follow_reviews(system("channels.reviews"))
    if changed:
        log.info("templates_reviewed", changed=changed)
