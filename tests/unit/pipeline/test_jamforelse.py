"""T1: the log is held against what intake claimed by itself, after the gate: whom a record is about is found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from intakehub import DISA, Died, consent, report
from raderade import after_twelve_years
from test_ansprak import OTHER, about
from undertecknat import OLD, Signed, salted

from samverkanshub.adapters.memory import MemoryAnspraken, MemoryJamforelser
from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain.varden import replace
from samverkanshub.pipeline import jamforelse
from samverkanshub.pipeline.jamforelse import Jamforare
from samverkanshub.ports import Ansprakslage, Claim, Unavailable

ID = "9b2f6a0c-6a6e-4a43-9d0f-3f3c4be0b0a1"
POINTS = ("watch.fore-jamfort", "watch.efter-jamfort")


@dataclass
class Dies:
    """A failpoint at which the process dies."""

    name: str = ""

    async def __call__(self, name: str) -> None:
        if name == self.name:
            raise Died


@dataclass
class Asked:
    """The claims, which notes how many are asked for at a time, and may not answer."""

    anspraken: MemoryAnspraken
    asked: list[int] = field(default_factory=list)
    down: bool = False

    async def of(self, handelse_ids: Any) -> Mapping[str, Claim]:
        if self.down:
            raise Unavailable("valv")
        self.asked.append(len(handelse_ids))
        return await self.anspraken.of(handelse_ids)


class Compared:
    """A hub, and what is kept of it; who compares may be started again and again."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self.kept = MemoryJamforelser(hub.hub.database)
        self.anspraken = Asked(MemoryAnspraken(hub.vault))

    def process(self, dies: str = "") -> Jamforare:
        given = (self.hub.projection, self.hub.hub.log, self.anspraken, self.kept, self.hub.hub.schemas)
        return Jamforare(*given, Dies(dies), 1)

    async def lage(self) -> Ansprakslage:
        [found] = await self.kept.jamforda()
        return found

    async def found(self) -> list[tuple[int, str]]:
        """All that was found, when another process has compared all that there is."""
        await self.process().compare()
        found = await self.lage()
        assert (found.kvar, await self.kept.place(0)) == (0, await self.hub.hub.log.end(0))
        return [(one.offset, one.vad) for one in reversed(found.senaste)]


@pytest.fixture
async def hub() -> Signed:
    """A consent and a report of Mora's."""
    whole = await Signed().started()
    await whole.send(OLD, "samtycke_lamnat", consent())
    await whole.send(OLD, "orosanmalan", report())
    return whole


async def elsewhere() -> Envelope:
    """What Mora has signed, and this log has not taken."""
    there = await Signed().started()
    await there.send(OLD, "samtycke_lamnat", consent(andamal="riskbedomning"), id=ID)
    return await there.envelope(await there.hub.log.end(0) - 1)


async def put_on_another(hub: Signed) -> int:
    """It is put into this log past intake, about somebody else; where."""
    at = await hub.hub.log.end(0)
    moved = await elsewhere()
    await hub.hub.publish(salted(moved, **about(moved, OTHER)))
    assert hub.statuses()[-1] == ("dom", ""), "signed, and taken by the gate"
    return at


async def test_what_was_taken_in_is_as_it_was_claimed(hub: Signed) -> None:
    assert await Compared(hub).found() == []


async def test_what_is_put_on_another_person_past_intake_is_found(hub: Signed) -> None:
    compared = Compared(hub)
    assert await compared.found() == []
    at = await put_on_another(hub)
    assert await compared.found() == [(at, "inget-ansprak")]


async def test_what_is_taken_in_afterwards_makes_it_no_other_record_and_hides_nothing(hub: Signed) -> None:
    """Where the stranger was first, the claim comes after the record: what was found stands, however it is told."""
    compared = Compared(hub)
    at = await put_on_another(hub)
    here, there = compared, Compared(hub)
    assert await here.found() == [(at, "inget-ansprak")]
    await hub.send(OLD, "samtycke_lamnat", consent(andamal="riskbedomning"), id=ID)
    assert await here.found() == [(at, "inget-ansprak")]
    assert await there.found() == [(at, "annan-post")]


async def test_a_claim_that_was_made_and_is_not_in_the_log_yet_is_nothing(hub: Signed) -> None:
    """The claim comes before the record: one of a process that died in between is appended when it is sent again."""
    compared = Compared(hub)
    hub.points.at = "api.efter-ansprak"
    with pytest.raises(Died):
        await hub.send(OLD, "samtycke_lamnat", consent(andamal="riskbedomning"))
    assert await compared.found() == []
    hub.points.at = ""
    await hub.send(OLD, "samtycke_lamnat", consent(andamal="riskbedomning"))
    assert await compared.found() == []


@pytest.mark.parametrize("before", [True, False], ids=["before the erasure", "after it"])
async def test_g1_an_erasure_makes_nothing_that_was_taken_in_another_record(before: bool) -> None:
    erasing = await after_twelve_years()
    compared = Compared(erasing.whole)
    if before:
        assert await compared.found() == []
    await erasing.erased()
    assert not await erasing.known()
    assert await compared.found() == []


async def test_g1_nobody_waits_for_an_erasure_that_is_under_way() -> None:
    erasing = await after_twelve_years()
    [known] = await erasing.whole.vault.find([f"nr:{DISA}"])
    assert known is not None
    assert await erasing.erasing.begin("radering", known.person_id)
    assert await Compared(erasing.whole).found() == []


async def test_a_claim_that_cannot_be_read_hides_no_other_record(hub: Signed) -> None:
    real = await hub.envelope(await hub.hub.log.end(0) - 2)
    claim = await hub.vault.claimed(real.handelse_id)
    assert claim is not None
    hub.vault.keep(replace(claim, value=b"\0"))
    first, second = await hub.hub.log.end(0) - 2, await put_on_another(hub)
    assert await Compared(hub).found() == [(first, "annan-post"), (second, "inget-ansprak")]


async def test_nothing_is_compared_before_the_gate_has_judged_it(hub: Signed) -> None:
    """What has no effect yet does no harm; and a record that the gate refuses is told otherwise."""
    compared = Compared(hub)
    judged = await hub.hub.log.end(0)
    await hub.hub.append(await elsewhere())
    await compared.process().compare()
    assert (await compared.kept.place(0), (await compared.lage()).antal) == (judged, 0)


async def test_each_is_compared_once_a_step_at_a_time_and_it_is_gone_on_with(
    hub: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jamforelse, "STEP", 2)
    compared = Compared(hub)
    await compared.found()
    asked = sum(compared.anspraken.asked)
    assert asked == await hub.hub.log.end(0)
    assert max(compared.anspraken.asked) == 2
    at = await put_on_another(hub)
    assert await compared.found() == [(at, "inget-ansprak")]
    assert sum(compared.anspraken.asked) == asked + 1


@pytest.mark.parametrize("dies", POINTS)
async def test_killed_anywhere_nothing_is_lost_and_nothing_told_twice(
    hub: Signed, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    monkeypatch.setattr(jamforelse, "STEP", 1)
    at, compared = await put_on_another(hub), Compared(hub)
    for _ in range(await hub.hub.log.end(0)):
        with pytest.raises(Died):
            await compared.process(dies).compare()
    assert (await compared.lage()).antal == (dies == POINTS[1]), "killed before it is kept it comes nowhere"
    assert await compared.found() == [(at, "inget-ansprak")]


async def test_two_at_once_are_as_good_as_one(hub: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other has compared the same while this one did: what this one found is not kept a second time."""
    at, compared = await put_on_another(hub), Compared(hub)
    other = compared.process()

    async def meanwhile(name: str) -> None:
        if name == POINTS[0] and (await compared.lage()).kvar:
            await other.compare()

    one = compared.process()
    monkeypatch.setattr(one, "_fail", meanwhile)
    await one.compare()
    assert (await compared.lage()).antal == 1
    assert await compared.found() == [(at, "inget-ansprak")]


async def test_while_the_vault_does_not_answer_it_stays_where_it_is_and_that_is_seen(hub: Signed) -> None:
    at, compared = await put_on_another(hub), Compared(hub)
    compared.anspraken.down = True
    with pytest.raises(Unavailable):
        await compared.process().compare()
    assert ((await compared.lage()).kvar, (await compared.lage()).antal) == (await hub.hub.log.end(0), 0)
    compared.anspraken.down = False
    assert await compared.found() == [(at, "inget-ansprak")]


async def test_made_anew_from_the_beginning_it_finds_the_same(hub: Signed) -> None:
    """As where the projection is made anew."""
    await put_on_another(hub)
    assert await Compared(hub).found() == await Compared(hub).found() != []
