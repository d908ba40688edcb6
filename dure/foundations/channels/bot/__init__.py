"""What channels themselves answer in a chat; `skill` is the chatbot protocol as a face."""

from .commands import COMMANDS

__all__ = ["COMMANDS"]
