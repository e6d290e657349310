"""Whatever is logged, by whatever library, is one JSON object a line without any personnummer."""

import io
import json
import logging
import sys
import threading
import warnings
from typing import Any

import pytest
import structlog

from samverkanshub.observability import REDACTED, configure_logging

NUMMER = "194012197010"
"""One of Skatteverket's published test numbers."""


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    assert NUMMER not in stream.getvalue()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_who_and_what(stream: io.StringIO) -> None:
    structlog.get_logger("samverkanshub.prov").info("godtagen", offset=4711)
    (line,) = lines(stream)
    assert line.pop("tid").endswith("Z")
    assert line == {
        "event": "godtagen",
        "level": "info",
        "logger": "samverkanshub.prov",
        "offset": 4711,
        "role": "api",
    }


@pytest.mark.parametrize("name", ["faust", "mode.supervisors", "aiokafka.producer", "uvicorn.error", "asyncpg"])
def test_the_libraries_lines_are_redacted_too(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("message %r not sent", {"personnummer": NUMMER})
    (line,) = lines(stream)
    assert REDACTED in line["event"]
    assert line["logger"] == name


@pytest.mark.parametrize("name", ["faust", "mode", "aiokafka", "kafka", "uvicorn", "uvicorn.error", "asyncpg"])
def test_a_library_that_had_a_way_of_its_own_has_it_no_more(
    stream: io.StringIO, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Faust, which sets up logging of its own where it may."""
    logger, past, output = logging.getLogger(name), io.StringIO(), io.StringIO()
    monkeypatch.setattr(logger, "handlers", [logging.StreamHandler(past)])
    monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging("gate", "INFO", output)
    logger.warning("message %r not sent", {"personnummer": NUMMER})
    (line,) = lines(output)
    assert (line["logger"], REDACTED in line["event"], past.getvalue()) == (name, True, "")


def test_a_bare_number_is_redacted_and_the_line_is_still_json(stream: io.StringIO) -> None:
    structlog.get_logger().info("x", n=int(NUMMER), f=float(NUMMER), deep=[{"n": (int(NUMMER), 1)}])
    (line,) = lines(stream)
    assert line["n"] == REDACTED
    assert line["deep"] == [{"n": [REDACTED, 1]}]


def test_an_exceptions_text_and_traceback_are_redacted(stream: io.StringIO) -> None:
    try:
        raise ValueError(f"bad {NUMMER}")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("faust").exception("failed")
    for line in lines(stream):
        assert f"ValueError: bad {REDACTED}" in line["exception"]


def test_a_record_that_cannot_be_rendered_does_not_print_its_arguments(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without pytest's own handlers, which raise instead.
    root = logging.getLogger()
    ours = [handler for handler in root.handlers if getattr(handler, "stream", None) is stream]
    monkeypatch.setattr(root, "handlers", ours)
    logging.getLogger("faust").error("offset %d", NUMMER)
    (line,) = lines(stream)
    assert line["logger"] == "faust"
    assert NUMMER not in capsys.readouterr().err


def test_uncaught_exceptions_are_lines_as_well(stream: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(NUMMER)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert [line["event"] for line in lines(stream)] == ["uncaught exception"] * 2


def test_warnings_are_lines_as_well(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd {NUMMER}", stacklevel=1)
    (line,) = lines(stream)
    assert REDACTED in line["event"]


def test_context_is_carried_and_the_level_holds(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(handelse_id="h1"):
        structlog.get_logger().debug("not shown")
        structlog.get_logger().info("shown")
    (line,) = lines(stream)
    assert (line["event"], line["handelse_id"]) == ("shown", "h1")
