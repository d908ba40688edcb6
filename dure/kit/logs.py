"""Logs: one JSON object a line, without personal data (readable lines where a terminal looks).

Our own events are a name and a few values: `log.warning("reaction_failed", reaction=..., attempts=3)`. What libraries log
are sentences with anybody's values in them; of those only the fixed part is kept. Of an exception the kind and the places
it passed are kept, never its message: "Key (email)=(...) already exists" is a message.
"""

import logging
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FRAMES_MAX = 40
CAUSES_MAX = 5
TEXT_LENGTH_MAX = 200
ROOT = Path(__file__).resolve().parents[2]
HIDDEN = "[hidden]"
# Keys under which somebody might log a person; a value there is hidden whatever it is.
PERSONAL = {
    "name",
    "full_name",
    "email",
    "mail",
    "phone",
    "address",
    "ip",
    "remote_addr",
    "user",
    "username",
    "person",
} | {
    *("body", "query", "query_string", "url", "path", "password", "token", "cookie", "session", "text", "message"),
    *("story", "title", "birth", "account_number"),
}
_FIXED = {"event", "level", "logger", "at", "stack", "request"}  # written by us, nobody's values
_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), HIDDEN),  # e-mail
    (re.compile(r"(['\"]).*?\1"), HIDDEN),  # anything quoted
    (re.compile(r"\?\S+"), "?" + HIDDEN),  # query strings
    (re.compile(r"\b(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,7})\b"), HIDDEN),  # network addresses
    (re.compile(r"\+?\d[\d -]{5,}\d"), HIDDEN),  # telephone and account numbers
    (re.compile(r"[^\x00-\x7F]+"), HIDDEN),  # code speaks ASCII; anything else is somebody's text
)
_QUIET = {
    "django.server": "CRITICAL",  # a line a request costs five times the request
    "django.request": "ERROR",  # 404 and the like are no news
    "django.security.DisallowedHost": "CRITICAL",  # every scanner makes one
    "django.security.csrf": "ERROR",
    "procrastinate": "WARNING",
    "asyncio": "WARNING",
    "httpx": "WARNING",  # a line for each call of a provider says nothing without its address, which is hidden
    "fontTools": "ERROR",
}


def configured(level: str, *, readable: bool | None = None) -> dict[str, Any]:
    """Django's LOGGING, with structlog set up to match. `readable` lines by default where a terminal looks."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *_stamped(),
            hide_personal,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.contextvars.merge_contextvars, *_stamped(), keep_fixed_part, hide_personal],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendered(readable)],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            **{name: {"level": least, "propagate": True} for name, least in _QUIET.items()},
        },
    }


def _stamped() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        stack_without_values,
    ]


def _rendered(readable: bool | None) -> list[Processor]:
    if sys.stderr.isatty() if readable is None else readable:
        return [_stack_below, structlog.dev.ConsoleRenderer(timestamp_key="at")]
    return [structlog.processors.JSONRenderer(ensure_ascii=False)]


def stack_without_values(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace the exception by its kind, those of its causes, and the places they passed; their messages stay behind."""
    given = event.pop("exc_info", None)
    error = _error_in(given)
    if error is None:
        return event
    event["error"] = kind_of(error)
    event["stack"] = _stack(error)
    return event


def kind_of(error: BaseException) -> str:
    """The kind of an exception; of the database's also its code and the constraint, which name no values."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    origin = error.__cause__ if hasattr(error.__cause__, "sqlstate") else error
    sqlstate = getattr(origin, "sqlstate", None)
    if not sqlstate:
        return kind
    constraint = getattr(getattr(origin, "diag", None), "constraint_name", None)
    return f"{kind} {sqlstate}{f' {constraint}' if constraint else ''}"


def place_of(error: BaseException) -> str:
    """Where an exception was raised: file, line and function, which are ours and nobody's values."""
    return (_frames(error.__traceback__) or ["an unknown place"])[-1]


def keep_fixed_part(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Of a library's record keep the template, not what was put into it; of a failed request its route, not its address."""
    record = cast(logging.LogRecord | None, event.get("_record"))
    if record is None:
        return event
    template = str(record.msg)
    asked = getattr(record, "request", None)
    if asked is not None and hasattr(asked, "resolver_match"):
        match = asked.resolver_match
        event["event"] = "request_failed"
        event["route"] = match.route if match else ""
        event["method"] = asked.method
        event["status"] = getattr(record, "status_code", 0)
        return event
    event["event"] = without_values(template) if not record.args else template
    if isinstance(action := getattr(record, "action", None), str):  # procrastinate names what it did
        event["action"] = action
    return event


def hide_personal(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The last look at every event: personal keys are hidden, texts lose whatever looks like somebody's."""
    for key, value in event.items():
        if key.startswith("_") or key in _FIXED:
            continue
        if key in PERSONAL:
            event[key] = HIDDEN
        elif isinstance(value, str):
            event[key] = without_values(value)
        elif not isinstance(value, int | float | bool | None):
            event[key] = without_values(str(value))
    return event


def without_values(text: str) -> str:
    """`text` without e-mail and network addresses, numbers of people, quoted words and words in other letters."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text[:TEXT_LENGTH_MAX]


def _error_in(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return cast("BaseException | None", given[1])
    return sys.exc_info()[1] if given else None


def _stack(error: BaseException) -> list[str]:
    """Where it was raised and whence that was called, innermost last; causes first, as a traceback prints them."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(chain) < CAUSES_MAX:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    lines: list[str] = []
    for link in reversed(chain):
        lines += [*_frames(link.__traceback__), kind_of(link)]
    return lines


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES_MAX:]
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _place(filename: str) -> str:
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def _stack_below(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """For readable lines: the stack under the event."""
    if stack := event.pop("stack", None):
        event["event"] = "\n    ".join([event["event"], *stack])
    return event
