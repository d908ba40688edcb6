"""What people read for a code of channels, wherever they read it."""

from .broadcasts import *
from .channels import *
from .dealing import *
from .sending import *
