"""A watch beside the whole hub in memory, and what the gate made of what it appended."""

import os
from collections import Counter
from typing import Any

import msgspec
from intakehub import DISA, VC_RATTVIK, Whole, caller, report

from samverkanshub.adapters.clock import ManualClock
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec import states
from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain.state import ArendeState, PersonState, Plikt
from samverkanshub.pipeline.isteg import Isteg
from samverkanshub.pipeline.watch import Watch
from samverkanshub.ports import Failpoint

MINUTE = 60_000
HOUR = 60 * MINUTE
CHILD_UNIT = "rattvik.barn-unga.mottagning"


class Moved(ManualClock):
    """A clock that stands so many ms from the hub's."""

    def __init__(self, whole: Whole, offset_ms: int = 0) -> None:
        super().__init__(offset_ms)
        self._whole = whole

    def now_ms(self) -> int:
        return self._whole.hub.clock.now_ms() + super().now_ms()


def watch(whole: Whole, offset_ms: int = 0, omraden: int = 1, failpoint: Failpoint | None = None) -> Watch:
    """A watch that has just been started."""
    projection, log, hub = whole.projection, whole.log, whole.hub
    return Watch(
        log=whole.log,
        end=whole.hub.log,
        projection=whole.projection,
        vault=whole.vault,
        regelverk=whole.regelverk,
        schemas=whole.hub.schemas,
        clock=Moved(whole, offset_ms),
        failpoint=failpoint or whole.points,
        entropy=os.urandom,
        isteg=Isteg(projection, log, hub.log, hub.artefacts, hub.schemas, os.urandom, omraden=omraden),
        omraden=omraden,
    )


async def reported(whole: Whole, number: str = DISA, **changes: Any) -> str:
    """A report of concern that somebody must acknowledge: its event."""
    return (await whole.publish(VC_RATTVIK, "orosanmalan", report(number, **changes))).handelse_id


async def acknowledged(whole: Whole, grupp: str) -> None:
    """The newest delivery to a reader group, acknowledged."""
    page = await whole.deliver.inbox(caller(grupp), "", 100)
    [leverans] = [row["leverans_id"] for row in page["rader"] if row["typ"] == "orosanmalan"]
    await whole.deliver.acknowledge(caller(grupp), leverans, "mottagen")


def passes(whole: Whole, ms: int) -> None:
    """Time passes."""
    whole.hub.clock.ms += ms


async def appended(whole: Whole, typ: str, partition: int = 0) -> list[tuple[int, Envelope]]:
    """What the log holds of the hub's own events of a type, with their offsets."""
    log, schemas = whole.hub.log, whole.hub.schemas
    found = [record async for record in log.records(partition, 0, await log.end(partition))]
    read = [(record.offset, envelopes.decode(record.value, schemas)) for record in found]
    return [(offset, one) for offset, one in read if one.typ == typ]


async def effects(whole: Whole) -> Counter[tuple[str, str]]:
    """How many times each step of each duty took effect, by duty and step."""
    named = {offset: (str(one.koder["plikt"]), str(one.koder["steg"])) for offset, one in await _steps(whole)}
    judged = ((row.offset, row.status, msgspec.json.decode(row.outcome)["dom"]) for _, row in whole.hub.decisions())
    return Counter(named[at] for at, status, dom in judged if at in named and (status, dom) == ("dom", "godtas"))


async def _steps(whole: Whole) -> list[tuple[int, Envelope]]:
    return await appended(whole, "plikt_steg")


async def taken(whole: Whole) -> list[str]:
    """The steps that took effect, in the order that the log has them, whosever."""
    return [steg for _, steg in await effects(whole)]


def plikter(whole: Whole) -> list[Plikt]:
    """Every duty, met or not."""
    found = [
        states.decode(kind, state) for (_, kind, _), state in whole.hub.database.states.items() if kind == "arende"
    ]
    return [plikt for arende in found if isinstance(arende, ArendeState) for plikt in arende.plikter]


def owed(whole: Whole) -> set[tuple[str, str]]:
    """Every step that has fallen due of every duty that nobody has met, taken or not."""
    now, waiting = whole.hub.clock.now_ms(), [plikt for plikt in plikter(whole) if not plikt.uppfylld]
    return {(plikt.id, steg.namn) for plikt in waiting for steg in plikt.steg if steg.tid <= now}


async def age_of(whole: Whole, number: str, partition: int = 0) -> str:
    """The age class by which a person is judged."""
    [known] = await whole.vault.persons([f"nr:{number}"], 0)
    stored = await whole.projection.state(partition, "person", known.person_id)
    assert stored is not None
    person = states.decode("person", stored)
    assert isinstance(person, PersonState)
    return person.aldersklass
