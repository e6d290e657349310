"""`make fuzz`: each target for so many seconds, led by what it reaches of the code. The last line says what came of it.

Atheris (libFuzzer) draws the bytes. What is kept in `korpus/` is where it begins; `--behall` keeps what reached more,
as little as reaches all. A crash is written to `krascher/`, and belongs in the corpus once it is mended.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from samverkanshub.domain.personnummer import contains_personnummer

HERE: Final = Path(__file__).parent
KORPUS: Final = HERE / "korpus"
KRASCHER: Final = HERE / "krascher"
NAMES: Final = ("codec", "intag", "direkt", "signatur", "granskare")
LONGEST: Final = 8_192
"""Bytes of what is drawn."""
LIMITS: Final = (f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1")
_RUNS: Final = re.compile(r"number_of_executed_units: *(\d+)")


@dataclass(frozen=True)
class Korning:
    """One target's run: how many inputs, and which crashes."""

    mal: str
    antal: int
    krascher: tuple[Path, ...]
    slut: int


def fuzz(mal: str, sekunder: int, seed: int, *, behall: bool) -> Korning:
    """Run one target in a process of its own."""
    crashes = KRASCHER / mal
    crashes.mkdir(parents=True, exist_ok=True)
    before = set(crashes.iterdir())
    with tempfile.TemporaryDirectory() as made:
        drawn = Path(made)
        _seeded(mal, drawn)
        given = [f"-max_total_time={sekunder}", f"-seed={seed}", f"-artifact_prefix={crashes}/", *LIMITS]
        ended = _libfuzzer(mal, [*given, str(drawn), str(KORPUS / mal)])
        found = tuple(sorted(set(crashes.iterdir()) - before))
        if behall and not found:
            _kept(mal, drawn)
    runs = _RUNS.search(ended.stderr)
    if ended.returncode and not found:
        print(ended.stderr[-4_000:], file=sys.stderr)
    if found:
        print(ended.stderr[-6_000:])
    return Korning(mal, int(runs[1]) if runs else 0, found, ended.returncode)


def _seeded(mal: str, directory: Path) -> None:
    """With the examples that the target begins with."""
    asked = [sys.executable, str(HERE / "ett_mal.py"), mal, "--fron", str(directory)]
    subprocess.run(asked, check=True, capture_output=True)


def _libfuzzer(mal: str, given: list[str]) -> "subprocess.CompletedProcess[str]":
    asked = [sys.executable, str(HERE / "ett_mal.py"), mal, *given]
    return subprocess.run(asked, capture_output=True, text=True, errors="replace", check=False)


def _kept(mal: str, drawn: Path) -> None:
    """The fewest and smallest that reach all that is reached."""
    with tempfile.TemporaryDirectory() as made:
        ended = _libfuzzer(mal, ["-merge=1", *LIMITS, made, str(KORPUS / mal), str(drawn)])
        kept = [one for one in sorted(Path(made).iterdir()) if not _about_somebody(one)]
        if ended.returncode or not kept:
            print(ended.stderr[-2_000:], file=sys.stderr)
            return
        for old in (KORPUS / mal).iterdir():
            old.unlink()
        for one in kept:
            (KORPUS / mal / one.name[:16]).write_bytes(one.read_bytes())


def _about_somebody(one: Path) -> bool:
    """Has chance drawn what reads as a personnummer?"""
    return contains_personnummer(one.read_bytes().decode("latin-1"))


def main() -> int:
    """Exits with 1 where there is a crash, or a target was not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sekunder", type=int, default=60, help="of each target")
    parser.add_argument("--mal", choices=NAMES, action="append", help="one of them alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--behall", action="store_true", help="keep what reached more in the corpus")
    given = parser.parse_args()
    found = [fuzz(mal, given.sekunder, given.seed, behall=given.behall) for mal in given.mal or NAMES]
    for one in found:
        print(f"{one.mal}: {one.antal} runs", *(str(path) for path in one.krascher))
    crashes = sum(len(one.krascher) for one in found)
    print(f"fuzz: {len(found)} targets, {sum(one.antal for one in found)} runs, {crashes} crashes")
    return 1 if any(one.krascher or one.slut or not one.antal for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
