"""The harness at work: a cheap round through and through, and the pieces that need no hub."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from faults.fel import FAULTS
from faults.main import drawn
from faults.proxy import Proxy
from faults.runda import _judged
from samverkanshub.adapters.servers.places import LOOPBACK, free_port

MAIN = Path(__file__).with_name("main.py")
PATIENCE_S = 240


@pytest.mark.servers
def test_a_gate_killed_under_load_leaves_a_whole_round(tmp_path: Path) -> None:
    command = [sys.executable, str(MAIN), "--rounds", "1", "--seed", "7", "--only", "gate-efter-commit"]
    done = subprocess.run(
        [*command, "--keep", str(tmp_path)], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "faults: 1 rounds, 0 broken"), done.stdout
    [round_] = tmp_path.iterdir()
    facts = json.loads((round_ / "fakta.json").read_text())
    assert facts["rundor"] == [{"nr": 1, "fel": "gate-efter-commit", "utfall": "hel", "hoppad": False}]
    log = (round_ / "kafka" / "samverkan.logg.jsonl").read_text().splitlines()
    assert len(log) > 20
    for table in ("projektion/beslut", "replay/beslut"):
        assert len((round_ / f"{table}.jsonl").read_text().splitlines()) == len(log)
    assert (round_ / "checkpoints" / "0.jsonl").read_text().count("\n") >= 1
    assert (round_ / "loggar" / "gate.log").stat().st_size


def test_every_fault_is_drawn_before_any_is_drawn_again() -> None:
    names = [fault.namn for fault in drawn(2 * len(FAULTS), 3, None)]
    assert sorted(names) == sorted([*FAULTS, *FAULTS])
    assert set(names[: len(FAULTS)]) == set(FAULTS)
    assert names == [fault.namn for fault in drawn(2 * len(FAULTS), 3, None)]


def test_a_round_is_broken_by_all_that_the_checker_does_not_call_sound() -> None:
    assert _judged(2, ["I1 sound: 3 events", "I8 NOT CHECKED: no steps due"]) == []
    assert _judged(1, ["I1 BROKEN: x", "I8 NOT CHECKED: no steps due"]) == ["granska: I1 BROKEN: x"]
    assert _judged(2, ["I6 NOT CHECKED: no checkpoints"]) == ["granska: I6 NOT CHECKED: no checkpoints"]
    assert _judged(0, []) == ["granska: ended with 0"]
    assert _judged(-9, ["I1 sound: 3 events"]) == ["granska: ended with -9"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_is_cut_when_the_word_goes_by_before_or_after_the_server_reads_it(*, after: bool) -> None:
    got = bytearray()

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while content := await reader.read(100):
                got.extend(content)
                writer.write(b"heard")
        except ConnectionError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(server, LOOPBACK, 0)
    proxy = Proxy(free_port(), listening.sockets[0].getsockname()[1])
    async with listening, proxy.running():
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        writer.write(b"one")
        assert await reader.readexactly(5) == b"heard"
        proxy.word, proxy.after = b"COMMIT", after
        writer.write(b"COMMIT")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(6)
        writer.close()
    assert bytes(got) == (b"oneCOMMIT" if after else b"one")
    assert proxy.cut == 1
