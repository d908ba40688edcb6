"""Nouns and refusals of forecasts. Frozen, plain Python."""

from .cap import *
from .findings import *
from .pins import *
from .refusals import *
