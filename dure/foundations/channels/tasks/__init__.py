"""What channels do by themselves."""

from .broadcasts import *
from .dealing import *
from .sending import *
