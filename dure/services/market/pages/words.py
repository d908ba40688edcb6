"""What a person reads when market says no. Each part of the house adds its own table."""

from collections.abc import Mapping

from dure.kit.faces import Says, Words

from . import lesson_words

SAYS: Says = {**lesson_words.SAYS}
REASONS: Mapping[str, Words] = {**lesson_words.REASONS}
