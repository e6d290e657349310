"""What a library quotes, and what an object or an error shows of itself, is not in the log."""

import asyncio
import io
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import fastavro
import msgspec
import pytest
import structlog

from samverkanshub.domain.errors import Refused
from samverkanshub.observability.unsaid import LONGEST, TEXT, message, trace, unquoted

WORDS = "hon bor hos sin syster på Åsgatan"
NAME = "Karolina"


def said(stream: io.StringIO) -> str:
    text = stream.getvalue()
    for line in text.splitlines():
        json.loads(line)
    assert text
    return text


@pytest.mark.parametrize(
    "text",
    [
        f"cannot send '{WORDS}'",
        f"cannot send {WORDS.encode()!r}",
        f"cannot send {{'beskrivning': {WORDS!r}}}",
        f'cannot send "{WORDS}',
        f"cannot send <Record {WORDS}>",
        f"cannot send «{WORDS}»",
        f"duplicate key\nDETAIL:  Key (text)=({WORDS}) exists",
        f"cannot send '{NAME}'s words, {WORDS}' told",
        f"cannot send {NAME!r}, '{WORDS}'",
        f"{'x' * LONGEST} {WORDS}",
    ],
)
def test_what_a_library_quotes_is_not_told(text: str) -> None:
    told = unquoted(text)
    assert TEXT in told
    assert not any(part in told for part in (WORDS, NAME, "syster", "sgatan"))


@pytest.mark.parametrize(
    "text",
    [
        "Topic 'samverkan.logg' is not available during auto-create initialization",
        "'NoneType' object has no attribute 'offset'",
        "expected <class 'str'>",
        "No such file or directory: '/var/lib/hub/kek'",
        "can't decode byte 0xff in position 0",
    ],
)
def test_what_is_code_stays(text: str) -> None:
    assert unquoted(text) == text


def database(_: object) -> None:
    error = asyncpg.UniqueViolationError("duplicate key value violates unique constraint")
    error.detail = f"Key (text)=({WORDS}) already exists."
    raise error


def avro(_: object) -> None:
    fastavro.schemaless_writer(io.BytesIO(), {"type": "enum", "name": "e", "symbols": ["a"]}, WORDS)


def decoding(_: object) -> None:
    msgspec.convert({"a": WORDS}, dict[str, int])


def missing(_: object) -> None:
    {}[NAME]


def grouped(_: object) -> None:
    raise ExceptionGroup(f"of '{WORDS}'", [ValueError(f"'{WORDS}'"), KeyError(WORDS)])


def caused(_: object) -> None:
    try:
        raise ValueError(f"'{WORDS}'")
    except ValueError as error:
        raise RuntimeError("failed") from error


@pytest.mark.parametrize("fail", [database, avro, decoding, missing, grouped, caused])
@pytest.mark.parametrize("logger", ["faust.agents.agent", "aiokafka.producer", "samverkanshub.prov"])
def test_an_errors_own_words_are_not_told_in_a_traceback(
    stream: io.StringIO, fail: Callable[[object], None], logger: str
) -> None:
    try:
        fail(None)
    except Exception as error:
        logging.getLogger(logger).exception("failed")
        logging.getLogger(logger).error("failed: %r", error)
        structlog.get_logger(logger).exception("failed")
        kind = type(error).__qualname__
    told = said(stream)
    assert kind in told
    assert f"in {fail.__name__}" in told
    for words in (WORDS, NAME, "syster"):
        assert words not in told


def test_a_traceback_has_its_frames_and_causes_in_order() -> None:
    try:
        caused(None)
    except RuntimeError as error:
        told = trace(error)
    parts = ["Traceback", "in caused", f"ValueError: {TEXT}", "which was the cause of", "RuntimeError: failed"]
    assert [part for part in parts if part in told] == parts
    assert sorted(parts, key=told.index) == parts


def test_an_error_that_leads_back_to_itself_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert trace(first).count("ValueError") == 2


def test_our_own_errors_are_told_whole() -> None:
    refused = Refused("`/data/behov/0/text` is missing 'as it must not be'", code="saknas")
    assert message(refused) == str(refused)


@dataclass
class Holding:
    text: str


OBJECTS: list[Any] = [Holding(WORDS), WORDS.encode(), {1: Holding(WORDS)}, [Holding(WORDS)], Exception(WORDS), {WORDS}]


@pytest.mark.parametrize("value", OBJECTS)
def test_an_object_is_told_of_by_its_type_alone(stream: io.StringIO, value: object) -> None:
    structlog.get_logger("samverkanshub.prov").error("failed", value=value, where=Path("/var/lib"))
    told = said(stream)
    assert "syster" not in told
    assert '"/var/lib"' in told


async def test_a_task_whose_failure_nobody_fetched_does_not_tell_of_it(stream: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError(f"'{WORDS}'")

    task = asyncio.ensure_future(fail())
    await asyncio.wait([task])
    asyncio.get_running_loop().call_exception_handler(
        {"message": "never retrieved", "exception": task.exception(), "future": task}
    )
    assert "ValueError" in said(stream)
    assert "syster" not in said(stream)


def test_a_failure_of_nothing_is_told_of_all_the_same(stream: io.StringIO) -> None:
    logging.getLogger("faust").exception("failed")
    structlog.get_logger("samverkanshub.prov").exception("failed")
    assert [json.loads(line)["event"] for line in said(stream).splitlines()] == ["failed"] * 2
