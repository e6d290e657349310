"""One target, in a process of its own: libFuzzer is told where in the hub's code each input has been."""

import shlex
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["samverkanshub", "joserfc"]):
    from mal import FRON, MAL


def main() -> None:
    """`ett_mal.py TARGET --fron DIRECTORY` writes what it begins with; else the rest is libFuzzer's."""
    name = sys.argv[1]
    if sys.argv[2] == "--fron":
        for kept, content in FRON[name]().items():
            Path(sys.argv[3], kept).write_bytes(content)
        return
    # By its first argument libFuzzer starts itself again, through a shell, to say what is worth keeping (-merge).
    again = shlex.join([sys.executable, __file__, name])
    atheris.Setup([again, *sys.argv[2:]], MAL[name])
    atheris.Fuzz()


main()
