"""Writes of channels: one verb, one function. Each asks the rules first, and demands the transaction of its caller."""

from .attending import *
from .bots import *
from .broadcasts import *
from .carrying import *
from .channels import *
from .dealing import *
from .dispatching import *
from .forgetting import *
from .friends import *
from .inbox import *
from .joining import *
from .noting import *
from .push import *
from .replies import *
from .sending import *
from .starting import *
from .templates_of import *
from .ways import *
