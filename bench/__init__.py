"""Measurements against peers and limits, always as a ratio from one run: `dure bench`."""
