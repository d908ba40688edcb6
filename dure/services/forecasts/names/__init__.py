"""What people read and hear for the codes of forecasts and alerts, for all faces alike."""

from .alerts import *
from .findings import *
from .forecasts import *
from .messages import *
from .tips import *
from .warned import *
from .warned_tips import *
