"""The log: one line an event, each event in one list, each with the fields that it may show.

What is not in the list can't be logged: a field that an event doesn't name is refused. Of other libraries'
lines only the place is shown where they were written, and of exceptions the class and the places: their
messages and arguments may hold what a citizen disclosed or typed.
"""

import logging
import re
import sys
import threading
import traceback
import warnings
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Any, TextIO

import structlog

_CALL = ("call", "municipality", "pbx")

# Fields that hold a word of the program, and never one of somebody else: more than a word is withheld.
_WORDS = frozenset(
    {"action", "because", "error", "from_state", "kind", "level", "process", "reason", "result", "to_state"}
)
_WORD = re.compile(r"[A-Za-z]([A-Za-z_.-]|\d{1,3}(?!\d)){0,59}|\?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST = 200  # characters of a value


class Log(Enum):
    """Every event that we log: its number, and the fields that it may show."""

    STARTED = ("VB001", "process", "version", "address")
    STOPPED = ("VB002", "process")
    FAILED = ("VB003", "process", "error", "where")
    FOREIGN = ("VB009", "logger", "level", "line", "error", "where")

    CALL_MOVED = ("VB100", *_CALL, "from_state", "to_state", "because")
    CALL_UNKNOWN_NUMBER = ("VB101", "pbx", "channel")
    CALL_ACTION_FAILED = ("VB102", *_CALL, "action", "error", "where")
    CODE_CHECKED = ("VB103", *_CALL, "result")
    CALL_FAULT = ("VB104", *_CALL, "error", "where")

    PBX_CONNECTED = ("VB200", "pbx", "asterisk")
    PBX_LOST = ("VB201", "pbx", "error")
    PBX_RECONCILED = ("VB202", "pbx", "calls", "channels", "bridges", "actions")
    PHONE_PUSHED = ("VB203", "pbx", "phone")
    LEASE_WON = ("VB204", "pbx", "holder")
    LEASE_LOST = ("VB205", "pbx", "holder")
    STRAY_REMOVED = ("VB206", "pbx", "channel", "bridge")

    DISCLOSURE_STARTED = ("VB300", "disclosure", "municipality", "purpose")
    DISCLOSURE_MOVED = ("VB301", "disclosure", "municipality", "state", "reason")
    CALLBACK_REFUSED = ("VB302", "reason")
    IRMA_AWAY = ("VB303", "error")
    IRMA_LOST = ("VB306", "error")
    IRMA_BACK = ("VB307",)
    STARTS_LIMITED = ("VB308", "because", "municipality", "refused")
    CALLBACK_LOST = ("VB310", "error")
    CODE_RESOLVED = ("VB304", "disclosure", "municipality", "result")
    API_KEY_REFUSED = ("VB305", "key", "scope")
    GUESS_LIMIT = ("VB309", "kind", "municipality", "trunk")

    LOGGED_IN = ("VB400", "staff", "municipality")
    LOG_IN_REFUSED = ("VB401", "reason")
    CALL_CLAIMED = ("VB402", "staff", "call", "municipality")
    ATTRIBUTE_REVEALED = ("VB403", "staff", "call", "municipality")
    UNSEAL_FAILED = ("VB404", "disclosure", "error")
    SIGN_ON_FAILED = ("VB406", "municipality", "error", "reason")
    SEAL_KEY_LOST = ("VB405", "file", "error")

    ERASED = ("VB500", "disclosures", "calls")
    TENANT_UNREADABLE = ("VB501", "municipality", "error")

    AGI_ASKED = ("VB600", "result")
    AGI_REFUSED = ("VB601", "reason")

    def __init__(self, number: str, *fields: str) -> None:
        self.number = number  # by which the documentation names this event
        self.fields = frozenset(fields)  # that it may show


class UnlistedField(Exception):
    """A log line was to show a field that its event doesn't list; add it in `logs.py` or leave it out."""


def log(event: Log, **fields: object) -> None:
    """Write one line. Raises UnlistedField for a field that the event may not show."""
    unlisted = fields.keys() - event.fields
    if unlisted:
        raise UnlistedField(f"{event.name} may not show {', '.join(sorted(unlisted))}")
    shown = {name: _shown(name, value) for name, value in fields.items()}
    with suppress(OSError, ValueError):  # a log that can't be written (a full disk, a closed pipe) ends no call
        structlog.get_logger().info(event.name.lower(), number=event.number, **shown)


def _shown(name: str, value: object) -> object:
    """Make one line of it, and let nothing through that could be more than it should be."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str):
        return f"({type(value).__name__})"
    if name in _WORDS and not _WORD.fullmatch(value):
        return "(withheld)"
    return _CONTROL.sub(" ", value)[:_LONGEST]


def fault(error: BaseException) -> dict[str, str]:
    """Return the fields `error` and `where` of an exception: its class and places, never its message."""
    return {"error": type(error).__name__, "where": _where(error.__traceback__)}


def _where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-4:]
    return " > ".join(_place(frame.filename, frame.lineno) for frame in frames)


def _place(file: str, line: int | None) -> str:
    return f"{file.rsplit('/', 1)[-1]}:{line}"


class _Foreign(logging.Handler):
    """Takes the lines of other libraries, and shows where each was written, which tells what it said."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line that stands for this one."""
        fields: dict[str, object] = {
            "logger": _module(record.name),
            "level": logging.getLevelName(record.levelno),
            "line": _place(record.pathname, record.lineno),
        }
        if record.exc_info and record.exc_info[1] is not None:
            fields |= fault(record.exc_info[1])
        log(Log.FOREIGN, **fields)


def _module(logger: str) -> str:
    """The name of a logger, as far as it is the name of a module: the rest could be anything."""
    while logger and logger not in sys.modules:
        logger = logger.rpartition(".")[0]
    return logger or "?"


def configure_logs(form: str = "text", stream: TextIO | None = None, process: str = "?") -> None:
    """Send our events and other libraries' warnings to `stream` (standard error), as text or json.

    What Python would print by itself (exceptions that nobody caught, warnings) goes the same way, without messages.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), renderer],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    _take_over_foreign_loggers()

    def failed(error: BaseException | None) -> None:
        if error is not None and not isinstance(error, KeyboardInterrupt):
            log(Log.FAILED, process=process, **fault(error))

    sys.excepthook = lambda _kind, error, _trace: failed(error)
    sys.unraisablehook = lambda unraisable: failed(unraisable.exc_value)
    threading.excepthook = lambda args: failed(args.exc_value)


def _take_over_foreign_loggers() -> None:
    logging.raiseExceptions = False  # else a line that can't be written is printed, with its arguments
    root = logging.getLogger()
    root.handlers[:] = [_Foreign()]
    root.setLevel(logging.WARNING)
    for logger in root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):  # else a placeholder
            logger.handlers.clear()
            logger.propagate = True
    logging.captureWarnings(capture=False)
    warnings.showwarning = _show_warning


def _show_warning(
    message: Warning | str,  # noqa: ARG001 - Python calls it so, as the two below
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    log(Log.FOREIGN, logger="warnings", level="WARNING", line=_place(filename, lineno), error=category.__name__)
