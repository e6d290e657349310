"""An ärende read as one picture, within what an auditor's scope reads of it (T1, T3, V6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from samverkanshub.codec import states
from samverkanshub.domain import tidslinje as bild
from samverkanshub.domain.decision import ACCEPTED, INCIDENT, Entry
from samverkanshub.domain.events import KVITTENSER, MESSAGES, PLIKT_STEG, SAMTYCKE_SVAR
from samverkanshub.domain.fraga import PURPOSES
from samverkanshub.domain.plikter import PAMINNELSE
from samverkanshub.domain.state import ArendeState, Plikt
from samverkanshub.domain.tidslinje import Handelse, Leverans, Skede, Tidslinje
from samverkanshub.domain.varden import replace
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.arende import told_duties
from samverkanshub.pipeline.granskning.fraga import Rad, Tid
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.pipeline.tidslinje.samtycken import Sedd, of_person
from samverkanshub.ports import Traced, Vault

MOST: Final = 300
"""Records of one ärende that a picture holds: what is after the last is asked for by days."""
OPENED: Final = "oppnad"
TAKEN_BACK: Final = frozenset({"aterkallad", "rattad"})
CARRYING: Final = MESSAGES | {SAMTYCKE_SVAR}
"""What delivers items to recipients."""


@dataclass(slots=True)
class Lasning:
    """Gathers one picture."""

    laser: Laser
    handelser: list[Handelse] = field(default_factory=list)
    leveranser: list[tuple[Leverans, str, str]] = field(default_factory=list)
    """With the delivery's own id and its recipient, which the picture does not hold."""
    citerade: dict[str, list[Skede]] = field(default_factory=dict)
    steg: dict[str, Skede] = field(default_factory=dict)
    """When a step of a ladder was taken first, by its code."""
    sedda: list[Sedd] = field(default_factory=list)
    grunder: set[str] = field(default_factory=set)

    async def post(self, post: Post) -> None:
        """One more record, of the ärende or of its person."""
        seen = [entry for entry in post.entries if await self.laser.sees(post, entry)]
        rows = [(entry, await self.laser.row(post, entry)) for entry in seen]
        if rows:
            self.sedda.append(Sedd(post))
            self.mark(post, rows)
            self._cite(post, rows)
        if post.row.typ in CARRYING and rows:
            self._delivered(post, rows)
        if not rows or self.laser.scope.aktor:
            await self._happened(post)
        if post.row.typ == PLIKT_STEG:
            place = Skede(post.row.offset, post.row.tid, bild.ESKALERAD)
            self.steg |= {
                reason.kod: place for one in post.entries for reason in one.reasons if reason.kod not in self.steg
            }

    def mark(self, post: Post, rows: Sequence[tuple[Entry, Rad]]) -> None:
        """The record as a mark."""
        first, row = rows[0][1], post.row
        verdicts = [told["utslag"] for entry, told in rows if not entry.mottagare]
        incident = any(entry.funktion == INCIDENT for entry, _ in rows)
        self.handelser.append(
            Handelse(
                id=first["handelse"],
                typ=first["typ"],
                slag=INCIDENT if incident else bild.HANDELSE,
                position=row.offset,
                tid=row.tid,
                av=next((told["avsandare"] for _, told in rows if told["avsandare"]), ""),
                utslag=next((one for one in verdicts if one != ACCEPTED), ACCEPTED),
            )
        )

    def _cite(self, post: Post, rows: Sequence[tuple[Entry, Rad]]) -> None:
        place = Skede(post.row.offset, post.row.tid, post.row.typ)
        self.grunder |= {grund.split(" ", 1)[0] for _, told in rows for grund in told["grunder"]}
        for id_ in sorted({id_ for _, told in rows for id_ in told["samtycken"]}):
            self.citerade.setdefault(id_, []).append(place)

    def _delivered(self, post: Post, rows: Sequence[tuple[Entry, Rad]]) -> None:
        """One for each recipient: what went to it, and what did not."""
        by_group: dict[str, list[tuple[Entry, Rad]]] = {}
        for entry, told in rows:
            if entry.mottagare and told["handelse"] and entry.funktion != INCIDENT:
                by_group.setdefault(entry.mottagare, []).append((entry, told))
        for mottagare, found in by_group.items():
            told, own_id = found[0][1], next((entry.leverans_id for entry, _ in found if entry.leverans_id), "")
            levererade, undanhallna = bild.delivered_as(entry.verdict for entry, _ in found)
            one = Leverans(
                id=next((told["leverans"] for _, told in found if told["leverans"]), ""),
                handelse_id=told["handelse"],
                typ=told["typ"],
                fran=told["avsandare"],
                till=told["mottagare"],
                position=post.row.offset,
                tid=post.row.tid,
                levererade=levererade,
                undanhallna=undanhallna,
            )
            self.leveranser.append((one, own_id, mottagare))

    async def _happened(self, post: Post) -> None:
        """V6: what others made happen to the scope's own deliveries, and not by what."""
        for one in await self.laser.happened(post):
            found = await self.laser.projection.delivery(one.leverans_id) if one.leverans_id else None
            sent = await self.laser.projection.judgement(one.handelse_id)
            group = found.lasargrupp if found else ""
            unit = skyltar.group(self.laser.scope, group, hidden=post.hidden)
            typ = sent.row.typ if sent else ""
            place = (post.row.offset, post.row.tid)
            self.handelser.append(Handelse(one.handelse_id, typ, bild.SKEENDE, *place, unit, kod=one.slag))

    # -------------------------------------------------------------------------------------- what became of it

    async def with_skeden(self, plikter: Sequence[Plikt], katalog_unit: dict[str, str]) -> tuple[Leverans, ...]:
        """The deliveries, each with what happened to it since: opened, acknowledged, taken back, escalated (O4, H2)."""
        by_event: dict[str, list[tuple[str, Skede]]] = {}
        for handelse_id in sorted({one.handelse_id for one, _, _ in self.leveranser}):
            events = await self.laser.projection.delivery_events(handelse_id)
            own = await self._is_sent_by_own(handelse_id)
            steps = [(one.leverans_id, _skede(one.slag, one.offset, one.tid, own=own)) for one in events]
            by_event[handelse_id] = [(id_, skede) for id_, skede in steps if skede is not None]
        found = []
        for one, id_, group in self.leveranser:
            happened = [skede for named, skede in by_event[one.handelse_id] if id_ and named in ("", id_)]
            unit = katalog_unit.get(group, "")
            owed = [plikt for plikt in plikter if (plikt.handelse_id, plikt.barare) == (one.handelse_id, unit)]
            taken = [self.steg[kod] for plikt in owed for kod in _codes(plikt) if kod in self.steg]
            found.append(replace(one, skeden=tuple(sorted({*happened, *taken}))))
        return tuple(found)

    async def _is_sent_by_own(self, handelse_id: str) -> bool:
        found = await self.laser.projection.judgement(handelse_id)
        return found is not None and self.laser.scope.owns(found.row.aktor)


def _skede(slag: str, offset: int, tid: int, *, own: bool) -> Skede | None:
    """Q2: that a message was taken back is told to its sender's auditor."""
    if slag == OPENED:
        return Skede(offset, tid, bild.OPPNAD)
    if slag in KVITTENSER:
        return Skede(offset, tid, bild.KVITTERAD)
    return Skede(offset, tid, bild.ATERKALLAD) if own and slag in TAKEN_BACK else None


def _codes(plikt: Plikt) -> list[str]:
    """The codes of the steps taken of a duty that tell others than who bears it."""
    taken = [steg for steg in plikt.tagna if steg != PAMINNELSE]
    return [f"{plikt.slag}-{steg}".replace(".", "-").replace("_", "-") for steg in taken]


async def read(laser: Laser, vault: Vault, partition: int, tid: Tid) -> Tidslinje:
    """The picture of the ärende that the scope is narrowed to."""
    scope, gathered = laser.scope, Lasning(laser)
    klippt = await _of_arende(gathered, tid)
    stored = await laser.projection.state(partition, "arende", scope.arende_id)
    arende = cast(ArendeState, states.decode("arende", stored)) if stored is not None else ArendeState("", "", "")
    units = {one.id: one.enhet for one in scope.katalog.lasargrupper.values()}
    leveranser = await gathered.with_skeden(told_duties(laser, arende), units)
    about = await of_person(laser, vault, partition, arende.person_id, gathered.sedda)
    andamal = frozenset(PURPOSES.get(one.handelse.typ, "") for one in arende.meddelanden)
    staplar, skuggor = about.staplar(gathered.citerade, andamal), await about.skuggor()
    await _beside(gathered, await about.beside(staplar, skuggor))
    marks = _marks(gathered.handelser, staplar, tid)
    return Tidslinje(marks, leveranser, staplar, skuggor, klippt, _provisions(gathered.grunder, laser))


def _provisions(grunder: set[str], laser: Laser) -> tuple[str, ...]:
    """Those of the catalogue in force."""
    return tuple(sorted(grunder & {row.id for row in laser.scope.regelverk.bestammelser if not row.forbjuder}))


async def _of_arende(gathered: Lasning, tid: Tid) -> bool:
    """Gather the ärende's records; are there more than a picture holds?"""
    laser, count = gathered.laser, 0
    sought = Traced(spar.ARENDE, laser.scope.arende_id, laser.scope.within, tid.fran, tid.till)
    async for judgement in records(laser.projection, sought):
        count += 1
        if count > MOST:
            return True
        await gathered.post(await laser.post(judgement))
    return False


async def _beside(gathered: Lasning, sedda: Sequence[Sedd]) -> None:
    """What is registered of the person as marks too, of what the ärende does not hold itself."""
    known = {one.position for one in gathered.handelser}
    laser = gathered.laser.beside()
    for post in (one.post for one in sedda if one.skede.position not in known):
        gathered.mark(
            post, [(entry, await laser.row(post, entry)) for entry in post.entries if await laser.sees(post, entry)]
        )


def _marks(found: Sequence[Handelse], staplar: Sequence[bild.Stapel], tid: Tid) -> tuple[Handelse, ...]:
    """All in order, what concerns a consent in that consent's lane."""
    lanes = {one.position: one.kedja for one in staplar if one.position >= 0}
    lanes |= {skede.position: one.kedja for one in staplar for skede in one.skeden}
    placed = [replace(one, kedja=lanes.get(one.position, "")) for one in found if tid.fran <= one.tid < tid.till]
    return tuple(sorted(placed, key=lambda one: (one.position, one.slag, one.id, one.kod)))
