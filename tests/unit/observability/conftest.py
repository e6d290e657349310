"""Logging as a process sets it up, into a stream that a test reads."""

import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from samverkanshub.observability import configure_logging


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook)
    output = io.StringIO()
    configure_logging("api", "INFO", output)
    yield output
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    sys.excepthook, threading.excepthook, sys.unraisablehook = before[2:]
    logging.captureWarnings(False)
    structlog.reset_defaults()
