"""Replay finds what was changed afterwards, says where, and never takes a part for the whole."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hub import Hub, envelope, person_id

from samverkanshub import resources
from samverkanshub.adapters.memory import MemoryArtefacts, MemoryProjection
from samverkanshub.adapters.memory.log import MemoryLog
from samverkanshub.codec.envelope import EVENT_HEADER, PERSONS_HEADER, Envelope
from samverkanshub.codec.journal_names import EMPLOYEES
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import Person
from samverkanshub.pipeline.journal import judged, read_journal
from samverkanshub.pipeline.journal_writing import journal_lines
from samverkanshub.pipeline.replay import Difference, Replay, Replayed
from samverkanshub.ports import DecisionRow

TAKES_PART = {"satt": "deltar", "information": "muntligt"}
UUIDS = [f"7d0c2a36-6d0f-4a3e-9c44-52d1b8a4e6f{nr}" for nr in range(4)]
SALLY = person_id("sally")
CONSENT = {
    "andamal": "sip",
    "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
    "kategorier": ["behov"],
    "fran": "2026-12-01T00:00:00+01:00",
    "till": "2027-06-01T00:00:00+02:00",
    "form": "skriftligt",
    "enskilt": True,
    "narvarande": ["ingen"],
    "tolk": "ingen",
}
SIP = {
    "mottagare": CONSENT["mottagare"],
    "skyddade_personuppgifter": False,
    "syfte": "ett",
    "behov": [{"text": "två", "referens": "ref-1"}],
}


@pytest.fixture
async def hub() -> Hub:
    """A regelverk, a consent, a message, the same again, and a record that nobody can read."""
    found = await Hub().started()
    sip = envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, SIP)
    await found.publish(envelope("samtycke_lamnat", "mora.vinr.utsatt", {"registrerad": "sally"}, CONSENT))
    await found.publish(sip)
    await found.publish(sip)
    await found.append_raw(b"olasligt", ((PERSONS_HEADER, UUID(SALLY).bytes), (EVENT_HEADER, bytes(16))))
    await found.judge_all()
    return found


async def replayed(hub: Hub, artefacts: MemoryArtefacts | None = None) -> Replayed:
    steps: list[int] = []
    projection = MemoryProjection(hub.database)
    replay = Replay(hub.log, projection, artefacts or hub.artefacts, hub.schemas, steps.append)
    found = await replay.standing(0)
    await replay.compare(found)
    assert sum(steps) == found.compared
    return found


async def test_the_log_gives_what_was_recorded(hub: Hub) -> None:
    assert await replayed(hub) == Replayed(0, 5, 5, compared=5)


@pytest.mark.parametrize("column", ["record", "digest", "record_digest", "outcome"])
async def test_what_was_changed_afterwards_is_found_and_named(hub: Hub, column: str) -> None:
    for place in ((0, 2), (0, 4)):
        row = hub.database.decisions[place]
        hub.database.decisions[place] = replace(row, **{column: getattr(row, column) + b" "})
    found = await replayed(hub)
    assert (found.differing, found.first) == (2, Difference(2, (column,)))


async def test_a_decision_that_is_not_recorded_differs(hub: Hub) -> None:
    del hub.database.decisions[0, 3]
    assert (await replayed(hub)).first == Difference(3, ("saknas",))


async def test_decisions_on_records_that_the_log_has_not_differ(hub: Hub) -> None:
    hub.log = MemoryLog(hub.clock)
    assert await replayed(hub) == Replayed(0, 5, 0, 0, 5, Difference(0, ("saknas",)))


async def test_what_is_not_judged_yet_is_not_compared(hub: Hub) -> None:
    await hub.append(envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, {**SIP, "syfte": "tre"}))
    assert await replayed(hub) == Replayed(0, 5, 6, compared=5)


async def test_without_its_artefacts_nothing_can_be_checked(hub: Hub) -> None:
    with pytest.raises(Halt, match=r"at position 0: the artefact `.*` is missing"):
        await replayed(hub, MemoryArtefacts())


async def test_a_partition_that_nobody_has_judged_has_nothing_to_compare(hub: Hub) -> None:
    hub.database.positions.clear()
    assert await replayed(hub) == Replayed(0, 0, 5)


# ------------------------------------------------------------------------------------------ the log as a journal


class NoRegelverken:
    """A journal written from the log names artefacts, which are in the store already."""

    async def stored(self, regelverk: str, wanted: list[str]) -> list[bytes]:
        assert regelverk == "beside"
        return []

    async def compiled(self, regelverk: str, nycklar: str) -> dict[str, bytes]:
        raise AssertionError("no directory is compiled")


async def decided_again(hub: Hub) -> tuple[str, list[DecisionRow]]:
    """The log as a journal, and what is decided of it."""
    kept = MemoryArtefacts()
    lines = journal_lines(0, hub.log, hub.schemas, "beside", source=hub.artefacts, kept=kept)
    text = "\n".join([line async for line in lines])
    journal = await read_journal(text.encode(), NoRegelverken(), kept, hub.schemas)
    return text, [one.row async for one in judged(journal, kept, hub.schemas)]


async def test_the_log_as_a_journal_is_decided_byte_for_byte_as_it_was(hub: Hub) -> None:
    _, again = await decided_again(hub)
    recorded = [row for _, row in hub.decisions()]
    assert [replace(row, record_digest=b"") for row in again] == [replace(row, record_digest=b"") for row in recorded]
    assert [row.status for row in again] == ["dom", "dom", "dom", "upprepning", "karantan"]


async def test_a_journal_holds_nothing_that_is_sealed(hub: Hub) -> None:
    lines = journal_lines(0, hub.log, hub.schemas, "beside", source=hub.artefacts, kept=MemoryArtefacts())
    text = "".join([line async for line in lines])
    assert (b"x" * 60).hex() not in text
    assert not any(f'"{name}"' in text for name in ("forseglat", "atagande", "signatur"))


def act(typ: str, lasargrupp: str, data: dict[str, Any], arende: str) -> Envelope:
    """An act in an ärende about Sanna, who is put in as intake does."""
    about = (Person(person_id("sanna"), "registrerad", "vuxen"),)
    return replace(envelope(typ, lasargrupp, {}, data, arende=arende), personer=about)


async def test_k3_v7_a_journal_names_no_employee_and_is_decided_the_same(hub: Hub) -> None:
    """One may not open what the person has kept from her, nor what her actor has barred her from; her colleague may."""
    vc, mora, sanna = "region-dalarna.vardcentral-mora.handlaggare", "mora.vinr.utsatt", {"utsatt": "sanna"}
    exempt = {"undantag": {"anvandare": [{"aktor": "region-dalarna", "anvandare": "kerstin.alm"}]}}
    await hub.publish(envelope("samtycke_lamnat", mora, {"registrerad": "sanna"}, {**CONSENT, **exempt}))
    await hub.publish(envelope("sip_kallelse", mora, sanna, {**SIP, "delaktighet": TAKES_PART}))
    row = next(row for key, row in hub.database.inbox.items() if key[0] == vc and row.slag == "meddelande")
    for nr, user in enumerate(("kerstin.alm", "stina.ek", "kerstin.alm", "stina.ek")):
        if nr == 2:
            bar = {"arende": "alias", "anvandare": "stina.ek"}
            await hub.publish(act("jav", vc, bar, row.arende_id))
        asked, arende = {"leverans": row.leverans_id}, row.arende_id
        opening = envelope("oppning_begard", vc, sanna, asked, arende=arende, id=UUIDS[nr])
        await hub.publish(replace(opening, anvandare=user))
    closing = {"arende": "alias", "chef": "rut.chef", "skal": "annat", "informerad": "ingen"}
    await hub.publish(act("avslut", vc, closing, row.arende_id))
    text, again = await decided_again(hub)
    recorded = [row for _, row in hub.decisions()]
    assert [replace(row, record_digest=b"") for row in again] == [replace(row, record_digest=b"") for row in recorded]
    openings = [b'"dom":"godtas"' in row.outcome for row in recorded if row.typ == "oppning_begard"]
    assert openings == [False, True, False, False]
    assert not any(name in text for name in ("kerstin", "stina", "rut.chef", '"a"', '"b"'))
    assert text.count('"anvandare":"anstalld-') > len(openings)


FREE = {"referens", "id"}
"""Formats that a name could be written in."""
NO_EMPLOYEE = {
    *("mottagare", "enhet", "till", "fast_vardkontakt", "bestammelse", "aktor", "id"),  # organisations, units and law
    *("uppgifter", "referens"),  # the sources' own references of items and decisions
    *("namn", "partition", "offset", "omrade"),  # artefacts and places in the log
    "vem",  # an operator, named by the regelverk beside the journal, where the decision looks for them
}


def test_every_code_that_a_name_could_be_written_in_is_an_employee_or_is_known_to_be_none() -> None:
    found = set()
    for file in sorted((resources.root() / "schemas" / "avro").glob("*.avsc")):
        found |= set(_free(json.loads(file.read_text()), ""))
    assert found - NO_EMPLOYEE == EMPLOYEES


def _free(node: Any, name: str) -> Iterator[str]:
    """The names of members, in a schema, that have such a format and no closed list."""
    if isinstance(node, list):
        for part in node:
            yield from _free(part, name)
    elif isinstance(node, dict) and "kategori" not in node and node.get("name") != "personer":
        name = node.get("name", name)
        if node.get("format") in FREE and "lista" not in node:
            yield name
        for key in ("fields", "items", "type"):
            yield from _free(node.get(key), name)


async def test_a_journal_of_another_partition_says_which(hub: Hub) -> None:
    first = await hub.log.at(0, 0)
    assert first is not None
    await hub.log.append(2, first.key, first.headers, first.value)
    lines = journal_lines(2, hub.log, hub.schemas, "beside", source=hub.artefacts, kept=hub.artefacts)
    text = "\n".join([line async for line in lines])
    assert (await read_journal(text.encode(), NoRegelverken(), hub.artefacts, hub.schemas)).partition == 2


async def test_a_journal_lacks_no_artefact_that_it_names(hub: Hub) -> None:
    empty = MemoryArtefacts()
    lines = journal_lines(0, hub.log, hub.schemas, "beside", source=empty, kept=empty)
    with pytest.raises(Halt, match="is missing"):
        _ = [line async for line in lines]
