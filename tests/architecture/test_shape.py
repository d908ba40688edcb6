"""Sizes, names, imports inside functions, clocks, signals: what keeps a file readable and a house predictable."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import town
from tests.architecture.town import Finding, Source

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 6
HAND_WRITTEN = (".py", ".sql", ".css", ".js", ".html", ".typ", ".sh")
BANNED = {"manager", "managers", "helper", "helpers", "util", "utils", "handler", "handlers", "data", "info", "process"}
WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
CLOCK_READERS = ("dure/base/clock.py", "dure/base/ids.py")
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("timezone", "now"),
}
CLOCKS_UNASKED = {("timezone", "localtime"), ("timezone", "localdate")}  # without an argument they read the clock
TEXT_FUNCTIONS = re.compile(r"^(n?p?gettext|n?p?gettext_lazy|gettext_noop)$")
HOUSE_FILES = {"README.md", "__init__.py", "apps.py", "py.typed"}
HOUSE_FOLDERS = {"templates", "migrations", "locale", "tests", "sql", "static", "__pycache__"}
SQL_PURPOSE = "-- purpose: "
SQL_CLOCK = re.compile(r"\b(now\(\)|current_timestamp|current_date|clock_timestamp|localtimestamp)", re.IGNORECASE)


def test_no_file_is_longer_than_400_lines() -> None:
    def findings() -> Iterator[Finding]:
        for path in town.tracked():
            name = path.relative_to(town.ROOT).as_posix()
            if path.suffix not in HAND_WRITTEN or "migrations" in path.parts:
                continue
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > FILE_LINES_MAX:
                yield Finding(name, f"{lines} lines; a room past {FILE_LINES_MAX} becomes a package of the same name")

    town.settle("file-size", findings())


def test_no_function_is_longer_than_60_lines() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.sources():
            for name, function in source.functions:
                lines = (function.end_lineno or 0) - function.lineno + 1
                if lines > FUNCTION_LINES_MAX and not source.is_migration:
                    yield Finding(f"{source.name}:{name}", f"{lines} lines, at most {FUNCTION_LINES_MAX}")

    town.settle("function-size", findings())


def test_no_function_takes_more_than_six_parameters() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.code():
            for name, function in source.functions:
                taken = _parameters(function)
                if len(taken) > PARAMETERS_MAX:
                    yield Finding(f"{source.name}:{name}", f"{len(taken)} parameters, at most {PARAMETERS_MAX}")

    town.settle("parameters", findings())


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def test_names_say_what_a_thing_is() -> None:
    """No manager, helper, util, handler, data, info or process: such a name says nothing."""
    found = (
        Finding(f"{source.name}:{name}", "says nothing") for source in town.sources() for name in _empty_names(source)
    )
    town.settle("banned-name", found)


def _empty_names(source: Source) -> Iterator[str]:
    for name in _given_names(source):
        if BANNED.intersection(word.lower() for word in WORDS.findall(name)):
            yield name


def _given_names(source: Source) -> Iterator[str]:
    """Names this file gives: its own, and (outside tests) of classes, functions, parameters and variables."""
    if source.is_migration:
        return
    yield source.path.stem
    if source.is_test:
        return
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_imports_stand_at_the_top() -> None:
    """An import inside a function hides a knot. Where one cannot do without, it is listed with its reason."""

    def findings() -> Iterator[Finding]:
        for source in town.code():
            for name, function in source.functions:
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        yield Finding(f"{source.name}:{name}", f"imports inside the function: {ast.unparse(node)}")

    town.settle("local-import", findings())


def test_tables_are_not_fetched_by_name() -> None:
    """`apps.get_model` gets around every import contract."""

    def findings() -> Iterator[Finding]:
        for source in town.code():
            for node in source.nodes:
                if isinstance(node, ast.Attribute) and node.attr in ("get_model", "get_models"):
                    yield Finding(source.name, f".{node.attr} in line {node.lineno}")

    town.settle("get-model", findings())


def test_consequences_stand_in_the_wiring_and_not_in_signals() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.code():
            for module in _imported(source):
                if (
                    module.startswith("django.dispatch")
                    or module.rpartition(".")[2] == "signals"
                    or ".signals." in module
                ):
                    yield Finding(source.name, f"imports {module}: what follows is said in site/wiring.py")

    town.settle("signals", findings())


def _imported(source: Source) -> Iterator[str]:
    """Dotted names of everything a file imports."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_clock_reads_the_clock() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.code():
            if source.name in CLOCK_READERS:
                continue
            for node in source.nodes:
                if isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in CLOCKS:
                    yield Finding(
                        source.name, f"{ast.unparse(node)} in line {node.lineno}: time comes from dure.base.clock"
                    )
                if isinstance(node, ast.Call) and not node.args and _called(node) in CLOCKS_UNASKED:
                    yield Finding(
                        source.name, f"{ast.unparse(node)} in line {node.lineno}: time comes from dure.base.clock"
                    )
                if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
                    yield Finding(source.name, f"{node.arg} in line {node.value.lineno}: an action writes clock.now()")

    town.settle("clock", findings())


def _called(node: ast.Call) -> tuple[str, str]:
    function = node.func
    return (_last_name(function.value), function.attr) if isinstance(function, ast.Attribute) else ("", "")


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_rules_and_types_take_the_time_as_an_argument() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.code():
            if source.room not in ("rules", "types"):
                continue
            for node in source.nodes:
                if (
                    isinstance(node, ast.Attribute)
                    and _last_name(node.value) == "clock"
                    and node.attr in ("now", "today")
                ):
                    yield Finding(source.name, f"reads the clock in line {node.lineno}")

    town.settle("pure-time", findings())


def test_text_for_people_lives_in_faces() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.code():
            if source.parts[1] != "base" and (not source.room or source.room in (*town.FACES, "names", "apps")):
                continue
            for module in _imported(source):
                if module.startswith("django.utils.translation.") and TEXT_FUNCTIONS.match(module.rpartition(".")[2]):
                    yield Finding(source.name, f"imports {module}: rooms below the faces answer values, faces say them")

    town.settle("text-in-faces", findings())


def test_a_house_has_the_rooms_of_a_house_and_no_others() -> None:
    def findings() -> Iterator[Finding]:
        for house in town.houses():
            for path in house.iterdir():
                known = path.name in HOUSE_FILES | HOUSE_FOLDERS or (path.stem in town.ROOMS and _is_room(path))
                if not known:
                    yield Finding(path.relative_to(town.ROOT).as_posix(), f"is no room: {', '.join(town.ROOMS)}")
                if path.is_dir() and path.name in town.ROOMS and path.with_suffix(".py").exists():
                    yield Finding(path.relative_to(town.ROOT).as_posix(), "is both a file and a package")

    town.settle("room", findings())


def _is_room(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").exists()


def test_every_statement_in_a_file_says_its_purpose_and_takes_the_time_as_a_parameter() -> None:
    def findings() -> Iterator[Finding]:
        for path in town.tracked():
            if path.suffix != ".sql" or "tests" in path.parts:
                continue
            name, text = path.relative_to(town.ROOT).as_posix(), path.read_text(encoding="utf-8")
            if not text.startswith(SQL_PURPOSE) or not text.split("\n")[0].removeprefix(SQL_PURPOSE).strip():
                yield Finding(name, f"begins with '{SQL_PURPOSE}...'")
            if path.parent.name != "sql":
                yield Finding(name, "stands in a folder called sql")
            code = re.sub(r"--.*", "", text)
            if clock := SQL_CLOCK.search(code):
                yield Finding(name, f"reads the clock: {clock[0]}")

    town.settle("sql", findings())


def test_a_house_writes_its_sql_in_files_and_uses_every_file() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.code():
            if not source.room:
                continue
            for node in source.nodes:
                if isinstance(node, ast.Call) and _runs_sql(node):
                    yield Finding(source.name, f"has SQL in line {node.lineno}; it belongs into sql/<name>.sql")
        program: dict[Path, str] = {}  # the text of each house; migrations lay tables by statements
        for path in town.tracked():
            if path.suffix == ".sql" and path.parent.name == "sql" and "tests" not in path.parts:
                house = path.parents[1]
                if house not in program:
                    near = (source for source in town.sources() if source.path.is_relative_to(house))
                    program[house] = "".join(source.text for source in near if not source.is_test)
                if f'"{path.stem}"' not in program[house]:
                    yield Finding(path.relative_to(town.ROOT).as_posix(), "is used nowhere")

    town.settle("sql-file", findings())


def _runs_sql(call: ast.Call) -> bool:
    """Whether it runs a statement that is written right there."""
    runs = isinstance(call.func, ast.Attribute) and call.func.attr in ("execute", "executemany", "raw")
    return runs and bool(call.args) and isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)


def test_every_exception_names_its_rule_place_and_reason() -> None:
    rules = set(re.findall(r'settle\(\s*"([\w-]+)"', "".join(path.read_text(encoding="utf-8") for path in _tests())))
    for entry in town.exceptions():
        assert set(entry) == {"rule", "where", "reason"}, entry
        assert entry["rule"] in rules, f"no test is called {entry['rule']!r}"
        assert len(entry["reason"]) > 20, f"say why: {entry}"


def _tests() -> list[Path]:
    return sorted(Path(__file__).parent.glob("test_*.py"))
