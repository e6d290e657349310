"""Over a real socket: a body too large is answered before it is all sent, and who does not send or read is cut."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from hubfakes import COUNTY, MORA_KEY, NOW_S, Fake, Receipt, bearer, token

from samverkanshub.client import Client, Options, RefusedError, Retry
from samverkanshub.client.events import Prepared
from samverkanshub.entrypoints.http import admission
from samverkanshub.entrypoints.http.__main__ import config
from samverkanshub.entrypoints.http.protokoll import Server, protocol
from samverkanshub.settings import Settings

SHORT = {"SAMVERKAN_API_TID_S": "0.2"}


@asynccontextmanager
async def serving(hub: Fake, data: Path, **given: str) -> AsyncIterator[uvicorn.Server]:
    settings = Settings.from_env({"SAMVERKAN_DATA": str(data), "SAMVERKAN_API_PORT": "0", **given})
    async with started(Server(config(hub, settings))) as server:
        yield server


@asynccontextmanager
async def started(server: uvicorn.Server) -> AsyncIterator[uvicorn.Server]:
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    running = asyncio.ensure_future(server.main_loop())
    yield server
    server.should_exit = True
    await running
    await server.shutdown()


def port(server: uvicorn.Server) -> int:
    return int(server.servers[0].sockets[0].getsockname()[1])


@pytest.fixture
async def address(hub: Fake, tmp_path: Path) -> AsyncIterator[str]:
    async with serving(hub, tmp_path) as server:
        yield f"http://127.0.0.1:{port(server)}"


async def test_a_client_that_sends_too_much_reads_why(address: str, hub: Fake) -> None:
    options = Options(retry=Retry(attempts=1), now_s=lambda: float(NOW_S))
    async with Client(address, "mora", "mora.vinr.utsatt", "handlaggare.7", MORA_KEY, options=options) as client:
        with pytest.raises(RefusedError) as found:
            await client.send(Prepared("x", "orosanmalan", b"x" * 2_000_000))
        assert (found.value.code, found.value.status, found.value.ring) == ("for-stor", 413, COUNTY)
        assert (await client.inbox()).rader == ()
    assert not hub.calls("publish")


async def test_the_server_does_not_say_what_it_is(address: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as web:
        answer = await web.get(f"{address}/inkorg", headers=bearer())
    assert answer.status_code == 200
    assert "server" not in answer.headers


def test_no_address_that_is_asked_is_logged(hub: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They hold ids. uvicorn writes its line of each request where the logger of that name leads anywhere."""
    access = logging.getLogger("uvicorn.access")
    monkeypatch.setattr(access, "propagate", True)
    assert access.hasHandlers(), "as our own logging has set it up"
    config(hub, Settings.from_env({"SAMVERKAN_DATA": str(tmp_path)}))
    assert not access.hasHandlers()


# ------------------------------------------------------------------------------------------ who does not send or read


def request(method: str, path: str, body: bytes = b"", length: int = -1) -> bytes:
    """A request as it is on the wire."""
    head = [f"{method} {path} HTTP/1.1", "host: hub", f"authorization: Bearer {token()}"]
    head += ["content-type: application/json", f"content-length: {len(body) if length < 0 else length}"]
    return "\r\n".join([*head, "", ""]).encode() + body


async def until_cut(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the connection ends, however it ends."""
    came = b""
    async with asyncio.timeout(20):
        while True:
            try:
                some = await reader.read(65536)
            except ConnectionResetError:
                return came
            if not some:
                return came
            came += some


async def none_left(server: uvicorn.Server) -> None:
    async with asyncio.timeout(20):
        while server.server_state.connections:  # noqa: ASYNC110 -- uvicorn tells nobody
            await asyncio.sleep(0.01)


UNSENT = {
    "nothing": b"",
    "half a head": b"GET /halsa HTTP/1.1\r\nhost: h",
    "half a body": request("POST", "/handelser", b'{"type":', 100),
}


@pytest.mark.parametrize("what", UNSENT)
async def test_who_does_not_send_the_rest_is_cut(what: str, hub: Fake, tmp_path: Path) -> None:
    async with serving(hub, tmp_path, **SHORT) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        writer.write(UNSENT[what])
        answered = await until_cut(reader)
        await none_left(server)
        writer.close()
    assert (b"408" in answered.split(b"\r\n")[0]) is (what == "half a body")
    assert not hub.calls("publish")


async def test_who_goes_on_sending_a_little_is_cut_as_well(hub: Fake, tmp_path: Path) -> None:
    async with serving(hub, tmp_path, **SHORT) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        writer.write(b"GET /halsa HTTP/1.1\r\nx: ")
        cut = asyncio.ensure_future(until_cut(reader))
        while not cut.done():
            writer.write(b"x")
            await asyncio.sleep(0.01)
        await none_left(server)
        writer.close()


async def test_where_nobody_else_refuses_a_body_that_does_not_come_the_connection_is_cut() -> None:
    left = asyncio.Event()

    async def patient(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        left.set()

    made = uvicorn.Config(patient, port=0, lifespan="off", log_config=None, http=protocol(4, 0.1))
    async with started(uvicorn.Server(made)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        writer.write(UNSENT["half a body"])
        assert await until_cut(reader) == b""
        async with asyncio.timeout(20):
            await left.wait()
        writer.close()


async def test_who_never_reads_its_answer_is_cut_and_others_are_answered_meanwhile(hub: Fake, tmp_path: Path) -> None:
    hub.says["inbox"] = {"rader": ["x" * 1000] * 20_000, "markor": ""}
    async with serving(hub, tmp_path, **SHORT) as server:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port(server)))
        await asyncio.get_running_loop().sock_sendall(line, request("GET", "/inkorg"))
        async with httpx.AsyncClient(trust_env=False) as web:
            while not hub.calls("inbox"):
                assert (await web.get(f"http://127.0.0.1:{port(server)}/halsa")).status_code == 200
        await none_left(server)
        line.close()


async def test_who_stops_reading_while_an_answer_still_comes_is_cut_and_who_reads_on_is_not() -> None:
    left = asyncio.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        gone = asyncio.ensure_future(receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not (gone.done() and (await gone)["type"] == "http.disconnect"):
            if gone.done():
                gone = asyncio.ensure_future(receive())
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0)
        left.set()

    made = uvicorn.Config(endless, port=0, lifespan="off", log_config=None, http=protocol(4, 0.3))
    async with started(uvicorn.Server(made)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server), limit=65536)
        writer.write(request("GET", "/"))
        loop = asyncio.get_running_loop()
        until = loop.time() + 1.0
        while loop.time() < until:
            assert await reader.read(65536)
        assert not left.is_set()
        async with asyncio.timeout(20):
            await left.wait()
        await none_left(server)
        writer.close()


async def test_a_client_that_asks_again_and_again_is_not_cut(hub: Fake, tmp_path: Path) -> None:
    async with serving(hub, tmp_path, **SHORT) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        for _ in range(30):
            writer.write(request("GET", "/inkorg"))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            [length] = [line for line in head.split(b"\r\n") if line.startswith(b"content-length")]
            await reader.readexactly(int(length.split(b":")[1]))
            await asyncio.sleep(0.02)
        writer.close()


REPORT = b'{"type": "se.samverkanshub.orosanmalan.v1", "data": {"kommun": "mora"}}'


async def test_a_report_that_comes_slowly_is_judged_once_it_is_here_however_full_it_is(
    hub: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1; and an ordinary event that comes as slowly is refused, both with all that they sent."""
    monkeypatch.setattr(admission, "PEEK_S", 0.01)
    done = asyncio.Event()

    async def stays(*_: Any) -> Receipt:
        hub.asked.append(("inside",))
        await done.wait()
        return Receipt()

    hub.publish = stays  # type: ignore[method-assign]
    limits = {"SAMVERKAN_API_PLATSER": "5", "SAMVERKAN_API_PLATSER_AKTOR": "5"}
    async with serving(hub, tmp_path, **limits) as server:
        ordinary = REPORT.replace(b"orosanmalan", b"avvikelse")
        lines = [await asyncio.open_connection("127.0.0.1", port(server)) for _ in range(5)]
        for number, body in enumerate([ordinary] * 4 + [REPORT]):
            sent = request("POST", "/handelser", body)
            lines[number][1].write(sent if number < 3 else sent[:-20])
            async with asyncio.timeout(20):
                while len(hub.calls("use_token")) <= number:  # noqa: ASYNC110 -- the fake counts
                    await asyncio.sleep(0.001)
        lines[3][1].write(ordinary[-20:])
        assert (await lines[3][0].readline()).startswith(b"HTTP/1.1 429")
        lines[4][1].write(REPORT[-20:])
        async with asyncio.timeout(20):
            while len(hub.calls("inside")) < 4:  # noqa: ASYNC110 -- the fake counts
                await asyncio.sleep(0.001)
        done.set()
        assert (await lines[4][0].readline()).startswith(b"HTTP/1.1 201")
        for _, one in lines:
            one.close()


async def test_who_sends_two_at_once_and_half_of_the_second_is_cut() -> None:
    async def patient(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            await asyncio.Event().wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    made = uvicorn.Config(
        patient, port=0, lifespan="off", log_config=None, http=protocol(4, 0.1), timeout_graceful_shutdown=1
    )
    async with started(uvicorn.Server(made)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        writer.write(request("GET", "/") + UNSENT["half a body"])
        assert (await until_cut(reader)).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_beyond_the_connections_that_are_to_be_reports_alone_are_taken_and_then_none(
    hub: Fake, tmp_path: Path
) -> None:
    """Orosanmälan last: B1."""
    asked = {
        "inbox": (request("GET", "/inkorg"), b"HTTP/1.1 429"),
        "ordinary": (request("POST", "/handelser", REPORT.replace(b"orosanmalan", b"avvikelse")), b"HTTP/1.1 429"),
        "report": (request("POST", "/handelser", REPORT), b"HTTP/1.1 201"),
        "health": (request("GET", "/halsa"), b"HTTP/1.1 200"),
    }
    async with serving(hub, tmp_path, SAMVERKAN_API_FORBINDELSER="4") as server:
        idle = [await asyncio.open_connection("127.0.0.1", port(server)) for _ in range(4)]
        for name, (content, expected) in asked.items():
            reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
            writer.write(content)
            assert (await until_cut(reader)).startswith(expected), name
            writer.close()
        idle += [await asyncio.open_connection("127.0.0.1", port(server)) for _ in range(2)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        assert await until_cut(reader) == b""
        for _, one in [*idle, (reader, writer)]:
            one.close()
        await none_left(server)
        async with httpx.AsyncClient(trust_env=False) as web:
            answer = await web.get(f"http://127.0.0.1:{port(server)}/inkorg", headers=bearer())
        assert answer.status_code == 200
    assert len(hub.calls("publish")) == 1
