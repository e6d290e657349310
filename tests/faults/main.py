"""The hub broken on purpose, round after round: `make faults`, or `python tests/faults/main.py` (docs/fel.md).

Each round is a hub of its own, real processes and servers, with agencies at work against it. One fault befalls it; it
recovers; and what it has kept is held to what it has said.
"""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults import fel_data, fel_dod, fel_servrar, fel_tid  # noqa: F401 -- they register their faults
from faults.fel import FAULTS, Fel
from faults.runda import Utfall, runda

INTERRUPTED = 130


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=len(FAULTS), help="default: one of every fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=sorted(FAULTS), help="this fault alone; may be repeated")
    parser.add_argument("--keep", type=Path, default=None, help="a directory for the run directories, one a round")
    parser.add_argument("--list", action="store_true", help="name the faults, and do nothing")
    return parser.parse_args(argv)


def drawn(rounds: int, seed: int, only: Sequence[str] | None) -> Iterator[Fel]:
    """So many faults in an order drawn by the seed: each once before any is drawn again."""
    rng, deck = Random(seed), list[str]()
    for _ in range(rounds):
        if not deck:
            deck = sorted(only or FAULTS)
            rng.shuffle(deck)
        yield FAULTS[deck.pop()]


@contextmanager
def run_directory(keep: Path | None) -> Iterator[Path]:
    """Where run directories are written: kept where the caller says, else gone afterwards."""
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="samverkanshub-rundor-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


async def play(asked: argparse.Namespace) -> list[Utfall]:
    """All the rounds, each told as it ends."""
    found = []
    with run_directory(asked.keep) as kept:
        for nr, fault in enumerate(drawn(asked.rounds, asked.seed, asked.only), start=1):
            into = kept / f"{asked.seed}-{nr:03}-{fault.namn}"
            shutil.rmtree(into, ignore_errors=True)
            found.append(await runda(nr, fault, f"{asked.seed}:{nr}", into))
            print(found[-1].line(), flush=True)
            if not asked.keep:
                shutil.rmtree(into, ignore_errors=True)
    return found


async def until_told(asked: argparse.Namespace) -> list[Utfall] | None:
    """The rounds; None where a signal ended them, once all is cleared away."""
    playing = asyncio.ensure_future(play(asked))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    try:
        return await playing
    except asyncio.CancelledError:
        return None


def main() -> int:
    """Exit status 0 where no round is broken, 1 where one is, 130 on Ctrl-C."""
    asked = arguments()
    if asked.list:
        print("\n".join(sorted(FAULTS)))
        return 0
    found = asyncio.run(until_told(asked))
    if found is None:
        print("faults: interrupted", file=sys.stderr)
        return INTERRUPTED
    broken = sum(bool(one.faults) for one in found)
    print(f"faults: {len(found)} rounds, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
