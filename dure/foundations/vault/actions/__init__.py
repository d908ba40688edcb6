"""Writing vault: one verb each. A foundation demands the transaction of whoever calls; who may call is the caller's to decide."""

from .clocks import *
from .keys import *
from .logs import *
from .restoring import *
