"""Loopback twins of dealers: what `dure twin` serves. Written from the dealers' documents, not from our adapters: this room
imports no other room of the house, and only `commands` and tests import it.

What becomes of a message is chosen by its receiver: a telephone number that ends in a status code gets that code
(`010-0000-3107`), a mailbox is named after its fate (`gone@...`), a browser is subscribed as alive, gone or deaf.
"""

from .nhn import NhnTwin
from .push import PushTwin
from .smtp import SmtpTwin
from .solapi import SolapiTwin

__all__ = ["NhnTwin", "PushTwin", "SmtpTwin", "SolapiTwin"]
