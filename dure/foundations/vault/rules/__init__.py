"""Decisions of vault, every "no" with a name. Pure: everything needed is an argument."""

from .folders import *
from .keys import *
from .merkle import *
from .notes import *
from .shares import *
from .tiles import *
