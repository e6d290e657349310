"""Random journals over the shipped regelverk, of every type of event that has a schema.

Nothing is said here of a type by name: codes, roles and items come from its schema. Where codes must fit together
for an event ever to be accepted, likely values are in `LIKELY`, by the code's name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from samverkanshub.adapters.journal import JournalRegelverken
from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.codec.journal import line
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.shape import Code, Field, Group, Item, Many, Node
from samverkanshub.domain.decision import Delivery
from samverkanshub.domain.events import CONSENTS, HUBS_OWN, MESSAGES, PERSON_FACTS, REGELVERK
from samverkanshub.domain.ids import event_id
from samverkanshub.domain.state import Plikt
from samverkanshub.pipeline.journal import read_journal
from samverkanshub.pipeline.reading import Read, read
from samverkanshub.pipeline.rejudging import Rejudging
from samverkanshub.ports import LogRecord

Line = dict[str, Any]
SCHEMAS = default_schemas()
DAY_S = 86_400
LENGTH = 30
"""Most events of a journal."""

GROUPS = (
    "mora.vinr.utsatt",
    "mora.vinr.utovare",
    "mora.barn-unga.mottagning",
    "leksand.vinr.utsatt",
    "region-dalarna.vardcentral-mora.handlaggare",
    "region-dalarna.bup.handlaggare",
    "polisen.dalarna.handlaggare",
    "barnahus-dalarna.samrad.handlaggare",
)
SENDERS = (*GROUPS, *GROUPS[:1] * 3, GROUPS[2], *GROUPS[4:5] * 3)
"""Some more than others."""
UNITS = tuple(sorted({group.rpartition(".")[0] for group in GROUPS}))
ORGANISATIONS = ("region-dalarna", "mora", "polisen")
ADULTS, CHILDREN = ("anna", "maken", "granne"), {"barn": "0-11", "tonaring": "12-14"}
ON_A_DELIVERY = frozenset(typ for typ in SCHEMAS.types if "leverans" in SCHEMAS.data(typ, 1).fields)
REFERENCES = ("ref-1", "ref-2", "begaran")
UNREADABLE = (b"", b"\0\0\0\0\x64", b"\0\0\0\0\x65\0", b"skrap", bytes(200))


def units(rng: Random) -> list[Line]:
    """Recipients among them a principal on either side, and perhaps others."""
    more = rng.sample(UNITS, rng.randint(0, 2))
    wanted = sorted({"mora.vinr", "region-dalarna.vardcentral-mora", *more})
    return [{"slag": "enhet", "id": unit} for unit in rng.sample(wanted, rng.randint(2, len(wanted)))]


LIKELY: Mapping[str, Callable[[Random], Any]] = {
    "andamal": lambda rng: rng.choice(("sip", "riskbedomning", "barnskydd")),
    "enskilt": lambda rng: True,
    "narvarande": lambda rng: ["ingen"],
    "tolk": lambda rng: "ingen",
    "kategorier": lambda rng: rng.sample(("behov", "insats", "boende", "risk", "skydd", "identitet"), 4),
    "skyddade_personuppgifter": lambda rng: False,
    "mottagare": units,
    "borttagen": lambda rng: rng.random() < 0.3,
    "bestammelse": lambda rng: rng.choice(("osl-10-18c", "polislagen-6-2", "osl-25-12", "osl-26-9")),
    "kommun": lambda rng: rng.choice(("mora", "leksand")),
}
"""Values that let an event be accepted, by the name of the code."""


@dataclass
class Journal:
    """A journal in the making: what it said so far is what later events refer to."""

    rng: Random
    now: datetime
    lists: Mapping[str, frozenset[str]]
    lines: list[Line] = field(default_factory=list)
    values: dict[int, bytes] = field(default_factory=dict)
    """What stands in the log at the positions of records that cannot be read."""
    events: dict[str, list[tuple[str, Line, str]]] = field(default_factory=dict)
    """By type: event id, line and ärende."""
    deliveries: list[tuple[Delivery, Line]] = field(default_factory=list)
    duties: list[tuple[Plikt, str, Line]] = field(default_factory=list)
    """With their ärende, and the line that made them."""

    def text(self, stamps: Sequence[int]) -> str:
        """The file, with these stamps (ms)."""
        return "".join(line({"tid": tid, **one}) + "\n" for one, tid in zip(self.lines, stamps, strict=True))


class Drawing:
    """Draws journals; `beside` holds the directories of regelverk that they name."""

    def __init__(self, beside: Path, regelverk: tuple[str, ...]) -> None:
        self.regelverken = JournalRegelverken(beside)
        self._names = regelverk

    async def journal(self, seed: int, partition: int, now: datetime) -> Journal:
        """The journal of a seed; judged while it is drawn, so that acts name deliveries that were made."""
        rng, store = Random(seed), MemoryArtefacts()
        lists = regelverk_from(await self.regelverken.compiled(self._names[0], "")).listor
        drawn = Journal(rng, now, lists)
        judging = Rejudging(partition, store, SCHEMAS)
        for _ in range(rng.randint(LENGTH // 2, LENGTH)):
            drawn.lines.append(self._line(drawn, partition))
            await self._judged(drawn, judging, await self._read(drawn, store, partition))
        return drawn

    async def _read(self, drawn: Journal, store: MemoryArtefacts, partition: int) -> Read:
        """The last line alone, as if it stood where it does."""
        text = line({"tid": int(drawn.now.timestamp() * 1000), **drawn.lines[-1]})
        (one,) = (await read_journal(text.encode(), self.regelverken, store, SCHEMAS)).reads
        return replace(one, record=replace(one.record, partition=partition, offset=len(drawn.lines) - 1))

    async def _judged(self, drawn: Journal, judging: Rejudging, one: Read) -> None:
        judged = await judging.judge(one)
        if one.event is not None:
            told = (one.event.handelse_id, drawn.lines[-1], judged.decision.arende_id)
            drawn.events.setdefault(one.event.typ, []).append(told)
            drawn.deliveries += [(delivery, drawn.lines[-1]) for delivery in judged.decision.deliveries]
            drawn.duties += [(plikt, told[2], drawn.lines[-1]) for plikt in judged.decision.plikter]

    def _line(self, drawn: Journal, partition: int) -> Line:
        rng = drawn.rng
        if not drawn.lines:
            return {"typ": REGELVERK, "regelverk": self._names[0], "partition": partition}
        chance = rng.random()
        if chance < 0.06:
            return again(drawn, rng.randrange(len(drawn.lines)))
        if chance < 0.1:
            return unreadable(drawn)
        if chance < 0.14:
            approved = rng.choice(("anna", "bo"))
            koder = {"foreslagen_av": "anna", "godkand_av": approved}
            return {"typ": REGELVERK, "regelverk": rng.choice(self._names), "koder": koder, "id": new_id(rng)}
        return event(drawn)


def new_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def person_id(name: str, drawn: Journal) -> str:
    return str(UUID(bytes=sha256(f"{drawn.lines[0]['partition']}{name}".encode()).digest()[:16], version=4))


def again(drawn: Journal, position: int) -> Line:
    """The line of a position once more."""
    if position in drawn.values:
        drawn.values[len(drawn.lines)] = drawn.values[position]
    return {name: value for name, value in drawn.lines[position].items() if name != "partition"}


def unreadable(drawn: Journal) -> Line:
    """A record that cannot be read, and what it is in the log."""
    value = drawn.rng.choice(UNREADABLE)
    drawn.values[len(drawn.lines)] = value
    fault = read(LogRecord(0, 0, 0, None, (), value), SCHEMAS).fault
    names = drawn.rng.sample(("anna", "maken", "barn"), drawn.rng.randint(1, 2))
    persons = [person_id(name, drawn) for name in names]
    return {"karantan": fault, "personer": persons, "vardesumma": sha256(value).hexdigest()}


# ------------------------------------------------------------------------------------------ an event of any type


def event(drawn: Journal) -> Line:
    rng = drawn.rng
    typ = rng.choice([t for t in SCHEMAS.types if t != REGELVERK])
    kinds = (MESSAGES, MESSAGES, MESSAGES, CONSENTS, PERSON_FACTS, ON_A_DELIVERY, ON_A_DELIVERY)
    if rng.random() < 0.6:
        typ = rng.choice(sorted(set(rng.choice(kinds)) & set(SCHEMAS.types)))
    schema = SCHEMAS.data(typ, SCHEMAS.latest(typ).version)
    made: Line = {"typ": typ, "lasargrupp": rng.choice(SENDERS), "id": new_id(rng)}
    persons = _persons(drawn, schema)
    if typ in HUBS_OWN:
        del made["lasargrupp"]
        made["aktor"] = "samverkanshub"
    koder = {name: _code(drawn, known) for name, known in schema.fields.items() if _said(rng, known)}
    if not schema.roller:
        persons = _act(drawn, made, koder, schema.fields) or persons
    koder |= {name: _code(drawn, known) for name, known in schema.fields.items() if _needed(known, koder)}
    made |= {"personer": persons, "koder": koder, "uppgifter": _items(drawn, schema.fields.values(), persons)}
    return made


def _act(drawn: Journal, made: Line, koder: Line, fields: Mapping[str, Field]) -> list[Line]:
    """An act names a delivery that was made, or a message, mostly by whom it is the business of."""
    rng = drawn.rng
    if "plikt" in fields and drawn.duties:
        plikt, made["arende_id"], about = rng.choice(drawn.duties)
        koder |= {"plikt": plikt.id, "steg": rng.choice(plikt.steg).namn} if plikt.steg else {"plikt": plikt.id}
        return list(about.get("personer", ()))
    if "leverans" in fields and drawn.deliveries and rng.random() < 0.95:
        delivery, about = rng.choice(drawn.deliveries)
        koder["leverans"], made["arende_id"] = delivery.leverans_id, delivery.arende_id
        if rng.random() < 0.9:
            made["lasargrupp"] = delivery.mottagare
        return list(about.get("personer", ()))
    sent = [one for typ in sorted(MESSAGES) for one in drawn.events.get(typ, ()) if one[2]]
    if sent and rng.random() < 0.95:
        handelse_id, about, made["arende_id"] = rng.choice(sent)
        if "lasargrupp" in made:
            made["lasargrupp"] = rng.choice((about["lasargrupp"], made["lasargrupp"]))
        if "meddelande" in fields:
            koder["meddelande"] = handelse_id
        return list(about["personer"])
    return []


def _persons(drawn: Journal, schema: Any) -> list[Line]:
    rng, left = drawn.rng, [*ADULTS, *CHILDREN]
    rng.shuffle(left)
    one_of = {roll for roles in schema.en_av for roll in roles} - {rng.choice(roles) for roles in schema.en_av}
    roles: list[str] = []
    for roll, (least, most) in schema.roller.items():
        wanted = any(roll in group for group in schema.en_av) and roll not in one_of
        number = 0 if roll in one_of else max(least, wanted, rng.choice((0, 0, 1, 2)))
        roles += [roll] * min(number, most)
    return [_person(drawn, roll, left) for roll in roles if left]


def _person(drawn: Journal, roll: str, left: list[str]) -> Line:
    child = roll == "barn" or (roll == "registrerad" and drawn.rng.random() < 0.3)
    fitting = [name for name in left if (name in CHILDREN) == child] or left
    name = fitting[0]
    left.remove(name)
    return {"person_id": person_id(name, drawn), "roll": roll, "aldersklass": CHILDREN.get(name, "vuxen")}


def _items(drawn: Journal, fields: Any, persons: list[Line]) -> list[Line]:
    rng, held = drawn.rng, {person["roll"] for person in persons}
    items = [{"vag": f"/personer/{nr}/nummer"} for nr, _ in enumerate(persons) if rng.random() < 0.7]
    for known in fields:
        node = known.node
        if isinstance(node, Item) and rng.random() < 0.6 and (not node.avser or held & set(node.avser)):
            for nr in range(rng.randint(1, 2) if node.many else 1):
                items.append({"vag": f"/{known.name}/{nr}" if node.many else f"/{known.name}", **_whose(rng, persons)})
    return [item for item in items if item.get("person_id") is not None or _one(item, persons)]


def _one(item: Line, persons: list[Line]) -> bool:
    """Where several stand in the roles that the schema means, a line must say whose an item is."""
    return item["vag"].startswith("/personer/") or len({p["roll"] for p in persons}) == len(persons)


def _whose(rng: Random, persons: list[Line]) -> Line:
    said: Line = {"referens": rng.choice(REFERENCES)} if rng.random() < 0.3 else {}
    if persons and rng.random() < 0.3:
        said["person_id"] = rng.choice(persons)["person_id"]
    if rng.random() < 0.03:
        said["kalla"] = rng.choice(("utsatt", "barn", "vittne", "egen_akt"))
    return said


# ------------------------------------------------------------------------------------------ codes


def _said(rng: Random, known: Field) -> bool:
    return not isinstance(known.node, Item) and (known.required or rng.random() < 0.3)


def _needed(known: Field, koder: Line) -> bool:
    needed = known.kravs_nar
    return known.name not in koder and needed is not None and koder.get(needed[0]) == needed[1]


def _code(drawn: Journal, known: Field) -> Any:
    likely = LIKELY.get(known.name)
    if likely is not None and drawn.rng.random() < 0.85:
        value = likely(drawn.rng)
        many = isinstance(known.node, Many)
        return value if isinstance(value, list) == many else ([value] if many else value)
    return _value(drawn, known.node, known.name)


def _value(drawn: Journal, node: Node, name: str) -> Any:
    rng = drawn.rng
    if isinstance(node, Many):
        made = [_value(drawn, node.items, name) for _ in range(rng.randint(max(1, node.minst), 3))]
        return [one for nr, one in enumerate(made) if one not in made[:nr]]
    if isinstance(node, Group):
        if set(node.fields) == {"slag", "id"}:
            slag = rng.choice(("enhet", "enhet", "enhet", "organisation"))
            return {"slag": slag, "id": rng.choice(UNITS if slag == "enhet" else ORGANISATIONS)}
        return {known.name: _code(drawn, known) for known in node.fields.values() if _said(rng, known)}
    assert isinstance(node, Code)
    if node.slag == "bool":
        return rng.random() < 0.5
    return rng.choice(node.symbols) if node.slag == "symbols" else _text(drawn, node, name)


def _text(drawn: Journal, node: Code, name: str) -> str:
    rng = drawn.rng
    if node.lista:
        return rng.choice(sorted(drawn.lists[node.lista]))
    match node.format:
        case "uuid" | "harlett":
            return _known_event(drawn, name)
        case "tidpunkt" | "datum":
            seconds = {"fran": (-30 * DAY_S, 0), "till": (0, 300 * DAY_S)}.get(name, (-5 * DAY_S, 5 * DAY_S))
            moment = (drawn.now + timedelta(seconds=rng.randint(*seconds))).astimezone(UTC)
            return moment.date().isoformat() if node.format == "datum" else moment.isoformat("T", "seconds")
        case "id":
            return rng.choice((*UNITS, *GROUPS, *REFERENCES))
        case "sha256":
            return "ab" * 32
    return {"kod": "kod", "alias": "aB_-0"}.get(node.format, rng.choice(REFERENCES))


def _known_event(drawn: Journal, name: str) -> str:
    """An event that was, of the kind that the code's name begins as (`samtycke`, `overlamning`) where there is one."""
    every = [one[0] for found in drawn.events.values() for one in found]
    alike = [one[0] for typ, found in drawn.events.items() if typ.startswith(name) for one in found]
    if not every or drawn.rng.random() < 0.05:
        return event_id("mora", new_id(drawn.rng))
    return drawn.rng.choice(alike or every)
