"""Failpoints do what their specification says, and nothing without one."""

import signal
import subprocess
import sys

import pytest

from samverkanshub.adapters.failpoints import FailpointError, Failpoints

KILLED = """
import asyncio
from samverkanshub.adapters.failpoints import Failpoints
async def main():
    point = Failpoints("gate.efter-commit=kill@2")
    for turn in (1, 2, 3):
        await point("gate.efter-commit")
        print(turn, flush=True)
asyncio.run(main())
"""


async def test_without_a_specification_nothing_happens() -> None:
    await Failpoints()("gate.efter-commit")
    await Failpoints(" , ")("gate.efter-commit")


async def test_a_failpoint_acts_at_its_own_name_alone() -> None:
    point = Failpoints("gate.fore-commit=raise")
    await point("gate.efter-commit")
    with pytest.raises(FailpointError, match=r"gate\.fore-commit"):
        await point("gate.fore-commit")


async def test_a_counted_failpoint_acts_at_that_pass_and_no_other() -> None:
    point = Failpoints("x=raise@2")
    await point("x")
    await point("y")
    with pytest.raises(FailpointError):
        await point("x")
    await point("x")


async def test_one_place_may_have_several_rules() -> None:
    point = Failpoints("x=raise@1, x=raise@3")
    with pytest.raises(FailpointError):
        await point("x")
    await point("x")
    with pytest.raises(FailpointError):
        await point("x")


async def test_sleeping_waits_for_the_seconds_given(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("samverkanshub.adapters.failpoints.asyncio.sleep", sleep)
    await Failpoints("api.fore-append=sleep:2.5")("api.fore-append")
    assert waited == [2.5]


def test_a_killed_process_is_gone_as_by_sigkill() -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == "1\n"


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("x=explode", "`explode`"),
        ("gate.efter-commit=kill,y=explode", "`y`"),
        ("x", "`x`"),
        ("x=", "`x=`"),
        ("X=kill", "`X=kill`"),
        ("x=kill@0", "`x=kill@0`"),
        ("x=sleep", "`sleep`"),
        ("x=sleep:soon", "`x=sleep:soon`"),
        ("x=kill:3", "`sleep`"),
    ],
)
def test_a_specification_that_cannot_be_read_is_refused_by_name(spec: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Failpoints(spec)
