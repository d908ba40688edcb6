"""Nouns, refusals and news of pledges. Frozen, plain Python."""

from .account import *
from .disputes import *
from .effects import *
from .feeds import *
from .group import *
from .guarding import *
from .keepsakes import *
from .meetings import *
from .news import *
from .pooling import *
from .refusals import *
from .reminding import *
from .telling import *
from .told import *
from .values import *
from .voting import *
