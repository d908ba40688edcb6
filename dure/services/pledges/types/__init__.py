"""Nouns, refusals and news of pledges. Frozen, plain Python."""

from .group import *
from .guarding import *
from .news import *
from .refusals import *
from .values import *
