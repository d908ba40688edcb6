"""Documents say what is: every action, news, setting, command and link in them exists, and none is missing."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from babel.messages.catalog import Catalog

from dure.site import rooms
from dure.site.cli import app, measure
from dure.site.config import Config
from scripts import messages
from tests.architecture import town
from tests.architecture.test_cards import cards
from tests.architecture.test_public_rooms import public_functions
from tests.architecture.town import Finding

SERVICES = (
    *("giving", "pledges", "gifts", "deals", "fund", "market", "checkin", "supplies", "doses"),
    *("answers", "forecasts", "broadcast", "consult", "rides", "mind", "questions", "packs", "report"),
)
ARCHITECTURE_LINES_MAX = 200
STATES = {"README.md": ("being built", "planned"), "README.ko.md": ("짓는 중", "예정")}
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
CODE = re.compile(r"(?ms)^```.*?^```|`[^`\n]+`")  # fenced blocks and code in a line
DECISION = re.compile(r"\d{3}-[a-z0-9-]+\.md")


def documents() -> Iterator[tuple[Path, str]]:
    """Every Markdown file."""
    for path in town.tracked():
        if path.suffix == ".md":
            yield path, path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(town.ROOT).as_posix()


def test_the_readme_of_a_house_names_its_actions_news_flags_and_settings() -> None:
    def findings() -> Iterator[Finding]:
        for package, _card in cards():
            readme = town.ROOT / package.replace(".", "/") / "README.md"
            if not readme.exists():
                yield Finding(name_of(readme), "is missing")
                continue
            named = set(re.findall(r"\w+", " ".join(CODE.findall(readme.read_text(encoding="utf-8")))))
            for name in _owed(package):
                if name not in named:
                    yield Finding(f"{name_of(readme)}:{name}", "is not in the README (in backticks)")

    town.settle("house-readme", findings())


def _owed(package: str) -> Iterator[str]:
    """What the README of a house has to name."""
    folder = package.replace(".", "/")
    yield from (where.rpartition(":")[2] for where, _ in public_functions("actions") if where.startswith(f"{folder}/"))
    for card in (card for name, card in cards() if name == package):
        yield from (news.__name__ for news in card.news)
        yield from (flag.name for flag in card.flags)
    for source in town.code():
        if source.name.startswith(f"{folder}/"):
            yield from (f"DURE_{field.upper()}" for field in sorted(_settings_read(source)))


def _settings_read(source: town.Source) -> set[str]:
    """Fields of the Config that a file reads, as `settings.DURE.<field>`."""
    fields = {field.name for field in dataclasses.fields(Config)} - {"var", "demo"}  # those two are everybody's
    read = {node.attr for node in source.nodes if isinstance(node, ast.Attribute) and _is_config(node.value)}
    return fields & read


def _is_config(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "DURE"


def test_every_setting_is_explained_by_example_and_every_example_is_a_setting() -> None:
    program = (town.DURE / "site" / "config.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"((?:DURE_[A-Z_]+)|DATABASE_URL)"', program))
    example = (town.ROOT / ".env.example").read_text(encoding="utf-8")
    shown = set(re.findall(r"(?m)^#?([A-Z][A-Z_]+)=", example))
    assert known == shown


def test_the_table_of_services_has_all_eighteen_with_their_true_state() -> None:
    built = {house.name for house in town.houses() if house.parent.name == "services"}
    for readme, (building, planned) in STATES.items():
        text = (town.ROOT / readme).read_text(encoding="utf-8")
        rows = dict(re.findall(r"(?m)^\| `(\w+)` \|.*\| ([^|]+) \|$", text))
        assert tuple(rows)[: len(SERVICES)] == SERVICES, readme
        for house, state in rows.items():
            assert state in (building, planned), f"{readme}: {house}: {state}"
            assert (state == planned) == (house not in built), f"{readme}: {house} is {state}"


def test_the_map_is_short_and_names_every_floor_and_room() -> None:
    text = (town.ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < ARCHITECTURE_LINES_MAX
    for name in (*town.ROOMS, "sql/", "templates/", "locale/", "migrations/", "tests/"):
        assert re.search(rf"`[^`]*\b{name}", text), name
    for floor in ("site", "services", "foundations", "kit", "base"):
        assert f"dure/{floor}" in text


def test_the_order_of_the_foundations_is_the_same_everywhere() -> None:
    contract = (town.ROOT / ".importlinter").read_text(encoding="utf-8")
    order = re.findall(r"\((\w+)\)", contract.split("containers = dure.foundations")[1].split("exhaustive")[0])
    assert " > ".join(order) in (town.ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert {house.name for house in town.houses() if house.parent.name == "foundations"} <= set(order)


def test_links_lead_somewhere() -> None:
    def findings() -> Iterator[Finding]:
        for path, text in documents():
            for link in LINK.findall(text):
                if not (path.parent / link).exists():
                    yield Finding(f"{name_of(path)}:{link}", "leads nowhere")

    town.settle("link", findings())


def test_commands_in_documents_exist() -> None:
    makefile = (town.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z-]+):", makefile))
    group, simulations = typer.main.get_command(app), typer.main.get_command(measure.together())

    def findings() -> Iterator[Finding]:
        for path, text in documents():
            for target in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE):
                if target not in targets:
                    yield Finding(f"{name_of(path)}:make {target}", "is no target")
            for command in re.findall(r"(?:`|^)dure\s([a-z][^`\n#]*)", text, re.MULTILINE):
                said = command.split()
                wrongs = _wrong_of(simulations, said[1:]) if said[0] == "simulate" else _wrong_of(group, said)
                for wrong in wrongs:
                    yield Finding(f"{name_of(path)}:dure {command.strip()}", f"{wrong} does not exist")

    town.settle("command", findings())


def _wrong_of(command: Any, said: list[str]) -> Iterator[str]:
    """The words of a command line that are neither commands nor options there."""
    known: set[str] = set()
    while said and (following := getattr(command, "commands", {}).get(said[0])):
        command, said = following, said[1:]
        known |= {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    if hasattr(command, "commands") and said and not said[0].startswith("-"):
        yield said[0]
    if not command.context_settings.get("ignore_unknown_options"):
        yield from (word for word in said if word.startswith("--") and word.split("=")[0] not in known)


def test_checks_and_tests_that_documents_name_exist() -> None:
    checks = [check.name for check in rooms.verify_checks()]

    def findings() -> Iterator[Finding]:
        for path, text in documents():
            for only in re.findall(r"--only ([a-z_.]+)", text):
                if not any(name.startswith(only) for name in checks):
                    yield Finding(f"{name_of(path)}:--only {only}", "is no check")
            for file, wanted in re.findall(r"`pytest (\S+\.py)(?: -k (\w+))?`", text):
                tests = town.ROOT / file
                if not tests.is_file() or f"{wanted}" not in "".join(
                    re.findall(r"def (test_\w+)", tests.read_text("utf-8"))
                ):
                    yield Finding(f"{name_of(path)}:pytest {file} -k {wanted}", "is no test")

    town.settle("check or test", findings())


def test_make_explains_every_target_it_offers() -> None:
    makefile = (town.ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"(?m)^\.PHONY: (help .*)$", makefile)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"(?m)^{target}:.*## \S", makefile), target


def test_a_decision_has_a_number_of_its_own_and_three_parts() -> None:
    found = sorted(path for path in (town.ROOT / "docs" / "decisions").iterdir() if path.name != "README.md")
    numbers = [path.name[:3] for path in found]
    assert len(set(numbers)) == len(numbers), numbers
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert DECISION.fullmatch(path.name), path.name
        assert text.startswith(f"# {path.name[:3]} "), path.name
        for part in ("**Context.**", "**Decision.**", "**Consequence.**"):
            assert part in text, f"{path.name} has no {part}"


def words() -> dict[str, tuple[str, ...]]:
    """docs/words.md: English -> its Korean, where it has one."""
    text = (town.ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| ([^|]+?) \| ([^|]*?) \|", text)
    return {
        english: tuple(korean.split(", ")) for english, korean in rows if korean and english not in ("English", "---")
    }


def test_words_on_screen_are_the_words_of_the_list() -> None:
    """A text that is just one of the words reads in Korean as the list says."""
    listed = words()
    assert len(listed) > 30

    def findings() -> Iterator[Finding]:
        for po in sorted(town.DURE.rglob("*/locale/ko/LC_MESSAGES/django.po")):
            yield from _other_words(messages.read(po), name_of(po), listed)

    town.settle("word", findings())


def _other_words(catalogue: Catalog, name: str, listed: dict[str, tuple[str, ...]]) -> Iterator[Finding]:
    for message in catalogue:
        english = message.id[0] if isinstance(message.id, tuple | list) else message.id
        korean = messages.translation(catalogue, (message.context or "", english))
        wanted = listed.get(english.lower()) or listed.get(english.lower().removesuffix("s"))
        if wanted and not message.context and not any(word in korean for word in wanted):
            yield Finding(f"{name}:{english}", f"is {korean!r}, docs/words.md says {', '.join(wanted)}")
