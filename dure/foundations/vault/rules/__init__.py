"""Decisions of vault, every "no" with a name. Pure: everything needed is an argument."""

from .clocks import *
from .folders import *
from .keys import *
from .merkle import *
from .notes import *
from .shares import *
from .statements import *
from .tiles import *
from .told import *
