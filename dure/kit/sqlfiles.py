"""Named SQL files: one statement a file, first line `-- purpose: ...`."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

PURPOSE = "-- purpose: "


@dataclass(frozen=True, slots=True)
class Statement:
    name: str
    purpose: str
    text: str


@cache
def load(package: str, name: str) -> Statement:
    """The statement in `<package>/sql/<name>.sql`."""
    text = resources.files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    first, _, rest = text.partition("\n")
    if not first.startswith(PURPOSE):
        raise ValueError(f"{package}/sql/{name}.sql must begin with '{PURPOSE}...'")
    return Statement(name=name, purpose=first.removeprefix(PURPOSE).strip(), text=rest)
