"""Nouns and refusals of village broadcast. Frozen, plain Python."""

from .airing import *
from .hearing import *
from .refusals import *
from .villages import *
