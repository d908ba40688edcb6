"""One question to the ministry that lists disaster messages (재난문자)."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings

from dure.services.forecasts.rules.feeds.answers import BYTES_MAX
from dure.services.forecasts.types import Answer, Question

from . import asking
from .weather import Source

OWN: Final = "https://www.safetydata.go.kr"
PATH: Final = "/V2/api/DSSP-IF-00247"


def source() -> Source | None:
    """As the operator set it up; None: nobody is asked."""
    config = settings.DURE
    return Source(config.disaster_url or OWN, config.disaster_key) if config.disaster_key else None


def ask(where: Source, question: Question, query: Mapping[str, str]) -> Answer:
    """What the ministry answers; never an exception for what is theirs to get wrong."""
    return asking.get(
        asking.Asking(
            called=question.feed,
            url=f"{where.url}{PATH}",
            bytes_max=BYTES_MAX,
            ends_with=b"}",
            query={**query, "serviceKey": where.key},
            etag=question.etag,
            modified=question.modified,
        )
    )
