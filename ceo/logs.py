"""The log: a JSON document a line for programs, or lines for people, both on standard error.

Nothing personal reaches it. Requests are named by the template of their address, because addresses hold codes. A fault is told with its
path through the code, without the values of variables; the message of an exception is told only when our own code wrote it, because
others quote what they were given.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Final, TypeAlias

from ceo.settings import Settings

# The request that is being answered; "" outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

_Entry: TypeAlias = MutableMapping[str, Any]
_OUR_ROOMS: Final = ("ceo", "questionnaires", "analysis", "exports")
_LEVELS: Final = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_FIRST: Final = ("timestamp", "level", "event")
# These tell of every connection and every statement when they are allowed to.
_TALKATIVE: Final = ("uvicorn", "asyncio", "aiosqlite", "sqlalchemy", "httpx", "httpcore", "alembic")


def set_up_logs(settings: Settings) -> None:
    """Write the log of this process in the form, and from the level, of the settings."""
    import structlog

    level = _LEVELS[settings.logs_from]
    shared: list[Any] = [_add_request, structlog.processors.TimeStamper(fmt="iso", utc=True), _tell_fault]
    render = _renderers(as_json=settings.logs_as == "json")
    structlog.configure(
        processors=[structlog.processors.add_log_level, *shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_handler(shared, render)], level=level, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def told_fault(error: BaseException) -> str:
    """Return an exception and what led to it as text: where in the code, and of which kind, without values.

    >>> print(told_fault(ValueError("wat iemand invulde")))
    ValueError
    """
    return "\n".join(_fault_lines(error, frozenset()))


def _handler(shared: list[Any], render: list[Any]) -> logging.Handler:
    """Return what writes the log of libraries, and of our modules that use Python's own."""
    import structlog

    first = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _only_first_line]
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[*first, *shared], processors=[strip, *render])
    )
    return handler


def _renderers(*, as_json: bool) -> list[Any]:
    import msgspec
    import structlog

    if as_json:
        encode = msgspec.json.Encoder(enc_hook=str).encode
        return [lambda _logger, _method, entry: encode({name: entry.pop(name) for name in _FIRST} | entry).decode()]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)]


def _add_request(_logger: Any, _method: str, entry: _Entry) -> _Entry:
    request_id = REQUEST_ID.get()
    if request_id:
        entry["request_id"] = request_id
    return entry


def _tell_fault(_logger: Any, _method: str, entry: _Entry) -> _Entry:
    """Put the text of a fault in the place of the exception."""
    given = entry.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        entry["exception"] = told_fault(error)
    return entry


def _only_first_line(_logger: Any, _method: str, entry: _Entry) -> _Entry:
    """Cut what others log down to a line: behind it, asyncio shows tasks with the messages of their exceptions."""
    if not str(entry.get("logger", "")).startswith(_OUR_ROOMS):
        entry["event"] = str(entry["event"]).partition("\n")[0]
    return entry


def _fault_lines(error: BaseException, told: frozenset[int]) -> Iterator[str]:
    led_by = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if led_by is not None and id(led_by) not in told:
        yield from _fault_lines(led_by, told | {id(error)})
        yield "which led to"
    yield from _frames(error.__traceback__)
    yield _named(error)
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield "with"
            yield from _fault_lines(part, told | {id(error)})


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        if frame.line:
            yield f"    {frame.line}"


def _named(error: BaseException) -> str:
    kind = type(error)
    ours = kind.__module__.partition(".")[0] in _OUR_ROOMS or isinstance(error, AssertionError)
    message = str(error) if ours else getattr(error, "strerror", None) or ""
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name}: {message}" if message else name
