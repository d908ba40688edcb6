"""One question to the ministry that lists disaster messages (재난문자)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.conf import settings

from dure.base import clock
from dure.services.forecasts.rules import fetching
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
    """What the ministry answers, with the pages behind the first one, as many as are asked for in a minute; never an exception
    for what is theirs to get wrong.
    """
    began = clock.now()
    pages = [_page(where, question, query)]
    unmarked = replace(question, etag="", modified="")
    while len(pages) < fetching.PAGES_MAX and not pages[0].is_same and fetching.messages_go_on(pages):
        if clock.now() - began > fetching.PAGES_TAKE:
            break
        pages.append(_page(where, unmarked, {**query, "pageNo": str(len(pages) + 1)}))
    return replace(pages[0], further=tuple(pages[1:]))


def _page(where: Source, question: Question, query: Mapping[str, str]) -> Answer:
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
