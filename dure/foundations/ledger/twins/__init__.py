"""Loopback twins of payment providers: what `dure twin` serves. Written from the providers' documents, not from our adapters:
this room imports no other room of the house, and only `commands` and tests import it.
"""

from .kakaopay import KakaoPayTwin
from .toss import TossTwin

__all__ = ["KakaoPayTwin", "TossTwin"]
