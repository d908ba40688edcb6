"""What channels do by themselves."""

from .bots import *
from .broadcasts import *
from .dealing import *
from .replies import *
from .sending import *
from .ways import *
