"""O4: however the watch is stopped, started, doubled and killed, no step is missed and none is taken twice."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intakehub import Died, Whole
from watched import CHILD_UNIT, HOUR, MINUTE, acknowledged, appended, effects, owed, passes, plikter, reported, watch

from samverkanshub.pipeline.watch import Watch

POINTS = ("watch.fore-append", "watch.efter-append")
law = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@dataclass
class Dies:
    """A failpoint at which the process dies at one pass."""

    name: str
    nth: int

    async def __call__(self, name: str) -> None:
        self.nth -= name == self.name
        if name == self.name and self.nth == 0:
            raise Died


@dataclass(frozen=True)
class Act:
    """Something that happens; of two watches, to the one with this number."""

    what: str
    number: int = 0
    name: str = ""
    many: int = 0


acts = st.one_of(
    st.builds(Act, st.just("time"), many=st.integers(1, 100)),
    st.builds(Act, st.just("round"), st.integers(0, 1)),
    st.builds(Act, st.just("killed"), st.integers(0, 1), st.sampled_from(POINTS), st.integers(1, 4)),
    st.builds(Act, st.just("started"), st.integers(0, 1)),
    st.sampled_from([Act("gate pauses"), Act("gate judges"), Act("acknowledged")]),
)
ahead = st.sampled_from([0, 0, MINUTE, 5 * MINUTE, -5 * MINUTE])
"""How far the two watches' clocks stand from the broker's."""


@law
@given(st.lists(acts, max_size=25), st.tuples(ahead, ahead))
def test_each_step_of_an_open_duty_is_taken_once_and_none_after_it_is_met(
    history: list[Act], clocks: tuple[int, int]
) -> None:
    asyncio.run(_holds(history, clocks))


async def _holds(history: list[Act], clocks: tuple[int, int]) -> None:
    whole = await Whole().started()
    await reported(whole)
    watches = [watch(whole, offset_ms=clock) for clock in clocks]
    for act in history:
        await _happens(whole, act, watches, clocks)
    await _rest(whole)
    found = await effects(whole)
    assert set(found.values()) <= {1}, "a step was taken twice"
    assert owed(whole) <= set(found), "a step was missed"
    for plikt in plikter(whole):
        assert set(plikt.tagna) == {steg for id_, steg in found if id_ == plikt.id}
    assert await _after_they_were_met(whole) == []


async def _happens(whole: Whole, act: Act, watches: list[Watch], clocks: tuple[int, int]) -> None:
    if act.what == "time":
        passes(whole, act.many * MINUTE)
    elif act.what == "round":
        await watches[act.number].round()
    elif act.what == "started":
        watches[act.number] = watch(whole, offset_ms=clocks[act.number])
    elif act.what == "killed":
        watches[act.number] = await _killed(whole, act, clocks[act.number])
    elif act.what == "acknowledged":
        await acknowledged(whole, CHILD_UNIT)
    else:
        whole.log.paused = act.what == "gate pauses"
        if not whole.log.paused:
            await whole.log.judge()


async def _killed(whole: Whole, act: Act, clock: int) -> Watch:
    with suppress(Died):
        await watch(whole, offset_ms=clock, failpoint=Dies(act.name, act.many)).round()
    return watch(whole, offset_ms=clock)


async def _rest(whole: Whole) -> None:
    """All that is due becomes due, and is appended."""
    whole.log.paused = False
    await whole.log.judge()
    for _ in range(2):
        passes(whole, 4 * HOUR)
        await watch(whole).round()


async def _after_they_were_met(whole: Whole) -> list[str]:
    """Steps that took effect later than their duty was met."""
    met = {plikt.id: plikt.uppfylld for plikt in plikter(whole) if plikt.uppfylld}
    times = {row.handelse_id: row.tid for _, row in whole.hub.decisions()}
    return [step for step, plikt, handelse in await _effective(whole) if times[handelse] > met.get(plikt, 2**62)]


async def _effective(whole: Whole) -> list[tuple[str, str, str]]:
    accepted = {row.handelse_id for _, row in whole.hub.decisions() if b'"dom":"godtas"' in row.outcome}
    steps = [one for _, one in await appended(whole, "plikt_steg") if one.handelse_id in accepted]
    return [(str(one.koder["steg"]), str(one.koder["plikt"]), one.handelse_id) for one in steps]
