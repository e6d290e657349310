"""Checks that auditors start: one each and a few in all, within the scope, kept at their start and at their end."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from auditing import Auditing, auditor
from intakehub import VC, Whole, summons

from samverkanshub.domain.errors import Busy, Conflict, Forbidden, Refused
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.kontroll import (
    AVBRUTEN,
    FEL,
    KLAR,
    LIKA,
    OMSPELNING,
    PAGAR,
    SKILJER,
    VERIFIERING,
    Funnet,
    Kontroll,
    Kontroller,
    Rapport,
    Uppdrag,
)
from samverkanshub.ports import Unavailable

MORA, FALUN, RATTVIK = auditor("mora"), auditor("falun"), auditor("rattvik")
SAME = Rapport(3, 3, (Funnet(0, LIKA, 3),))


class Runner:
    """Tells what it is given to tell, when it is let go; `given` is what was asked of it, `stopped` how often cut."""

    def __init__(self, *told: Rapport | bytes | Exception) -> None:
        self.told = told or (SAME,)
        self.given: list[Uppdrag] = []
        self.go = asyncio.Event()
        self.stopped = 0

    async def run(self, uppdrag: bytes) -> AsyncIterator[bytes]:
        self.given.append(msgspec.json.decode(uppdrag, type=Uppdrag))
        try:
            yield msgspec.json.encode(Rapport(1, 3))
            await self.go.wait()
            for one in self.told:
                if isinstance(one, Exception):
                    raise one
                yield one if isinstance(one, bytes) else msgspec.json.encode(one)
        except (GeneratorExit, asyncio.CancelledError):
            self.stopped += 1
            raise


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


def checks(audit: Auditing, runner: Runner) -> Kontroller:
    return Kontroller(runner, audit.service, audit.whole.hub.clock)


async def ended(kontroller: Kontroller, who: Caller) -> Kontroll:
    """The auditor's check when it has ended."""
    found = kontroller.of(who)
    assert found is not None
    async with asyncio.timeout(5):
        await kontroller._tasks[who.aktor, who.anvandare]
    return found


async def begun(kontroller: Kontroller, who: Caller) -> Kontroll:
    """The auditor's check when it has told something."""
    found = kontroller.of(who)
    assert found is not None
    for _ in range(1000):
        if found.gjort:
            return found
        await asyncio.sleep(0)
    raise AssertionError("it tells nothing")


async def kept(audit: Auditing, omfattning: str = "myndighet:mora") -> list[tuple[str, int]]:
    return [(row.fraga, row.rader) for row in await audit.questions.kept(omfattning, 99)]


async def test_it_runs_within_the_scope_and_is_kept_when_it_starts_and_when_it_ends(audit: Auditing) -> None:
    runner = Runner()
    kontroller = checks(audit, runner)
    await kontroller.start(MORA, OMSPELNING, "")
    assert await kept(audit) == [(OMSPELNING, 0)]
    runner.go.set()
    found = await ended(kontroller, MORA)
    assert (found.stand, found.utfall, found.gjort, found.av) == (KLAR, LIKA, 3, 3)
    assert runner.given == [Uppdrag(OMSPELNING, ("aktor", "mora"))]
    assert await kept(audit) == [(OMSPELNING, 0), ("omspelning-lika", 3)]


async def test_of_one_matter_it_is_about_that(whole: Whole, audit: Auditing) -> None:
    sent = await whole.publish(VC, "sip_kallelse", summons())
    judgement = await whole.projection.judgement(sent.handelse_id)
    assert judgement is not None
    runner, who = Runner(), audit.of_matter(sent.handelse_id)
    kontroller = checks(audit, runner)
    await kontroller.start(who, VERIFIERING, "")
    runner.go.set()
    await ended(kontroller, who)
    assert runner.given == [Uppdrag(VERIFIERING, ("arende", judgement.row.arende_id))]


async def test_it_tells_how_far_it_has_come(audit: Auditing) -> None:
    kontroller = checks(audit, Runner())
    await kontroller.start(MORA, VERIFIERING, "")
    found = await begun(kontroller, MORA)
    assert (found.stand, found.gjort, found.av) == (PAGAR, 1, 3)
    assert kontroller.of(FALUN) is None, "another's is nobody's to see"
    await kontroller.close()


async def test_an_auditor_has_one_at_a_time_and_there_are_a_few_in_all(audit: Auditing) -> None:
    runner = Runner()
    kontroller = checks(audit, runner)
    await kontroller.start(MORA, OMSPELNING, "")
    with pytest.raises(Conflict):
        await kontroller.start(MORA, VERIFIERING, "")
    await kontroller.start(FALUN, OMSPELNING, "")
    with pytest.raises(Busy):
        await kontroller.start(RATTVIK, OMSPELNING, "")
    runner.go.set()
    await ended(kontroller, MORA)
    await ended(kontroller, FALUN)
    await kontroller.start(RATTVIK, OMSPELNING, "")
    await kontroller.start(MORA, VERIFIERING, "")
    await kontroller.close()


async def test_it_can_be_stopped_and_started_again(audit: Auditing) -> None:
    runner = Runner()
    kontroller = checks(audit, runner)
    await kontroller.start(MORA, OMSPELNING, "")
    found = await begun(kontroller, MORA)
    await kontroller.cancel(MORA)
    assert (found.stand, runner.stopped) == (AVBRUTEN, 1)
    assert await kept(audit) == [(OMSPELNING, 0), ("omspelning-avbruten", 0)]
    await kontroller.start(MORA, OMSPELNING, "")
    await kontroller.cancel(FALUN)
    assert kontroller.of(MORA) is not found
    await kontroller.close()


async def test_one_that_is_stopped_before_it_has_begun_has_ended_too(audit: Auditing) -> None:
    kontroller = checks(audit, Runner())
    await kontroller.start(MORA, OMSPELNING, "")
    await kontroller.cancel(MORA)
    found = kontroller.of(MORA)
    assert found is not None
    assert found.stand == AVBRUTEN


@pytest.mark.parametrize(
    "told",
    [
        (Unavailable("kontroll"),),
        (b"not what it should be\n",),
        (ValueError("a line too long"),),
        (ProcessLookupError(),),
        (Rapport(3, 3),),
    ],
)
async def test_one_that_tells_nothing_of_what_it_found_has_failed(
    audit: Auditing, told: tuple[Rapport | bytes | Exception, ...]
) -> None:
    runner = Runner(*told)
    runner.go.set()
    kontroller = checks(audit, runner)
    await kontroller.start(MORA, OMSPELNING, "")
    found = await ended(kontroller, MORA)
    assert (found.stand, found.utfall) == (FEL, FEL)
    assert (await kept(audit))[-1] == ("omspelning-fel", 0)


async def test_who_may_not_ask_starts_nothing(audit: Auditing) -> None:
    runner = Runner()
    kontroller = checks(audit, runner)
    with pytest.raises(Forbidden):
        await kontroller.start(auditor("mora", "nagon.annan"), OMSPELNING, "")
    with pytest.raises(Forbidden):
        await kontroller.start(MORA, OMSPELNING, "myndighet:falun")
    with pytest.raises(Refused):
        await kontroller.start(MORA, "annat", "")
    assert (runner.given, kontroller.of(MORA)) == ([], None)


async def test_where_it_could_not_be_kept_the_last_one_stays_to_be_seen(
    audit: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner()
    runner.go.set()
    kontroller = checks(audit, runner)
    await kontroller.start(MORA, OMSPELNING, "")
    first = await ended(kontroller, MORA)

    async def down(_: object) -> None:
        raise Unavailable("valv")

    monkeypatch.setattr(audit.questions, "keep", down)
    with pytest.raises(Unavailable):
        await kontroller.start(MORA, VERIFIERING, "")
    assert kontroller.of(MORA) is first
    assert len(runner.given) == 1


def test_a_difference_outweighs_all_and_nothing_compared_is_nothing_known() -> None:
    def outcome(*found: str) -> str:
        return Kontroll(OMSPELNING, "", 0, KLAR, funnet=tuple(Funnet(0, one) for one in found)).utfall

    assert outcome(LIKA, SKILJER, "ej-provad") == SKILJER
    assert outcome(LIKA, LIKA) == LIKA
    assert outcome(LIKA, "ej-provad") == outcome() == "ej-provad"
