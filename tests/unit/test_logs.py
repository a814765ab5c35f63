"""Nothing that a citizen disclosed or typed gets into the log, by whatever way it is tried."""

import asyncio
import gc
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog

from callcenter.logs import Log, UnlistedField, configure_logs, fault, log
from callcenter.model.call import CallState

PLANTED = "Voorbeeldsma 999990019 0412345678"
FOREIGN = [
    "",
    "uvicorn.error",
    "uvicorn.access",
    "sqlalchemy.engine.Engine",
    "httpx",
    "websockets.server",
    "asyncio",
    "alembic.runtime.migration",
    f"somebody.{PLANTED}",
    PLANTED,
]


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is written, with the logs configured as the program does it, and all put back afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, logging.raiseExceptions, warnings.showwarning)
    hooks = (sys.excepthook, sys.unraisablehook, threading.excepthook)
    stream = io.StringIO()
    configure_logs(request.param, stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], level, logging.raiseExceptions, warnings.showwarning = before
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


def boom() -> None:
    """Fail in the worst way: planted values in the message, a note, the cause, the context and a group."""
    known: dict[str, str] = {}
    try:
        known[PLANTED]
    except KeyError as first:
        error = ExceptionGroup(PLANTED, [ValueError(PLANTED), TypeError({"bsn": PLANTED})])
        error.add_note(PLANTED)
        raise error from first


class Citizen:
    """Something whose repr shows what it holds."""

    def __repr__(self) -> str:
        return f"<Citizen {PLANTED}>"


# -- our own events --------------------------------------------------------------------------------


def test_a_line_has_the_events_name_number_time_and_fields(written: io.StringIO) -> None:
    log(Log.CODE_RESOLVED, disclosure="d1", municipality="voorbeeldstad", result="right")
    line = written.getvalue()
    for part in ("code_resolved", "VB304", "d1", "voorbeeldstad", "right"):
        assert part in line
    assert line.count("\n") == 1


def test_a_field_that_the_event_does_not_list_is_refused(written: io.StringIO) -> None:
    with pytest.raises(UnlistedField, match="CODE_RESOLVED may not show bsn, code"):
        log(Log.CODE_RESOLVED, disclosure="d1", code="0412345678", bsn="999990019")
    assert written.getvalue() == ""


def test_every_event_has_a_number_of_its_own() -> None:
    numbers = [event.number for event in Log]
    assert len(set(numbers)) == len(numbers)


def test_no_event_lists_a_field_for_a_person() -> None:
    personal = {"code", "digits", "bsn", "name", "attributes", "token", "password", "number", "caller", "message"}
    assert [event.name for event in Log if event.fields & personal] == []


@pytest.mark.parametrize(
    "value", [Citizen(), {"bsn": PLANTED}, [PLANTED], (PLANTED,), PLANTED.encode(), ValueError(PLANTED)]
)
def test_what_is_no_plain_value_is_named_by_its_type_only(written: io.StringIO, value: object) -> None:
    log(Log.CALL_FAULT, call=value)
    assert "Voorbeeldsma" not in written.getvalue()
    assert type(value).__name__ in written.getvalue()


@pytest.mark.parametrize("value", [PLANTED, "0412345678", "KeyError: '0412345678'", "wrong 999990019", "a1234"])
@pytest.mark.parametrize("field", ["error", "action"])
def test_a_word_of_the_program_that_is_more_than_a_word_is_withheld(
    written: io.StringIO, field: str, value: str
) -> None:
    log(Log.CALL_ACTION_FAILED, call="c1", **{field: value})
    assert value not in written.getvalue()
    assert "(withheld)" in written.getvalue()


@pytest.mark.parametrize("value", ["ValueError", "no-answer", "not-yet", "StoreAway", "Http404", "?"])
def test_a_word_is_shown(written: io.StringIO, value: str) -> None:
    log(Log.CALL_ACTION_FAILED, error=value)
    assert value in written.getvalue()


def test_a_value_cannot_forge_a_line_of_its_own(written: io.StringIO) -> None:
    log(Log.CALL_UNKNOWN_NUMBER, pbx="pbx1", channel="a\n2026-11-23 logged_in staff=admin\r\x1b[2J\u2028x")
    assert written.getvalue().count("\n") == 1
    assert "\x1b" not in written.getvalue()
    assert "\r" not in written.getvalue()


def test_plain_values_are_shown_as_they_are(written: io.StringIO) -> None:
    log(Log.PBX_RECONCILED, pbx="pbx1", calls=3, channels=None, bridges=CallState.ASKING)
    for part in ("pbx1", "3", "None" if "=" in written.getvalue() else "null", "asking"):
        assert part in written.getvalue()


def test_a_log_that_cannot_be_written_ends_nothing(written: io.StringIO) -> None:
    written.close()
    log(Log.ERASED, disclosures=1, calls=1)
    logging.getLogger("httpx").error("%s", PLANTED)


def test_a_fault_is_a_class_and_places() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        boom()
    told = fault(caught.value)
    assert told["error"] == "ExceptionGroup"
    assert "test_logs.py:" in told["where"]
    assert "Voorbeeldsma" not in str(told)


# -- other libraries -------------------------------------------------------------------------------

WAYS: dict[str, Callable[[logging.Logger], None]] = {
    "the message": lambda logger: logger.warning(PLANTED),
    "an f-string with arguments too": lambda logger: logger.warning(f"{PLANTED} %s", 1),  # noqa: G004
    "an argument": lambda logger: logger.warning("%s", PLANTED),
    "named arguments": lambda logger: logger.warning("%(bsn)s", {"bsn": PLANTED}),
    "arguments that don't fit": lambda logger: logger.warning("%d", PLANTED),
    "an object": lambda logger: logger.warning("%r", Citizen()),
    "a message that is an object": lambda logger: logger.warning(Citizen()),
    "extra": lambda logger: logger.warning("x", extra={"bsn": PLANTED}),
    "the stack": lambda logger: logger.warning("x", stack_info=True),
    "a critical line": lambda logger: logger.critical(PLANTED),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FOREIGN)
def test_a_line_of_another_library_leaks_nothing(
    written: io.StringIO, capsys: pytest.CaptureFixture[str], name: str, way: str
) -> None:
    WAYS[way](logging.getLogger(name))
    everything = written.getvalue() + "".join(capsys.readouterr())
    assert "Voorbeeldsma" not in everything
    assert "999990019" not in everything
    assert "test_logs.py:" in everything  # and yet it tells where to look
    assert everything.count("\n") == 1


@pytest.mark.parametrize("name", FOREIGN)
def test_an_exception_in_it_shows_class_and_places_only(written: io.StringIO, name: str) -> None:
    try:
        boom()
    except ExceptionGroup:
        logging.getLogger(name).exception("it failed: %s", PLANTED)
    assert "Voorbeeldsma" not in written.getvalue()
    assert "ExceptionGroup" in written.getvalue()


def test_a_logger_that_came_with_a_handler_of_its_own_loses_it(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    chatty = logging.getLogger("uvicorn.chatty")
    chatty.addHandler(logging.StreamHandler(sys.stderr))
    chatty.propagate = False
    configure_logs(stream=written)
    chatty.warning(PLANTED)
    assert PLANTED not in written.getvalue() + "".join(capsys.readouterr())
    assert "VB009" in written.getvalue()


def test_what_is_not_worth_a_warning_is_not_written(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET %s", PLANTED)
    assert written.getvalue() == ""


async def test_a_task_whose_exception_nobody_fetched(written: io.StringIO) -> None:
    async def citizen(name: str) -> None:
        boom()

    task = asyncio.create_task(citizen(PLANTED), name=PLANTED)
    await asyncio.wait({task})
    del task
    gc.collect()
    assert "Voorbeeldsma" not in written.getvalue()
    assert "asyncio" in written.getvalue()
    assert "ExceptionGroup" in written.getvalue()


async def test_what_the_event_loop_is_told(written: io.StringIO) -> None:
    context = {"message": PLANTED, "exception": ValueError(PLANTED), "citizen": Citizen()}
    asyncio.get_running_loop().call_exception_handler(context)
    assert "Voorbeeldsma" not in written.getvalue()
    assert "ValueError" in written.getvalue()


def test_a_warning(written: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    warnings.showwarning(UserWarning(PLANTED), UserWarning, "/lib/some.py", 7)
    everything = written.getvalue() + "".join(capsys.readouterr())
    assert "Voorbeeldsma" not in everything
    assert "UserWarning" in everything
    assert "some.py:7" in everything


# -- what Python prints by itself, in a process of its own -----------------------------------------

PROGRAM = """
import asyncio, gc, logging, sys, threading, warnings
from callcenter.logs import configure_logs
configure_logs({form!r}, process="test")
PLANTED = "Voorbeeldsma 999990019"

class Citizen:
    def __del__(self):
        raise ValueError(PLANTED)

async def main():
    asyncio.create_task(fails(PLANTED), name=PLANTED)
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(boom)
    await asyncio.sleep(0)

async def fails(name):
    boom()

def boom():
    raise ValueError(PLANTED)

warnings.warn(PLANTED)
thread = threading.Thread(target=boom, name=PLANTED)
thread.start()
thread.join()
Citizen()
asyncio.run(main(), debug={debug})
gc.collect()
logging.getLogger("x").error(PLANTED)
boom()
"""


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("debug", [False, True])
def test_all_that_python_prints_by_itself(form: str, debug: bool) -> None:
    program = PROGRAM.format(form=form, debug=debug)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Voorbeeldsma" not in done.stderr
    assert "999990019" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 7
    if form == "json":
        numbers = [json.loads(line)["number"] for line in lines]
        assert sorted(numbers) == ["VB003"] * 3 + ["VB009"] * 4
