"""What a soak calls level, and a short one that goes through all of it."""

import asyncio
import contextlib
import math
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import pytest

from benchmarks import http_load
from benchmarks.ground import Ground
from benchmarks.handles import Handles, connected, handles_of, together
from benchmarks.http_load import Answer, Connections, Lost
from benchmarks.level import Series
from benchmarks.sampling import Sample, series
from benchmarks.soak import Soak, arguments
from benchmarks.soak_load import Done
from samverkanshub.entrypoints.http.__main__ import KEEP_ALIVE_S

SEEN = {
    "still": ([100.0] * 9, 0.0, True),
    "filled up in the first third": ([10.0, 40.0, 90.0, *[100.0] * 6], 0.0, True),
    "up and down": ([100.0, 120.0, 80.0] * 6, 0.0, True),
    "falling": ([100.0 - n for n in range(9)], 0.0, True),
    "growing a little": ([100.0 + n for n in range(9)], 0.0, True),
    "growing": ([100.0 + 3 * n for n in range(9)], 0.0, False),
    "growing by what is nothing": ([1.0 + n for n in range(9)], 5.0, True),
    "growing by more than nothing": ([1.0 + n for n in range(9)], 4.0, False),
    "seen once": ([5.0], 0.0, True),
}


@pytest.mark.parametrize("how", SEEN)
def test_level_is_what_a_line_through_the_last_two_thirds_grows_by(how: str) -> None:
    seen, slack, level = SEEN[how]
    assert Series("x", seen, slack).level is level


def test_a_line_grows_by_what_it_ends_above_where_it_began() -> None:
    assert Series("x", [0.0, 0.0, 10.0, 11.0, 12.0, 13.0], 0.0).growth == pytest.approx(3.0)


def test_what_is_told_and_not_judged_is_never_called_level() -> None:
    told = Series("x", [1.0 + 50 * n for n in range(9)], math.inf)
    assert told.level
    assert told.row()[-1] == "told"
    assert [Series("x", [1.0, 1.0, n], 0.0).row()[-1] for n in (1.0, 9.0)] == ["level", "NOT level"]


def test_what_fails_is_told_from_what_is_told_to_come_again() -> None:
    done = Done(due=15)
    done.statuses.update({200: 3, 201: 4, 202: 1, 429: 2, 503: 1, 599: 1})
    assert (done.events, done.shed, done.failed, done.unsent) == (8, 2, 2, 3)


def test_how_each_failed_is_told_in_words_and_never_what_was_said_of_it() -> None:
    done = Done()
    problem = b'{"type": "kafka-svarar-inte", "detail": "secret"}'
    answers = [
        Answer(202),
        Answer(429, b"{}"),
        *[Answer(Lost.CLOSED_KEPT)] * 2,
        Answer(503, problem),
        Answer(502, b"<"),
    ]
    for answer in answers:
        done.note(answer)
    assert done.failed == done.failures.total() == 4
    assert done.told == (
        "4 failed (2 × closed unanswered, on a connection used before, 1 × 503 kafka-svarar-inte, 1 × 502)"
    )


def test_where_nothing_failed_no_way_is_told() -> None:
    assert Done().told == "0 failed"


# ------------------------------------------------------------------------------------------------------------ handles

DATA = "/data/base/5/"


def test_a_file_that_several_backends_keep_open_is_one_file() -> None:
    opened = together([[DATA + "1", DATA + "2", "socket:[1]"], [DATA + "1", DATA + "2", "socket:[2]", "pipe:[3]"]])
    assert opened == Handles(processes=2, handles=7, different=2, beside=2)


def test_a_file_that_one_process_opens_again_and_again_is_beside() -> None:
    assert together([[DATA + "1"] * 9, [DATA + "1"]]).beside == 8


def test_nothing_is_open_where_there_is_no_process() -> None:
    assert together([]) == Handles(0, 0, 0, 0)


def test_what_this_process_opens_is_seen(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w"), (tmp_path / "a").open():
        assert handles_of(os.getpid()).count(str(tmp_path / "a")) == 2


TCP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 10 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:B56D 01 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   2: 0100007F:B56D 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0 0 10 0
   3: 0100007F:1F90 0100007F:B56E 08 00000000:00000000 00:00000000 00000000     0        0 13 1 0 100 0 0 10 0
"""


def test_a_connection_to_the_api_is_its_clients_until_they_leave() -> None:
    """The listening socket, the client's end, and one that the client has left are not among them."""
    assert connected([TCP, ""], 8080) == {"socket:[11]"}


LEAKS = {
    "none": (lambda n: [[DATA + f"{n % 3}", DATA + "x"], [DATA + "x"] * (1 + n % 2)], []),
    "backends that touch more, and others that end": (
        lambda n: [[DATA + str(file) for file in range(400)], [DATA + str(f) for f in range(20 * (n % 20))]],
        [],
    ),
    "files": (lambda n: [[DATA + str(file) for file in range(100 + 10 * n)]], ["database, different files"]),
    "files that are gone": (
        lambda n: [[f"{DATA}{file} (deleted)" for file in range(100 + 10 * n)]],
        ["database, different files"],
    ),
    "the same file": (lambda n: [[DATA + "1"] * 3 * n], ["database, most beside them in a process"]),
    "sockets": (lambda n: [[f"socket:[{s}]" for s in range(3 * n)]], ["database, most beside them in a process"]),
    "backends": (lambda n: [[DATA + "1"]] * (10 + n), ["database, processes"]),
}


@pytest.mark.parametrize("what", LEAKS)
def test_a_leak_of_the_database_is_seen_where_it_is(what: str) -> None:
    of, growing = LEAKS[what]
    samples = [Sample({}, {"database": together(of(n))}, 0, 0, 0) for n in range(40)]
    assert [one.name for one in series(samples, 1.0) if not one.level] == growing


def test_open_files_of_our_own_processes_are_counted_as_they_are() -> None:
    opened = [together([[DATA + "1"] * (n + 1)]) for n in range(40)]
    samples = [Sample({}, {"api": one}, 0, 0, 0) for one in opened]
    assert [one.name for one in series(samples, 1.0) if not one.level] == ["api, open files"]


# -------------------------------------------------------------------------------------------------------- connections

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
LAST = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
ASKED = b"GET / HTTP/1.1\r\n\r\n"


@asynccontextmanager
async def serving(*answers: bytes) -> AsyncIterator[tuple[Connections, list[int]]]:
    """One connection to a server that gives each connection these answers, and closes it; connections seen so far."""
    seen: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(1)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            for answer in answers:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, Connections(*server.sockets[0].getsockname(), 1) as connections:
        yield connections, seen


async def test_a_connection_in_use_is_used_again() -> None:
    async with serving(*[OK] * 9) as (connections, seen):
        assert [(await connections.ask(ASKED)).status for _ in range(5)] == [200] * 5
        assert len(seen) == 1


async def test_a_connection_that_was_idle_near_the_apis_time_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert http_load.IDLE_S <= KEEP_ALIVE_S - 2
    async with serving(*[OK] * 9) as (connections, seen):
        await connections.ask(ASKED)
        monkeypatch.setattr(http_load, "perf_counter", lambda: perf_counter() + http_load.IDLE_S)
        assert (await connections.ask(ASKED)).status == 200
        assert len(seen) == 2


async def test_a_connection_that_the_api_says_is_over_is_not_used_again() -> None:
    async with serving(LAST, *[OK] * 9) as (connections, seen):
        await connections.ask(ASKED)
        await connections.ask(ASKED)
        assert len(seen) == 2


UNANSWERED = {
    "closed on a new connection": ([b""], [Lost.CLOSED_NEW, Lost.CLOSED_NEW]),
    "closed on one that was kept": ([OK, b""], [200, Lost.CLOSED_KEPT, 200]),
    "closed in a head": ([OK[:20]], [Lost.CUT]),
    "closed between head and body": ([OK[:-2]], [Lost.CUT]),
}


@pytest.mark.parametrize("how", UNANSWERED)
async def test_what_is_not_answered_is_told_by_how_and_not_asked_again(how: str) -> None:
    answers, statuses = UNANSWERED[how]
    async with serving(*answers) as (connections, _):
        assert [(await connections.ask(ASKED)).status for _ in statuses] == statuses


async def test_an_answer_that_does_not_come_is_late_and_its_connection_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(OK, b"", OK) as (connections, seen):
        await connections.ask(ASKED)
        monkeypatch.setattr(http_load, "ANSWER_S", 0.05)
        assert (await connections.ask(ASKED)).status is Lost.LATE
        assert (await connections.ask(ASKED)).status == 200
        assert len(seen) == 2


async def test_where_nobody_takes_connections_there_is_no_connection_until_somebody_does() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with Connections(host, port, 1) as connections:
        server.close()
        await server.wait_closed()
        assert (await connections.ask(ASKED)).status in {Lost.CLOSED_NEW, Lost.NOT_CONNECTED}
        assert (await connections.ask(ASKED)).status is Lost.NOT_CONNECTED
        async with await asyncio.start_server(lambda _, writer: writer.write(OK), host, port):
            assert (await connections.ask(ASKED)).status == 200


async def test_an_answer_that_is_late_or_lost_makes_the_run_fail() -> None:
    soak = Soak(arguments([]))
    soak.settled = True
    assert soak.level
    soak.done.note(Answer(Lost.LATE))
    assert not soak.level


# --------------------------------------------------------------------------------------------------------- all of it


async def test_a_short_soak_tells_of_everything(made: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    soak = Soak(arguments(["--minuter", "0.15", "--every", "1", "--rate", "10"]))
    await soak.on(made)
    assert soak.done.events > 80
    assert soak.done.failed == soak.done.shed == 0
    assert soak.settled
    assert {one.name for one in soak.series if not min(one.seen)} <= {"not judged, records", "not signed, records"}
    told = capsys.readouterr().out.splitlines()
    assert told[-1].startswith(f"soak: 0.15 minutes, {soak.done.events} events, memory ")
    assert told[-1].endswith(", level" if soak.level else ", NOT level")
    soak.done.statuses[503] += 1
    assert not soak.level
