"""The JSON face of village broadcast."""

from . import listening, speaking
from .roots import routes

__all__ = ["listening", "routes", "speaking"]
