"""Nouns, refusals and news of vault: keys with an end, shares of a secret, the public log. Frozen, plain Python."""

from .keys import *
from .logs import *
from .shares import *
