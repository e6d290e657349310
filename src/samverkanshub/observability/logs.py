"""Logging: one JSON object a line on stderr, from structlog and from every library, redacted as the last thing done.

What the shapes of redaction.py cannot know, a person's words, is kept out before that: of a library's message what it
quotes, of an object all but its type, of an error what it echoes (unsaid.py).
"""

import json
import logging
import sys
import threading
from copy import copy
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO
from uuid import UUID

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from samverkanshub.observability.redaction import redact
from samverkanshub.observability.unsaid import is_ours, message, trace, unquoted

QUIET: Final = ("aiokafka", "httpx", "httpcore", "urllib3")
"""Libraries that tell of every request and subscription; they speak from WARNING."""
OWN_HANDLERS: Final = ("faust", "mode", "aiokafka", "kafka", "uvicorn", "uvicorn.access", "uvicorn.error", "asyncpg")
"""Libraries that may have set up a way of their own to stderr, which would go past the redaction."""


def configure_logging(role: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logging of this process, warnings and uncaught exceptions included, to `stream` (stderr) as JSON.

    Every line carries `role`, and no personnummer. `level` is one of Python's names. Calling it again replaces it.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="tid"),
        _role(role),
    ]
    _configure_structlog(shared)
    _configure_stdlib(shared, level, stream or sys.stderr)
    _catch_uncaught()


def _configure_structlog(shared: list[Processor]) -> None:
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        # A cached logger would keep the processors of an earlier call.
        cache_logger_on_first_use=False,
    )


def _configure_stdlib(shared: list[Processor], level: str, stream: TextIO) -> None:
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _without_quotes],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.ExceptionRenderer(_traced),
                _numbers_as_text,
                _render,
                _redacted,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.captureWarnings(True)


class _Handler(logging.StreamHandler[TextIO]):
    """Errors among a record's arguments are told as in tracebacks.

    A record that cannot be rendered is told of by its logger's name alone: the default prints its arguments.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple):
            record = copy(record)
            record.args = tuple(_said(one) for one in record.args or ())
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        line = {"event": "log record could not be rendered", "level": "error", "logger": record.name}
        self.stream.write(redact(json.dumps(line)) + self.terminator)


def _said(argument: object) -> object:
    return message(argument) if isinstance(argument, BaseException) else argument


def _role(role: str) -> Processor:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["role"] = role
        return event

    return add


def _numbers_as_text(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A bare number that will be redacted becomes text first, so that the line stays JSON."""
    return {key: _number_as_text(value) for key, value in event.items()}


def _number_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _number_as_text(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_number_as_text(inner) for inner in value]
    if isinstance(value, int | float) and redact(repr(value)) != repr(value):
        return str(value)
    return value


def _without_quotes(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """What a library says, without the texts that it quotes."""
    if not is_ours(event.get("logger") or ""):
        event["event"] = unquoted(str(event["event"]))
    return event


def _traced(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    return trace(exc_info[1])


def _render(_: WrappedLogger, __: str, event: EventDict) -> str:
    return json.dumps(event, ensure_ascii=False, default=_named)


def _named(value: object) -> str:
    """A value that is no JSON by its type alone: what it shows of itself is all that is in it."""
    return str(value) if isinstance(value, Path | UUID | Enum) else f"<{type(value).__qualname__}>"


def _redacted(_: WrappedLogger, __: str, line: Any) -> str:
    return redact(line)


def _catch_uncaught() -> None:
    log = logging.getLogger("samverkanshub.uncaught")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("uncaught exception", exc_info=(kind, error, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        error = args.exc_value or args.exc_type()
        uncaught(args.exc_type, error, args.exc_traceback)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
