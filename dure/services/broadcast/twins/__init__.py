"""The loopback twin of a gateway that takes calls (`dure twin telephone`), written from the shape in the README of the house."""

from .telephone import TelephoneTwin

__all__ = ["TelephoneTwin"]
