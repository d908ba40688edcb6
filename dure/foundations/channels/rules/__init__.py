"""Decisions of channels: pure, no clock, no database. Take the module you need: `from ..rules import segments`."""
