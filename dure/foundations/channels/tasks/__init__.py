"""What channels do by themselves."""

from .bots import *
from .broadcasts import *
from .dealing import *
from .sending import *
