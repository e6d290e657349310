"""The checker of fault runs: a sound run is sound, what cannot be told is not, and it imports nothing of the hub."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

from granskare.prova import INVARIANTER, prova, slutstatus
from granskare.svar import Svar
from skada import (
    change,
)

HERE = Path(__file__).parent


def test_a_sound_run_is_sound(run: Path) -> None:
    found = prova(run)
    assert [svar.rad() for svar in found if svar.status] == []
    assert [svar.namn for svar in found] == [f"I{number}" for number in range(1, 10)]
    assert all(svar.antal for svar in found)


def test_the_command_prints_a_line_an_invariant_and_exits_0(run: Path) -> None:
    done = subprocess.run([sys.executable, str(HERE / "granska.py"), str(run)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(INVARIANTER)


def test_the_command_exits_1_when_something_is_broken_and_2_when_it_cannot_tell(run: Path) -> None:
    def command() -> int:
        return subprocess.run([sys.executable, str(HERE / "granska.py"), str(run)], capture_output=True).returncode

    (run / "replay" / "spar.jsonl").unlink()
    assert command() == 2
    change(run, "projektion/inkorg", lambda found: found.pop())
    assert command() == 1


def test_the_checker_imports_nothing_of_the_hub() -> None:
    files = [HERE / "granska.py", *(HERE / "granskare").glob("*.py")]
    assert len(files) > 10
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text()))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    own = {name.partition(".")[0] for name in names}
    assert own - set(sys.stdlib_module_names) == {"granskare", "fastavro", "cryptography"}


def test_an_empty_directory_is_not_sound(tmp_path: Path) -> None:
    found = prova(tmp_path)
    assert {svar.status for svar in found} == {2}
    assert slutstatus(found) == 2


def test_an_invariant_with_nothing_to_check_says_so(run: Path) -> None:
    for path in (run / "klienter").iterdir():
        change(run, f"klienter/{path.stem}", lambda found: found.clear())
    found = {svar.namn: svar for svar in prova(run)}
    assert found["I3"].rad() == "I3 NOT CHECKED: no openings of what rested on a withdrawn consent"
    assert found["I3"].status == 2


def test_no_root_at_all_is_not_a_sound_tree(run: Path) -> None:
    shutil.rmtree(run / "checkpoints")
    [tree] = [svar for svar in prova(run) if svar.namn == "I6"]
    assert tree.rad() == "I6 NOT CHECKED: missing checkpoints/ has no *.jsonl"


def test_what_is_broken_is_so_although_something_is_missing() -> None:
    assert slutstatus([Svar("I1", 0, "", oprovad="x"), Svar("I2", 1, "", ("y",))]) == 1
