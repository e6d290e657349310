"""The hub simulated: runs hold, each is of its seed alone, and a promise taken out is found by interleaving alone.

`fron.json` keeps seeds of runs that once broke: `bryter` is what, and `mutant` the promise that was taken out then;
empty where it was a defect. Each is replayed and must hold. With its mutant it is tried before others: what a seed
draws leads elsewhere as soon as the hub makes one port call more, and then some other must break within so many.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulation.korning import Utfall, kor
from simulation.mutanter import MUTANTER

MAIN = Path(__file__).with_name("main.py")
FRON: list[dict[str, Any]] = json.loads(Path(__file__).with_name("fron.json").read_text())
SEEDS = 40
SOUGHT = 200


@pytest.fixture(scope="module")
def spelade() -> list[Utfall]:
    """What came of so many runs."""
    return [kor(fro) for fro in range(SEEDS)]


def test_whoever_goes_first_and_whatever_dies_nothing_is_broken(spelade: list[Utfall]) -> None:
    assert {one.fro: one.brutet for one in spelade if one.brutet} == {}


def test_much_befalls_the_hub(spelade: list[Utfall]) -> None:
    befell = {vad for one in spelade for vad in one.handelser}
    assert befell >= {"krascher", "stopp", "övertaganden", "återläsningar", "nekas", "tappas"}
    assert befell >= {"klockor som hoppar", "planterade", "grind slutar: SUPERSEDED", "grind slutar: UNAVAILABLE"}
    assert min(one.steg for one in spelade) > 100


def test_a_run_is_of_its_seed_alone() -> None:
    one, again = kor(9), kor(9)
    assert one == again
    assert one.logg != kor(10).logg
    assert one.handelser["krascher"] > 0


@pytest.mark.parametrize("kept", FRON, ids=lambda kept: f"{kept['mutant'] or 'hubben'}-{kept['fro']}")
def test_what_once_broke_holds(kept: dict[str, Any]) -> None:
    assert kor(kept["fro"]).brutet == ()


@pytest.mark.parametrize("mutant", MUTANTER)
def test_a_promise_taken_out_is_found_and_named(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTER[mutant](monkeypatch)
    kept = [one for one in FRON if one["mutant"] == mutant]
    tried = [one["fro"] for one in kept] + list(range(1000, 1000 + SOUGHT))
    broken = (fault.split()[0] for fro in tried for fault in kor(fro).brutet)
    assert any(name in {one["bryter"] for one in kept} for name in broken)


def test_the_command_says_what_it_did_and_whether_anything_broke() -> None:
    command = [sys.executable, str(MAIN), "--seed", "2", "--steg", "500", "--jobb", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith("sim: ")
    assert done.stdout.splitlines()[-1].endswith(" crashes, 0 broken")
