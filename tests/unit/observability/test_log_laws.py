"""Laws of the log: however a number is spelled, wherever it comes and whoever logs it, no line has it."""

import io
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

# Real loggers of the libraries, by the modules that make them.
from aiokafka.producer.producer import log as aiokafka_log
from faust.transport.consumer import logger as faust_log
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mode.supervisors import logger as mode_log
from uvicorn.protocols.http.h11_impl import logging as _uvicorn  # noqa: F401 -- that its loggers are made

_FILE = Path(__file__).parents[2] / "data" / "testpersonnummer.txt"
NUMBERS = [line for line in _FILE.read_text().splitlines() if line.isdigit()]
SEPARATORS = ["", "-", "+", " ", "\N{EN DASH}", "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}", "%2B"]
LOGGERS: Mapping[str, logging.Logger] = {
    "faust": faust_log,
    "mode": mode_log,
    "aiokafka": aiokafka_log,
    "asyncio": logging.getLogger("asyncio"),
    "asyncpg": logging.getLogger("asyncpg"),
    "uvicorn": logging.getLogger("uvicorn.error"),
    "ours": logging.getLogger("samverkanshub.prov"),
}


@st.composite
def spelled(draw: st.DrawFn) -> str:
    """A test number and a spelling of it: with or without century, as a samordningsnummer, with any separator."""
    number = draw(st.sampled_from(NUMBERS))
    day = int(number[6:8]) % 60 + draw(st.sampled_from([0, 60]))
    start = draw(st.sampled_from([0, 2]))
    return f"{number[start:6]}{day:02}{draw(st.sampled_from(SEPARATORS))}{number[8:]}"


text = st.text(st.characters(exclude_categories=["Cs", "Nd", "No"]), max_size=6)


def message(log: logging.Logger, value: str) -> None:
    log.error(f"not sent {value}")


def argument(log: logging.Logger, value: str) -> None:
    log.warning("not sent %s: %r", value, {"nummer": value})


def extra(log: logging.Logger, value: str) -> None:
    log.error("not sent", extra={"nummer": value})


def failure(log: logging.Logger, value: str) -> None:
    try:
        raise ValueError(value)
    except ValueError:
        log.exception("not sent")


def cause(log: logging.Logger, value: str) -> None:
    try:
        try:
            raise KeyError(value)
        except KeyError as error:
            raise OSError(5, value, value) from error
    except OSError as error:
        log.error("not sent %s", error, exc_info=error)


def stack(log: logging.Logger, value: str) -> None:
    log.error("not sent", stack_info=True, extra={value: 1} if value.isidentifier() else {})


def field(log: logging.Logger, value: str) -> None:
    structlog.get_logger(log.name).error("not sent", **{"nummer": value, "djup": [{value: (value,)}]})


def bound(log: logging.Logger, value: str) -> None:
    structlog.get_logger(log.name).bind(nummer=value).error(value)


WAYS: list[Callable[[logging.Logger, str], None]] = [message, argument, extra, failure, cause, stack, field, bound]


@given(spelled(), text, text, st.sampled_from(WAYS), st.sampled_from(sorted(LOGGERS)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
def test_no_spelling_of_a_number_comes_out_of_any_logger(
    stream: io.StringIO,
    spelling: str,
    before: str,
    after: str,
    way: Callable[[logging.Logger, str], None],
    name: str,
) -> None:
    stream.seek(0)
    stream.truncate()
    way(LOGGERS[name], f"{before}{spelling}{after}")
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert spelling not in line
    assert spelling not in str(json.loads(line))
