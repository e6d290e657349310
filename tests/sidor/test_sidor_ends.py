"""A walk that is told to end leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("playwright")
PATIENCE_S = 60
WALK = """
import asyncio, contextlib, sys, tempfile
tests, kept = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, tests)
from sidor import main

@contextlib.asynccontextmanager
async def hub():
    with tempfile.TemporaryDirectory(dir=kept):
        print("running", flush=True)
        await asyncio.Event().wait()
        yield ""

main.played = hub
sys.exit(main.main())
"""


def test_one_that_is_killed_clears_away_its_hub_first(tmp_path: Path) -> None:
    tests, kept = Path(__file__).parents[1], tmp_path / "hub"
    kept.mkdir()
    words = [sys.executable, "-c", WALK, str(tests), str(kept), "--bilder", str(tmp_path / "bilder")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "running\n"
        assert len(list(kept.iterdir())) == 1
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE_S) == 130
    assert list(kept.iterdir()) == []
