"""Nouns and refusals of forecasts. Frozen, plain Python."""

from .cap import *
from .due import *
from .feeds import *
from .findings import *
from .issued import *
from .kept import *
from .levels import *
from .pins import *
from .refusals import *
from .served import *
from .telling import *
from .warned import *
from .watching import *
