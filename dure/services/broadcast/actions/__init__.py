"""Writes of village broadcast: one verb, one transaction. Each asks the rules first."""

from .airing import *
from .announcements import *
from .calls import *
from .forgetting import *
from .hearing import *
from .households import *
from .learning import *
from .loudspeakers import *
from .numbers import *
from .placing import *
from .podcasts import *
from .requests import *
from .ringing import *
from .telephone import *
from .translations import *
from .villages import *
from .voicing import *
