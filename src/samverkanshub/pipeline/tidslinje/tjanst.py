"""Shows an auditor an ärende as a picture. Every look is kept before it is shown, as every question is (T3)."""

from dataclasses import dataclass
from typing import Final, cast

import msgspec

from samverkanshub.codec import states
from samverkanshub.domain.spridning import PROCESS
from samverkanshub.domain.state import ArendeState, PersonState
from samverkanshub.domain.tidslinje import SKEENDE, Tidslinje
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.fraga import ALWAYS, Fraga, Sida, Tid, days, unknown
from samverkanshub.pipeline.granskning.handelser import handelser
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.granskning.omfattning import visible
from samverkanshub.pipeline.granskning.rader import Laser
from samverkanshub.pipeline.granskning.tjanst import Granskning
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.tidslinje.bevisat import Bevisat, Bevisning
from samverkanshub.pipeline.tidslinje.lasning import read
from samverkanshub.pipeline.tidslinje.tank_om import PROVAT, Provat, Provning, Tanke
from samverkanshub.ports import Judgement, KnownPerson, Projection, Traced, Vault

TIDSLINJE: Final = "tidslinje"
FORKLARING: Final = "forklaring"
TANK_OM: Final = "tank-om"
"""What such looks are kept as."""
EVER: Final = Tid(0, ALWAYS)


@dataclass(frozen=True, slots=True)
class Arende:
    """An ärende to choose: the event that stands for it, which the auditor may ask about, its type and when (ms)."""

    handelse_id: str
    typ: str
    tid: int


@dataclass(frozen=True, slots=True)
class Bild:
    """What is shown: whose scope it is within, the event that chose the ärende, and the picture."""

    omfattning: str
    handelse_id: str
    tidslinje: Tidslinje


@dataclass(frozen=True, slots=True)
class Forklarat:
    """A decision that was chosen: its lines as `handelser` has them, and the proof of it."""

    sida: Sida
    bevisat: Bevisat


class Tidslinjer:
    """Answers whom `granskning` lets ask, with what it lets them read. Every method raises as its `ask`."""

    def __init__(self, granskning: Granskning, vault: Vault, bevisning: Bevisning, provning: Provning) -> None:
        self._granskning = granskning
        self._vault = vault
        self._bevisning = bevisning
        self._provning = provning

    async def arenden(self, caller: Caller, given: Fraga) -> tuple[Arende, ...]:
        """The ärenden about the person with a number that the auditor may see: none for one whom nobody knows."""

        async def looking(laser: Laser, given: Fraga) -> tuple[tuple[Arende, ...], int]:
            found = await of_number(laser, self._vault, given.nummer)
            return found, len(found)

        return await self._granskning.look(caller, TIDSLINJE, given, looking)

    async def bild(self, caller: Caller, given: Fraga) -> Bild:
        """The ärende that an event belongs to, of the days that are asked about."""

        async def looking(laser: Laser, given: Fraga) -> tuple[Bild, int]:
            tidslinje = await self._picture(laser, given)
            return Bild(laser.scope.namn, given.handelse, tidslinje), len(tidslinje.handelser)

        return await self._granskning.look(caller, TIDSLINJE, given, looking)

    async def forklara(self, caller: Caller, given: Fraga) -> Forklarat:
        """T1: the decision on an event, with all that it cites, and its inclusion in the signed log verified."""

        async def looking(laser: Laser, given: Fraga) -> tuple[Forklarat, int]:
            judgement = await visible(laser.projection, laser.scope, given.handelse, "handelse")
            sida = await handelser(laser, given, FORKLARING)
            bevisat = await self._bevisning.of(laser, await laser.post(judgement))
            return Forklarat(sida, bevisat), len(sida.rader)

        return await self._granskning.look(caller, FORKLARING, given, looking)

    async def tank_om(self, caller: Caller, given: Fraga, tanke: Tanke) -> Provat:
        """T1: what would have been decided otherwise in the ärende; of what the picture of it shows, and as it does.

        `NotFound` for a consent, a provision or an event to begin at that the picture does not have.
        """

        async def looking(laser: Laser, given: Fraga) -> tuple[Provat, int]:
            named = await in_arende(laser, given)
            start = _begins(await read(laser, self._vault, named.partition, EVER), tanke)
            if start < 0:
                return Provat(PROVAT), 0
            provat = await self._provning.of(laser, named.partition, start, tanke)
            return provat, len(provat.skillnader)

        asked = msgspec.structs.replace(given, samtycke=tanke.samtycke)
        return await self._granskning.look(caller, TANK_OM, asked, looking)

    async def _picture(self, laser: Laser, given: Fraga) -> Tidslinje:
        """The picture, and the scope narrowed to its ärende."""
        named = await in_arende(laser, given)
        tid = days(given)
        return await read(laser, self._vault, named.partition, tid)


def _begins(tidslinje: Tidslinje, tanke: Tanke) -> int:
    """The position from which it is otherwise: of the event it is to begin at, else the first it can; or -1."""
    stapel = next((one for one in tidslinje.staplar if one.id == tanke.samtycke), None)
    if tanke.samtycke and stapel is None:
        raise unknown("samtycke")
    if not tanke.samtycke and tanke.bestammelse not in tidslinje.bestammelser:
        raise unknown("bestammelse")
    after = stapel.position if stapel else -1
    events = [one for one in tidslinje.handelser if one.slag != SKEENDE]
    if tanke.fran and tanke.fran not in {one.id for one in events}:
        raise unknown("fran_handelse")
    cited = [one.position for one in stapel.citerad] if stapel and not tanke.fran else []
    places = cited or [
        one.position for one in events if tanke.fran in ("", one.id) and (tanke.fran or one.position > after)
    ]
    return min(places, default=-1)


async def in_arende(laser: Laser, given: Fraga) -> Judgement:
    """The decision on the event that chooses the ärende, to which the scope is narrowed. `NotFound` as for `arende`."""
    named = await visible(laser.projection, laser.scope, given.handelse, "handelse")
    if not named.row.arende_id:
        raise unknown("handelse")
    laser.scope = laser.scope.about(named.row.arende_id)
    return named


async def of_number(laser: Laser, vault: Vault, nummer: str) -> tuple[Arende, ...]:
    """The ärenden about a person, by when they began. V6: one in which somebody is only named is not theirs."""
    [known] = await vault.find([f"nr:{nummer}"]) if nummer else [None]
    if known is None:
        return ()
    scope = laser.scope
    found = [await _first(laser, id_) for id_ in await _about(laser.projection, known) if _may(scope.arende_id, id_)]
    laser.scope = scope
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.tid, one.handelse_id)))


def _may(own: str, arende_id: str) -> bool:
    """Of one matter, that alone."""
    return own in ("", arende_id)


async def _about(projection: Projection, known: KnownPerson) -> list[str]:
    stored = await projection.state(known.omrade, "person", known.person_id)
    person = cast(PersonState, states.decode("person", stored)) if stored is not None else PersonState("")
    found = []
    for id_ in person.berorda:
        kept = await projection.state(known.omrade, "arende", id_)
        if kept is not None and _is_about(cast(ArendeState, states.decode("arende", kept)), known):
            found.append(id_)
    return found


def _is_about(arende: ArendeState, known: KnownPerson) -> bool:
    """What has been told of somebody's consents is no ärende to look at: its bars stand in those that rest on them."""
    return arende.person_id == known.person_id and arende.process != PROCESS


async def _first(laser: Laser, arende_id: str) -> Arende | None:
    """The first event in it that the scope reads of, which stands for it."""
    laser.scope = laser.scope.about(arende_id)
    sought = Traced(spar.ARENDE, arende_id, laser.scope.within)
    async for judgement in records(laser.projection, sought):
        row = judgement.row
        post = await laser.post(judgement)
        told = any([await laser.sees(post, entry) for entry in post.entries])
        if told and row.arende_id == arende_id and not laser.hides_why(row):
            return Arende(row.handelse_id, row.typ, row.tid)
    return None
