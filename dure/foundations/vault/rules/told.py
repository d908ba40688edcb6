"""What a whole log tells of keys, summed up while it is walked. Pure."""

from dure.foundations.vault.rules.statements import DESTROYED, MADE, TAKEN, key_in, read_statement
from dure.foundations.vault.types import LogEntry, Moment

__all__ = ["Told"]

LISTED_MAX = 20


class Told:
    """Hears every entry of a log, in order. A key that is told of twice, otherwise, was exchanged for somebody: it is named."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, bytes]] = {}
        self._begun: dict[str, tuple[Moment, bytes]] = {}
        self._wrong: list[str] = []
        self.made = self.taken = self.destroyed = 0

    def hear(self, entry: LogEntry) -> None:
        """One more entry."""
        key = key_in(entry.body)
        if key is None:
            return
        kind, _, name = key.partition("|")
        place, body = self._first.setdefault(key, (entry.index, entry.body))
        if place != entry.index:
            what = "the same again" if body == entry.body else "ANOTHER KEY"
            self._wrong.append(
                f"entry {entry.index}: {name} was told of in entry {place}, and is told of again: {what}"
            )
            return
        note = read_statement(entry.body)
        self.made += kind == MADE
        self.taken += kind == TAKEN
        self.destroyed += kind == DESTROYED
        if kind != DESTROYED:
            self._begun[name] = (note.ends, note.commitment)
        elif self._begun.get(name, (None, b""))[1] != note.commitment:
            self._wrong.append(f"entry {entry.index}: {name} is called destroyed, and this key was never told of")

    def wrong(self) -> tuple[str, ...]:
        """What nobody honest tells; the first twenty."""
        return tuple(self._wrong[:LISTED_MAX])

    def waiting(self, now: Moment) -> tuple[str, ...]:
        """Keys past their end of which the log does not say that they are gone."""
        gone = {key.partition("|")[2] for key in self._first if key.startswith(f"{DESTROYED}|")}
        return tuple(sorted(name for name, (ends, _) in self._begun.items() if now >= ends and name not in gone))
