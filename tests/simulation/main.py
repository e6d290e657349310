"""The hub simulated, run after run: `make sim`, or `python tests/simulation/main.py` (docs/simulering.md).

Each run is of a seed of its own, and the same whenever it is run.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulation.korning import Utfall, kor

A_SEED: Final = 1_000_000
"""Runs that a seed has before they are those of the next."""
INTERRUPTED: Final = 130


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minuter", type=float, default=1.0, help="how long to begin new runs (default: %(default)s)")
    parser.add_argument("--steg", type=int, default=0, help="until so many steps are made, instead of minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fro", type=int, action="append", help="the run of this seed alone; may be repeated")
    parser.add_argument("--jobb", type=int, default=os.cpu_count() or 1, help="processes (default: %(default)s)")
    return parser.parse_args(argv)


def spelade(asked: argparse.Namespace) -> Iterator[Utfall]:
    """What comes of each run, until the time is out or the steps are made, and what was begun then."""
    context = get_context("fork")
    found, enough = context.SimpleQueue(), context.Event()
    workers = [context.Process(target=_spelar, args=(asked, at, found, enough)) for at in range(asked.jobb)]
    for worker in workers:
        worker.start()
    ends, steps, working = monotonic() + 60 * asked.minuter, 0, len(workers)
    try:
        while working:
            one = found.get()
            working -= one is None
            steps += one.steg if one else 0
            if not asked.fro and (steps >= asked.steg if asked.steg else monotonic() > ends):
                enough.set()
            if one:
                yield one
    finally:
        enough.set()
        for worker in workers:
            worker.join()


def _spelar(asked: argparse.Namespace, at: int, found: Any, enough: Any) -> None:
    """Every so manyeth run, from one on."""
    fron = asked.fro or range(asked.seed * A_SEED, (asked.seed + 1) * A_SEED)
    with suppress(KeyboardInterrupt):
        for fro in fron[at :: asked.jobb]:
            if enough.is_set():
                break
            found.put(_kord(fro))
    found.put(None)


def _kord(fro: int) -> Utfall:
    try:
        return kor(fro)
    except Exception as fault:
        return Utfall(fro, 0, brutet=(f"RO the run ended with {type(fault).__name__}: {fault}",))


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 0 where no run is broken, 1 where one is, 130 on Ctrl-C."""
    asked, begun = arguments(argv), monotonic()
    runs = steps = broken = 0
    befell = Counter[str]()
    try:
        for found in spelade(asked):
            runs, steps, broken = runs + 1, steps + found.steg, broken + bool(found.brutet)
            befell.update(found.handelser)
            for fault in found.brutet:
                print(f"frö {found.fro}: {fault}", flush=True)
    except KeyboardInterrupt:
        print("sim: interrupted", file=sys.stderr)
        return INTERRUPTED
    print(f"på {monotonic() - begun:.0f} s: {', '.join(f'{vad} {n}' for vad, n in sorted(befell.items()))}")
    print(f"sim: {runs} runs, {steps} steps, {befell['krascher']} crashes, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
