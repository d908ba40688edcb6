"""Nouns, refusals and news of pledges. Frozen, plain Python."""

from .news import *
from .refusals import *
from .values import *
