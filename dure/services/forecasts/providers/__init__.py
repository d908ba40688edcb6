"""Other people's machines, asked politely: the weather authority's, and those that publish alerts."""

from .alerts import ask_alert, ask_source, is_twin
from .weather import Source, ask, source

__all__ = ["Source", "ask", "ask_alert", "ask_source", "is_twin", "source"]
