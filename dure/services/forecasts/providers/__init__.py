"""The weather authority's machines, asked politely."""

from .weather import Source, ask, source

__all__ = ["Source", "ask", "source"]
