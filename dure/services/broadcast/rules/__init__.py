"""Decisions of village broadcast. Pure: no clock, no I/O."""
