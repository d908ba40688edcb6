"""Reads of channels, as frozen values."""

from .broadcasts import *
from .channels import *
from .dealing import *
from .figures import *
from .friends import *
from .links import *
from .segments import *
from .templates_of import *
from .verify import *
