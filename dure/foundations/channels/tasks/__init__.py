"""What channels do by themselves."""

from .sending import *
