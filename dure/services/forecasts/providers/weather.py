"""One question to the weather authority: its address, and the key it gave us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from dure.services.forecasts.rules.feeds.answers import BYTES_MAX
from dure.services.forecasts.types import Answer, FeedName, Question

from . import asking

OWN: Final = "https://apihub.kma.go.kr"
_IMPACT: Final = "/api/typ01/url/ifs_fct_pstt.php"
PATHS: Final[Mapping[FeedName, str]] = {
    FeedName.IMPACT_HEAT: _IMPACT,
    FeedName.IMPACT_COLD: _IMPACT,
    FeedName.WARNINGS: "/api/typ01/url/wrn_now_data.php",
}
END: Final = b"#7777END"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the authority answers, and the key it gave us."""

    url: str
    key: str

    @property
    def is_twin(self) -> bool:
        """Whether it is a machine to practise with: what it says is no forecast."""
        return asking.is_twin(self.url)


def source() -> Source | None:
    """As the operator set it up; None: nobody is asked."""
    config = settings.DURE
    return Source(config.weather_url or OWN, config.weather_key) if config.weather_key else None


def ask(where: Source, question: Question, query: Mapping[str, str]) -> Answer:
    """What the authority answers to a question; never an exception for what is theirs to get wrong."""
    return asking.get(
        asking.Asking(
            called=question.feed,
            url=f"{where.url}{PATHS[question.feed]}",
            bytes_max=BYTES_MAX,
            ends_with=END,
            query={**query, "authKey": where.key},
            etag=question.etag,
            modified=question.modified,
        )
    )
