"""Nouns and refusals of village broadcast. Frozen, plain Python."""

from .airing import *
from .calls import *
from .hearing import *
from .households import *
from .listening import *
from .loudspeakers import *
from .refusals import *
from .requests import *
from .villages import *
from .voices import *
