"""What channels do by themselves."""

from .dealing import *
from .sending import *
