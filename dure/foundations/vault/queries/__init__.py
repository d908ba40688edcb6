"""What vault answers: reads that give frozen values. Keys are opened here, each time by their age."""

from .folders import *
from .keys import *
from .logs import *
from .promises import *
from .seals import *
from .shares import *
