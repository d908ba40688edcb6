"""What a person reads when market says no. Each part of the house adds its own table."""

from collections.abc import Mapping

from dure.kit.faces import Says, Words

SAYS: Says = {}
REASONS: Mapping[str, Words] = {}
