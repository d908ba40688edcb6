"""Whom we believe."""

from dataclasses import dataclass

__all__ = ["Pin"]


@dataclass(frozen=True, slots=True)
class Pin:
    """A certificate that an operator took from the issuer by another way than the alert, and the sender it may sign for."""

    sender: str  # as in the alert
    certificate: bytes  # PEM
