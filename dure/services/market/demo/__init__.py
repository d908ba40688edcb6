"""The sample town's market, made through its actions. Everything in it is plainly a sample."""

from .market import load

__all__ = ["load"]
