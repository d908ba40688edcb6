"""Make an empty house with all its rooms, and register it: make new-house NAME=rides [FLOOR=services].

The empty house passes `make check`. Rooms that stay empty are to be deleted again: a room may be missing.
"""

import argparse
import keyword
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[a-z][a-z_]{1,29}")
SAYS_NOTHING = {"manager", "helper", "util", "utils", "handler", "data", "info", "process"}
LINE_LENGTH_MAX = 120  # of pyproject.toml
FLOORS = ("services", "foundations")
CATALOGUE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: ko\\n"
"MIME-Version: 1.0\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
ROOMS = {
    "__init__.py": '"""{Name}."""\n',
    "README.md": """\
# {name}

## Purpose
One paragraph: for whom, and what it changes for them. The Korean original, if there is one.

## Nouns
The words of `types.py`, one line each, as `docs/words.md` has them.

## States
A drawing of the state table in `rules.py`.

## Invariants
What always holds, and the test that shows it.

## Actions
Every public action in backticks: who may do it, what it tells.

## News
Every kind of news it tells, and what `site/wiring.py` lets follow.

## Settings and flags
Every setting and flag that changes what it does, or: none.

## Budgets
Statements per request, rows per page, and the test that counts them.
""",
    "apps.py": '''\
"""The house card of {name}."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class {Class}Config(AppConfig):
    name = "dure.{floor}.{name}"
    label = "{name}"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="{name}", icon="{name}")
''',
    "types.py": '"""Nouns, refusals and news of {name}. Frozen, plain Python."""\n',
    "rules.py": '"""Decisions of {name}, every \\"no\\" with a name. Pure: everything needed is an argument."""\n',
    "models.py": '"""Tables of {name}: columns, constraints, indexes. No behaviour."""\n',
    "queries.py": '"""What {name} answers: reads that give frozen values."""\n',
    "actions.py": '"""What one can do in {name}: one verb, one transaction, `by: Actor` first."""\n',
    "hot.py": '"""The fast room of {name}: a typed message in, one statement for the whole group, a typed verdict out."""\n',
    "names.py": '"""What people read for the codes of {name}: one word a code, for all faces alike."""\n',
    "pages.py": '''\
"""Pages of {name}: parse, call, present."""

from django.urls import URLPattern

from dure.kit.faces import Says

app_name = "{name}"
urlpatterns: list[URLPattern] = []
SAYS: Says = {{}}
''',
    "api.py": '''\
"""The JSON face of {name}."""

from dure.kit.routes import Routes

routes = Routes("/api/v1/{name}", tags=["{name}"])
''',
    "bot.py": '"""What {name} answers in a chat."""\n',
    "feeds.py": '"""Open feeds of {name}: the field\'s own standard, so that existing clients work on the first day."""\n',
    "tasks.py": '"""What {name} does on its own, when a time has come."""\n',
    "admin.py": '"""The back office of {name}."""\n',
    "demo.py": '"""The sample town\'s {name}, made through its actions. Everything in it is plainly a sample."""\n',
    "sql/.gitkeep": "",
    "templates/{name}/.gitkeep": "",
    "migrations/__init__.py": "",
    "locale/ko/LC_MESSAGES/django.po": CATALOGUE,
    "tests/__init__.py": "",
}


class Refused(Exception):
    """Why no house was made, in a sentence."""


def make(root: Path, name: str, floor: str) -> Path:
    """Make the house and register it in the settings, the API and the table of services. Raises Refused."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or SAYS_NOTHING.intersection(name.split("_")):
        raise Refused(
            f"{name!r} is no name for a house: small letters that say what it is for, like make new-house NAME=rides"
        )
    if floor not in FLOORS:
        raise Refused(f"{floor!r} is no floor for a house: give FLOOR=services or FLOOR=foundations")
    house = root / "dure" / floor / name
    if any((root / "dure" / other / name).exists() for other in FLOORS):
        raise Refused(f"there is a house called {name} already")
    if floor == "foundations" and f"    ({name})\n" not in (root / ".importlinter").read_text(encoding="utf-8"):
        raise Refused(f"{name} has no place in the order of the foundations: write it into .importlinter first")
    for file, text in ROOMS.items():
        path = house / _filled(file, name, floor)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            _filled(text, name, floor) if file != "locale/ko/LC_MESSAGES/django.po" else text, encoding="utf-8"
        )
    _install(root, name, floor)
    _mount(root, name, floor)
    _tell(root, name)
    return house


def _filled(text: str, name: str, floor: str) -> str:
    words = name.replace("_", " ")
    return text.format(name=name, floor=floor, Name=words.capitalize(), Class=words.title().replace(" ", ""))


def _install(root: Path, name: str, floor: str) -> None:
    """Into the apps of the platform: a service last, a foundation before the first service."""
    path = root / "dure" / "site" / "parties.py"
    text = path.read_text(encoding="utf-8")
    apps = re.search(r"_PLATFORM: Final = \(\n(.*?)\)\n", text, re.DOTALL)
    if not apps:
        raise Refused("_PLATFORM in dure/site/parties.py is not where it was: register the house by hand")
    at = apps.end(1)
    if floor == "foundations" and (first := apps[1].find('    "dure.services.')) >= 0:
        at = apps.start(1) + first
    path.write_text(f'{text[:at]}    "dure.{floor}.{name}",\n{text[at:]}', encoding="utf-8")


def _mount(root: Path, name: str, floor: str) -> None:
    """Into the API: its routes after those of the others."""
    path = root / "dure" / "site" / "api.py"
    text = path.read_text(encoding="utf-8")
    houses = re.search(r"HOUSES: tuple\[Routes, \.\.\.\] = \(\s*(.*?),?\s*\)\n", text, re.DOTALL)
    imports = list(re.finditer(r"^from dure\..*\n", text, re.MULTILINE))
    if not houses or not imports:
        raise Refused("HOUSES in dure/site/api.py is not where it was: mount the house's routes by hand")
    mounted = [*re.findall(r"\w+\.routes", houses[1]), f"{name}.routes"]
    line = f"from dure.{floor}.{name} import api as {name}\n"
    after = [found for found in imports if found[0] < line]
    at = after[-1].end() if after else imports[0].start()
    listed = f"HOUSES: tuple[Routes, ...] = ({', '.join(mounted)}{',' if len(mounted) == 1 else ''})\n"
    if len(listed) > LINE_LENGTH_MAX + 1:  # as the formatter writes it
        listed = "HOUSES: tuple[Routes, ...] = (\n" + "".join(f"    {each},\n" for each in mounted) + ")\n"
    text = text[: houses.start()] + listed + text[houses.end() :]
    path.write_text(text[:at] + line + text[at:], encoding="utf-8")


def _tell(root: Path, name: str) -> None:
    """In the table of services: it is no longer only planned."""
    for readme, planned, building in (("README.md", "planned", "being built"), ("README.ko.md", "예정", "짓는 중")):
        path = root / readme
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"(\| `{name}` \|.*\| ){planned}( \|)", rf"\1{building}\2", text), encoding="utf-8")


def main() -> int:
    """Make one house."""
    parser = argparse.ArgumentParser(description="Make an empty house with all rooms")
    parser.add_argument("name")
    parser.add_argument("floor", nargs="?", default="services")
    given = parser.parse_args()
    try:
        house = make(ROOT, given.name, given.floor or "services")
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(
        f"{house.relative_to(ROOT)} stands. Begin with its README.md and types.py; delete the rooms it does not need."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
