"""Decisions of forecasts, every "no" with a name. Pure: everything needed is an argument."""
