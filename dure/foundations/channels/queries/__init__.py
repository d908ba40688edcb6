"""Reads of channels, as frozen values."""

from .asking import *
from .bots import *
from .broadcasts import *
from .carrying import *
from .channels import *
from .dealing import *
from .desk_inbox import *
from .figures import *
from .friends import *
from .inbox import *
from .links import *
from .paying import *
from .push import *
from .reaching import *
from .replies import *
from .segments import *
from .sending import *
from .templates_of import *
from .verify import *
from .ways import *
