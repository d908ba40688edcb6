"""Tables of the ledger."""

from .book import Account, Balance, ChainLink, OpenPending, SealMark, Transfer

__all__ = ["Account", "Balance", "ChainLink", "OpenPending", "SealMark", "Transfer"]
