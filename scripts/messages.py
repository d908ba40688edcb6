"""Texts and their Korean catalogues, without a system gettext.

    scripts/messages.py collect    find every English text and renew each house's catalogue, keeping the translations
    scripts/messages.py compile    write the .mo files that Django reads (not tracked)
    scripts/messages.py check      refuse a missing, empty, fuzzy, stale, contradicting or ill-formed translation

A catalogue lies beside the texts it translates: dure/kit, dure/site and every house have `locale/ko/LC_MESSAGES/django.po`.
The English texts in the code are the ids.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, generate_po, read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PO = Path("locale", "ko", "LC_MESSAGES", "django.po")
TEMPLATES = (".html", ".txt", ".xml", ".svg")
SKIPPED = ("tests", "migrations", "locale", "static", "__pycache__")
# name of the function: positions of (context, singular, plural); None where it takes none
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
CALL_IN_TEMPLATE = re.compile(r"(?<![\w.])(?:n?p?gettext|_)\(")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*(?:![rsa])?(?::[^{}]*)?\}")
HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: ko\\n"
"MIME-Version: 1.0\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One text in the code: what gettext looks up."""

    id: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What gettext tells texts apart by; the plural is not part of it."""
        return self.context, self.id


@dataclass(slots=True)
class Place:
    """A folder with a catalogue of its own, the texts in it, and what is wrong with how they are written."""

    folder: Path
    texts: dict[tuple[str, str], Text] = field(default_factory=dict)
    files: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def po(self) -> Path:
        return self.folder / PO

    def add(self, text: Text, file: str) -> None:
        """Take a text found in `file`."""
        known = self.texts.setdefault(text.key, text)
        if known.plural != text.plural and text.plural:
            if known.plural:
                self.problems.append(f"{file}: {text.id!r} has two plurals, {known.plural!r} and {text.plural!r}")
            self.texts[text.key] = text
        files = self.files.setdefault(text.key, [])
        if file not in files:
            files.append(file)


def places(root: Path) -> list[Place]:
    """Every folder that has a catalogue of its own, with the texts found in it."""
    folders = [root / "dure" / "kit", root / "dure" / "site"]
    for floor in ("foundations", "services"):
        folders += sorted(path.parent for path in (root / "dure" / floor).glob("*/__init__.py"))
    found = [Place(folder) for folder in folders if folder.is_dir()]
    for place in found:
        for path in sorted(place.folder.rglob("*")):
            if not set(path.relative_to(place.folder).parts).intersection(SKIPPED):
                _scan(path, place, root)
    return found


def _scan(path: Path, place: Place, root: Path) -> None:
    name = path.relative_to(root).as_posix()
    if path.suffix == ".py":
        for text in in_python(path.read_text(encoding="utf-8"), name, place.problems):
            place.add(text, name)
    elif path.suffix in TEMPLATES and "templates" in path.parts:
        try:
            source = templatize(path.read_text(encoding="utf-8"), name)
        except SyntaxError as error:
            place.problems.append(f"{name}: {error}")
            return
        for text in in_template(source):
            place.add(text, name)


def in_python(source: str, name: str, problems: list[str]) -> Iterator[Text]:
    """The texts of a Python file. A text that is put together at run time cannot be translated and is a problem."""
    for node in ast.walk(ast.parse(source, name)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called not in CALLS or (called == "_" and not isinstance(node.func, ast.Name)):
            continue
        text = _text_of(node, called)
        if text is None:
            problems.append(
                f"{name}:{node.lineno}: {called}() takes a literal text, so that it can be found and translated"
            )
        else:
            yield text


def in_template(source: str) -> Iterator[Text]:
    """The texts of a template that `templatize` turned into gettext calls."""
    for match in CALL_IN_TEMPLATE.finditer(source):
        end = match.end()
        while end := source.find(")", end) + 1:
            try:
                call = ast.parse(source[match.start() : end].strip(), mode="eval").body
            except SyntaxError:
                continue  # that bracket was inside the text; try the next one
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and (text := _text_of(call, call.func.id))
            ):
                yield text
            break


def _text_of(call: ast.Call, called: str) -> Text | None:
    """The literal text of a gettext call; None when an argument is no literal."""
    said: list[str] = []
    for position in CALLS[called]:
        if position is None:
            said.append("")
            continue
        argument = call.args[position] if position < len(call.args) else None
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            return None
        said.append(argument.value)
    context, singular, plural = said
    return Text(id=singular, plural=plural, context=context)


def read(po: Path) -> Catalog:
    """The catalogue in `po`; an empty one when there is none."""
    if not po.exists():
        return Catalog(locale="ko")
    with po.open("rb") as file:
        return read_po(file, locale="ko", abort_invalid=True)


def translation(catalog: Catalog, key: tuple[str, str]) -> str:
    """The Korean of a text, "" when there is none."""
    message = catalog.get(key[1], key[0] or None)
    if message is None:
        return ""
    said = message.string or ""
    return said if isinstance(said, str) else said[0]


def collect(root: Path) -> list[str]:
    """Renew every catalogue; answers what is still to be translated."""
    found = places(root)
    kept = {place.folder: read(place.po) for place in found}
    missing: list[str] = []
    for place in found:
        said = {key: translation(kept[place.folder], key) or _elsewhere(kept, key) for key in place.texts}
        missing += [
            f"{place.po.relative_to(root).as_posix()}: {key[1]!r}" for key, korean in said.items() if not korean
        ]
        if place.texts or place.po.exists():
            place.po.parent.mkdir(parents=True, exist_ok=True)
            place.po.write_text(_written(place, kept[place.folder], said), encoding="utf-8")
    return missing


def _elsewhere(kept: dict[Path, Catalog], key: tuple[str, str]) -> str:
    """The same text has the same Korean everywhere, so a new one is taken over from any catalogue that has it."""
    return next((korean for catalog in kept.values() if (korean := translation(catalog, key))), "")


def _written(place: Place, kept: Catalog, said: dict[tuple[str, str], str]) -> str:
    """The catalogue as text: sorted, without dates and line numbers, so that a diff shows only what changed."""
    catalog = Catalog(locale="ko", charset="utf-8")
    for key in sorted(place.texts, key=lambda key: (key[1], key[0])):
        text, known = place.texts[key], kept.get(key[1], key[0] or None)
        catalog.add(
            (text.id, text.plural) if text.plural else text.id,
            (said[key],) if text.plural else said[key],
            locations=[(file, 0) for file in place.files[key]],
            context=text.context or None,
            user_comments=known.user_comments if known else (),
            flags={"fuzzy"} if known and known.fuzzy else (),
        )
    lines = generate_po(catalog, omit_header=True, include_lineno=False, width=-1)
    return f"{HEADER}\n{''.join(lines).rstrip()}".rstrip() + "\n"


def compile_all(root: Path) -> int:
    """Write the .mo files that are older than their catalogue; answers how many."""
    count = 0
    for po in sorted((root / "dure").rglob(f"*/{PO.as_posix()}")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        content = BytesIO()
        write_mo(content, read(po))
        fresh = mo.with_suffix(".new")
        fresh.write_bytes(content.getvalue())
        fresh.replace(mo)  # at once, so that no server reads half a catalogue
        count += 1
    return count


def check(root: Path) -> list[str]:
    """Everything that is wrong with texts and catalogues, one line each."""
    problems: list[str] = []
    meanings: dict[tuple[str, str], dict[str, str]] = {}
    for place in places(root):
        problems += place.problems
        try:
            catalog = read(place.po)
        except PoFileError as error:
            problems.append(f"{place.po.relative_to(root).as_posix()}: {error}")
            continue
        problems += _problems(place, catalog, root)
        for key in place.texts:
            if korean := translation(catalog, key):
                meanings.setdefault(key, {}).setdefault(korean, place.folder.name)
    for (_context, text), said in sorted(meanings.items()):
        if len(said) > 1:
            both = " and ".join(f"{korean!r} in {house}" for korean, house in said.items())
            problems.append(f"{text!r} is {both}: one word per idea, or tell them apart with a context (pgettext)")
    return problems


def _problems(place: Place, catalog: Catalog, root: Path) -> Iterator[str]:
    """What is wrong with one catalogue."""
    name = place.po.relative_to(root).as_posix()
    for key, text in sorted(place.texts.items()):
        message = catalog.get(text.id, text.context or None)
        korean = translation(catalog, key)
        if not korean.strip():
            yield f"{name}: no Korean for {text.id!r} ({place.files[key][0]})"
            continue
        if message is not None and message.fuzzy:
            yield f"{name}: fuzzy: {text.id!r}"
        if message is not None and bool(text.plural) != isinstance(message.id, tuple | list):
            yield f"{name}: {text.id!r} has a plural in only one of code and catalogue"
        if not _same_placeholders(text, korean):
            yield f"{name}: placeholders differ: {text.id!r} and {korean!r}"
    for message in catalog:
        ident = message.id[0] if isinstance(message.id, tuple | list) else message.id
        if ident and (message.context or "", ident) not in place.texts:
            yield f"{name}: {ident!r} occurs nowhere any more"


def _same_placeholders(text: Text, korean: str) -> bool:
    return _placeholders(korean) == _placeholders(text.plural or text.id)


def _placeholders(said: str) -> list[str]:
    """What is put into a text. Korean may ask for a particle, "{name:을/를}", where English says "{name}"."""
    return sorted(re.sub(r":[^{}]*/[^{}]*", "", found) for found in PLACEHOLDER.findall(said))


def main() -> int:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(description="Texts and their Korean catalogues")
    parser.add_argument("command", choices=("collect", "compile", "check"))
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    given = parser.parse_args()
    root: Path = given.root.resolve()
    if given.command == "compile":
        count = compile_all(root)
        if count:
            print(f"compiled {count} catalogues")
        return 0
    if given.command == "collect":
        missing = collect(root)
        print(*(f"translate: {line}" for line in missing), sep="\n", end="\n" if missing else "")
        print(f"collected, {len(missing)} to translate")
        return 0
    problems = check(root)
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    print(f"{len(problems)} problems (make messages collects the texts)" if problems else "every text has its Korean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
