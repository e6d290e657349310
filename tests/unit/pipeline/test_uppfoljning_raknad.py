"""T4: the log is counted after the gate, once, however often and in whatever steps."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hub import envelope
from intakehub import ANNA, BO, DISA, UTSATT, VC, VC_RATTVIK, Whole, called, caller, consent, deviation, person, report
from watched import CHILD_UNIT

from samverkanshub.adapters.memory import MemoryUppfoljningar
from samverkanshub.codec import envelope as envelopes
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.rakna import Ruta, of_person
from samverkanshub.domain.uppfoljning.tabeller import RAKNINGAR, UTSATTA, Rakning
from samverkanshub.pipeline import turns, uppfoljning
from samverkanshub.pipeline.uppfoljning import Raknare, Uppfoljning
from samverkanshub.ports import LogRecord, Raknat

YEAR = 2026


@dataclass
class Asked:
    """The hub's log, which notes what is read of it."""

    whole: Whole
    spans: list[tuple[int, int]] = field(default_factory=list)

    async def end(self, partition: int) -> int:
        return await self.whole.hub.log.end(partition)

    async def at(self, partition: int, offset: int) -> LogRecord | None:
        return await self.whole.hub.log.at(partition, offset)

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        self.spans.append((start, end))
        async for record in self.whole.hub.log.records(partition, start, end):
            yield record


def counter(whole: Whole, kept: MemoryUppfoljningar, log: Asked | None = None) -> Raknare:
    return Raknare(whole.projection, log or Asked(whole), kept, whole.hub.schemas, 1)


async def figures(kept: MemoryUppfoljningar) -> dict[str, dict[Ruta, int]]:
    """All figures of the year, by count."""
    return {one.id: await kept.tal(YEAR, one.id) for one in RAKNINGAR}


async def counted(whole: Whole) -> dict[str, dict[Ruta, int]]:
    """All figures of the year, counted from the beginning."""
    kept = MemoryUppfoljningar()
    await counter(whole, kept).count()
    return await figures(kept)


async def known(whole: Whole, number: str) -> Arsrad:
    """What is counted of a person."""
    kept, [who] = MemoryUppfoljningar(), await whole.vault.persons([f"nr:{number}"], 0)
    await counter(whole, kept).count()
    return (await kept.rows(0, [(YEAR, who.person_id)]))[YEAR, who.person_id]


@pytest.fixture
async def whole() -> Whole:
    return await Whole().started()


async def everything(whole: Whole) -> None:
    """A SIP with consent, a report that is answered, contact taken over, a suspicion, a deviation."""
    await called(whole)
    await whole.publish(VC_RATTVIK, "orosanmalan", report(misstanke=["vald_mot_barn"]))
    page = await whole.deliver.inbox(caller(CHILD_UNIT), "", 100)
    await whole.deliver.open(caller(CHILD_UNIT), page["rader"][-1]["leverans_id"])
    feedback = {"personer": [], "leverans": page["rader"][-1]["leverans_id"], "utfall": "inledd"}
    await whole.publish(CHILD_UNIT, "aterkoppling", feedback)
    await whole.publish(VC, "samtycke_lamnat", consent(BO, andamal="kontakt", kategorier=["identitet", "vald"]))
    contact = {"personer": [person("utsatt", BO)], "kommun": "mora", "misstanke": ["hedersrelaterat_vald"]}
    await whole.publish(VC, "kontaktformedling", {**contact, "beskrivning": "behöver hjälp"})
    leverans = (await whole.delivered(UTSATT))["leverans_id"]
    await whole.deliver.open(caller(UTSATT), leverans)
    await whole.deliver.acknowledge(caller(UTSATT), leverans, "overtagen")
    suspicion = {"personer": [person("registrerad", ANNA), person("misstankt", BO)], "kalla": "utredning"}
    await whole.publish(UTSATT, "misstankt", {**suspicion, "granskas": "2027-06-01"})
    await whole.publish(VC, "avvikelse", deviation())


async def test_t4_persons_and_messages_are_counted_as_they_stand_in_the_log(whole: Whole) -> None:
    """Sex and age class are codes of the record, which the api took from the numbers."""
    await everything(whole)
    anna, bo, disa = [await known(whole, number) for number in (ANNA, BO, DISA)]
    assert anna == Arsrad("man", "vuxen", "okand", ("utsatt",), (), ("samtycke", "sip"))
    assert replace(bo, misstankar=()) == Arsrad(
        "kvinna", "vuxen", "mora", ("utsatt",), ("hedersrelaterat_vald",), ("kontakt", "samtycke")
    )
    assert len(bo.misstankar) == 1
    assert disa == Arsrad("man", "0-11", "rattvik", ("utsatt",), ("vald_mot_barn",), ("anmalan", "utredning"))
    found = await counted(whole)
    assert found["utsatta"] == +cells_of(UTSATTA, anna, bo, disa)
    assert found["utovare"] == {("alder", "kvinna", "vuxen"): 1}
    assert {at[1:]: n for at, n in found["meddelanden"].items() if at[0] == "kommun"} == {
        ("avvikelse", "okand"): 1,
        ("kontaktformedling", "mora"): 1,
        ("orosanmalan", "rattvik"): 1,
        ("sip_kallelse", "okand"): 1,
    }


def cells_of(rakning: Rakning, *of: Arsrad) -> Counter[Ruta]:
    """Where these persons are counted together."""
    found: Counter[Ruta] = Counter()
    for rad in of:
        found.update(
            {(blad, mitt, varde): n for (id_, blad, mitt, varde), n in of_person(rad).items() if id_ == rakning.id}
        )
    return found


async def test_t4_counted_in_whatever_steps_it_is_the_same(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    await everything(whole)
    at_once = await counted(whole)
    for step in (1, 2, 5):
        monkeypatch.setattr(uppfoljning, "STEP", step)
        monkeypatch.setattr(turns, "AT_MOST_S", 0.0)
        kept, position = MemoryUppfoljningar(), await whole.projection.position(0)
        while await kept.place(0) < position:
            # Whoever counts may be another process each time.
            await counter(whole, kept).count()
        assert await figures(kept) == at_once


async def test_t4_counting_lets_others_go_before_it(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each turn it rests, however long that took for no more than a moment."""
    await everything(whole)
    rests: list[float] = []

    async def rested(seconds: float) -> None:
        rests.append(seconds)

    monkeypatch.setattr(turns, "TURN", 2)
    monkeypatch.setattr(turns, "REST", 1e6)
    with monkeypatch.context() as patched:
        patched.setattr(turns.asyncio, "sleep", rested)
        await counter(whole, MemoryUppfoljningar()).count()
    assert len(rests) >= await whole.projection.position(0) // 2
    assert 0 < min(rests) <= max(rests) <= turns.LONGEST_REST_S


async def test_t4_what_is_counted_is_not_counted_again_and_the_log_is_not_read_for_it(whole: Whole) -> None:
    await everything(whole)
    kept, log = MemoryUppfoljningar(), Asked(whole)
    await counter(whole, kept, log).count()
    before, spans = await figures(kept), list(log.spans)
    await counter(whole, kept, log).count()
    assert (await figures(kept), log.spans) == (before, spans)


async def test_t4_two_who_count_at_once_are_as_good_as_one(whole: Whole) -> None:
    await everything(whole)
    kept = MemoryUppfoljningar()

    class Slower(MemoryUppfoljningar):
        """Another counts all of it while this one is about to keep its step."""

        async def keep(self, raknat: Raknat) -> bool:
            await counter(whole, kept).count()
            return await kept.keep(raknat)

    await counter(whole, Slower()).count()
    assert await figures(kept) == await counted(whole)


async def test_t4_a_repeat_in_the_log_changes_nothing(whole: Whole) -> None:
    await whole.publish(VC_RATTVIK, "orosanmalan", report())
    once = await counted(whole)
    [record] = await whole.records()
    await whole.hub.append_raw(record.value, record.headers, record.key)
    await whole.hub.judge_all()
    assert await counted(whole) == once


async def test_b7_t4_a_report_that_could_not_be_read_is_counted_as_that(whole: Whole) -> None:
    await whole.before_the_schema_of("orosanmalan")
    said = {name: value for name, value in report().items() if name != "personer"}
    await whole.hub.append(envelope("orosanmalan", VC_RATTVIK, {"barn": "disa"}, said))
    await whole.hub.judge_all()
    found = await counted(whole)
    assert found["meddelanden"] == {
        ("utfall", "orosanmalan", "karantan"): 1,
        ("kommun", "orosanmalan", "okand"): 1,
    }
    assert not any(found[one] for one in found if one != "meddelanden")


async def test_t4_records_that_bring_nothing_are_not_read(whole: Whole) -> None:
    log, kept = Asked(whole), MemoryUppfoljningar()
    await counter(whole, kept, log).count()
    assert log.spans == []
    assert await kept.place(0) == 1


async def test_t4_a_kvittens_of_what_the_projection_has_no_more_is_of_nothing(whole: Whole) -> None:
    await everything(whole)
    whole.hub.database.inbox.clear()
    assert "kontakt" not in (await known(whole, BO)).fragor


# ------------------------------------------------------------------------------------------ answers


async def answers(whole: Whole) -> tuple[Uppfoljning, Raknare]:
    kept = MemoryUppfoljningar()
    return Uppfoljning(whole.projection, kept, whole.regelverk), counter(whole, kept)


async def test_t4_a_table_is_answered_with_what_may_be_shown(whole: Whole) -> None:
    await everything(whole)
    service, raknare = await answers(whole)
    await raknare.count()
    found = await service.tabell(YEAR, "utsatta-kommun")
    assert found.doljer
    assert {rad.summa for rad in found.rader} == {0, None}
    assert [rad.namn for rad in found.rader][:2] == ["Avesta", "Borlänge"]
    assert [rad.namn for rad in found.rader][-2:] == ["okänd", "summa"]


async def test_t4_a_table_that_is_not_listed_is_not_found(whole: Whole) -> None:
    service, _ = await answers(whole)
    with pytest.raises(NotFound):
        await service.tabell(YEAR, "utsatta-kommun-vald")


async def test_how_far_it_is_counted_is_told(whole: Whole) -> None:
    await everything(whole)
    service, raknare = await answers(whole)
    before = await service.lage()
    assert (before.ar, before.till, before.kvar) == ((), 0, await whole.projection.position(0))
    await raknare.count()
    after = await service.lage()
    assert (after.ar, after.kvar) == ((YEAR,), 0)
    assert after.till == whole.hub.decisions()[-1][1].tid


async def test_t4_nothing_that_is_counted_says_who(whole: Whole) -> None:
    await everything(whole)
    told: Any = repr(await counted(whole))
    numbers = (ANNA, BO, DISA)
    found = await whole.records()
    ids = {one.person_id for record in found for one in envelopes.decode(record.value, whole.hub.schemas).personer}
    assert ids
    assert not any(secret in told for secret in (*numbers, *ids))
