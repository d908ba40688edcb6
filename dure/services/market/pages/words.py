"""What a person reads when market says no. Each part of the house adds its own table."""

from collections.abc import Mapping

from dure.kit.faces import Says, Words

from . import lesson_words, market_words

SAYS: Says = {**market_words.SAYS, **lesson_words.SAYS}
REASONS: Mapping[str, Words] = {**market_words.REASONS, **lesson_words.REASONS}
