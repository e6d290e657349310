"""Between Faust and the gate: hold what a server's absence causes, end the process on all else."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka.errors import KafkaConnectionError

from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStatus, MemoryProjection
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.worker.keeper import Exit, Keeper, described, status_of
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.ports import VAGRAD, LogRecord, Superseded, Unavailable

RECORDS = [LogRecord(0, 0, 1, None, (), b"v")]


class FailingGate:
    """Raises each of `errors` in turn, then does as it is asked."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.calls: list[object] = []
        self.revoked: list[int] = []

    async def assign(self, partition: int) -> int:
        self._call(partition)
        return 42

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        self._call((partition, records))

    def revoke(self, partition: int) -> None:
        self.revoked.append(partition)

    def _call(self, what: object) -> None:
        self.calls.append(what)
        if self.errors:
            raise self.errors.pop(0)


class SlowGate(FailingGate):
    async def assign(self, partition: int) -> int:
        self._call(partition)
        await asyncio.Event().wait()
        return 0


def untold() -> Standing:
    """A standing that nobody reads."""
    return Standing(MemoryGateStatus(MemoryDatabase()))


class Ended(Exception):
    """Stands for the end of the process."""


def ending(statuses: list[int]) -> object:
    def exit_now(status: int) -> None:
        statuses.append(status)
        raise Ended

    return exit_now


async def ends_with(gate: FailingGate, *, hold_s: float = 0.3, assign_s: float = 60.0) -> int:
    """The status that the process ends with when the gate is handed a batch, or an assignment by a slow gate."""
    statuses: list[int] = []
    keeper = Keeper(gate, untold(), hold_s=hold_s, assign_s=assign_s, exit_now=ending(statuses))  # type: ignore[arg-type]
    with pytest.raises(Ended):
        await (keeper.assign(0) if isinstance(gate, SlowGate) else keeper.batch(0, RECORDS))
    [status] = statuses
    return status


async def test_a_position_and_a_finished_batch_are_handed_through() -> None:
    gate = FailingGate()
    keeper = Keeper(gate, untold())
    assert await keeper.assign(3) == 42
    await keeper.batch(3, RECORDS)
    keeper.revoke(3)
    assert gate.calls == [3, (3, RECORDS)]
    assert gate.revoked == [3]


async def test_a_server_that_comes_back_costs_nothing_but_time() -> None:
    gate = FailingGate(Unavailable("projektion"), Unavailable("kafka"))
    await Keeper(gate, untold()).batch(0, RECORDS)
    assert gate.calls == [(0, RECORDS)] * 3


async def test_a_server_that_stays_away_ends_the_process() -> None:
    gate = FailingGate(*(Unavailable("projektion") for _ in range(99)))
    assert await ends_with(gate) == Exit.UNAVAILABLE
    assert len(gate.calls) > 1


async def test_an_assignment_that_takes_for_ever_ends_the_process() -> None:
    assert await ends_with(SlowGate(), hold_s=0, assign_s=0.01) == Exit.UNAVAILABLE


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Superseded(), Exit.SUPERSEDED),
        (Halt("`regelverk` is missing", code="regelverk-saknas"), Exit.HALTED),
        (ValueError("a value"), Exit.FAULT),
        (AssertionError(), Exit.FAULT),
    ],
)
async def test_anything_else_ends_the_process_at_the_first_time(error: Exception, status: Exit) -> None:
    gate = FailingGate(error)
    assert await ends_with(gate) == status
    assert len(gate.calls) == 1


async def standing_after(error: Exception, step: str, partition: int | None = None) -> list[tuple[int, str, str]]:
    """What health reads after the process of a gate that had partition 1 has ended."""
    database = MemoryDatabase()
    keeper = Keeper(FailingGate(), Standing(MemoryGateStatus(database)), exit_now=ending([]))  # type: ignore[arg-type]
    await keeper.assign(1)
    with pytest.raises(Ended):
        await keeper.end(error, step, partition)
    return [(one.partition, one.state, one.code) for one in await MemoryProjection(database).gate_states()]


@pytest.mark.parametrize("step", ["assign", "batch"])
async def test_a_gate_that_refuses_a_partition_lets_health_say_why(step: str) -> None:
    database, gate = MemoryDatabase(), FailingGate(Halt("another log", code="annan-logg"))
    keeper = Keeper(gate, Standing(MemoryGateStatus(database)), exit_now=ending([]))  # type: ignore[arg-type]
    with pytest.raises(Ended):
        await (keeper.assign(3) if step == "assign" else keeper.batch(3, RECORDS))
    [told] = await MemoryProjection(database).gate_states()
    assert (told.partition, told.state, told.code) == (3, VAGRAD, "annan-logg")


async def test_a_refusal_of_what_was_fetched_is_of_the_partition_it_names() -> None:
    assert await standing_after(Halt("a gap", code="lucka", partition=0), "fetch") == [(0, VAGRAD, "lucka")]
    assert await standing_after(Halt("a gap", code="lucka"), "fetch") == [(1, VAGRAD, "lucka")]


@pytest.mark.parametrize("error", [Superseded(), Unavailable("kafka"), ValueError()])
async def test_an_end_that_is_no_refusal_is_not_told_as_one(error: Exception) -> None:
    assert await standing_after(error, "batch", 1) == []


async def test_the_process_ends_though_its_end_is_cancelled_while_it_is_told() -> None:
    statuses: list[int] = []
    asked = asyncio.Event()

    class Silent:
        async def report(self, partition: int, state: str, code: str) -> None:
            asked.set()
            await asyncio.Event().wait()

    keeper = Keeper(FailingGate(), Standing(Silent(), within_s=600), exit_now=statuses.append)
    task = asyncio.ensure_future(keeper.end(Halt("a gap"), "fetch", 0))
    await asked.wait()
    task.cancel()
    await asyncio.wait({task})
    assert statuses == [Exit.HALTED]


async def test_a_gate_that_was_superseded_while_it_was_held_stops() -> None:
    gate = FailingGate(Unavailable("projektion"), Superseded())
    assert await ends_with(gate) == Exit.SUPERSEDED


async def test_being_cancelled_is_no_failure_of_the_gate() -> None:
    keeper = Keeper(FailingGate(asyncio.CancelledError()), untold(), exit_now=ending([]))  # type: ignore[arg-type]
    with pytest.raises(asyncio.CancelledError):
        await keeper.batch(0, RECORDS)


async def test_told_to_stop_it_waits_for_no_server() -> None:
    statuses: list[int] = []
    gate = FailingGate(Unavailable("projektion"))
    keeper = Keeper(gate, untold(), hold_s=600, exit_now=ending(statuses))  # type: ignore[arg-type]
    keeper.stopping.set()
    with pytest.raises(Ended):
        await keeper.batch(0, RECORDS)
    assert statuses == [Exit.UNAVAILABLE]


def test_a_broker_that_does_not_answer_is_told_from_a_defect() -> None:
    assert status_of(KafkaConnectionError()) == Exit.UNAVAILABLE


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_what_is_logged_of_another_librarys_error_has_not_its_message() -> None:
    told = described(raised(ValueError("a value of somebody's")))
    assert told["error"] == "ValueError"
    assert "somebody" not in str(told)
    assert any("raised" in str(frame) for frame in told["where"])  # type: ignore[attr-defined]


def test_what_is_logged_of_our_own_error_has_its_code_and_detail() -> None:
    told = described(raised(Halt("`position` is past the end", code="logg-kortare-an-position")))
    assert (told["code"], told["detail"]) == ("logg-kortare-an-position", "`position` is past the end")
    assert described(raised(Unavailable("projektion")))["what"] == "projektion"
