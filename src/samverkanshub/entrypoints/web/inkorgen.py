"""What a reader group reads of its inbox, its duties and an opened delivery. Pure: from the services' answers."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.codec.shape import PERSONS
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.brevord import said
from samverkanshub.domain.events import HUBS_OWN, KVITTENSER, MESSAGES
from samverkanshub.domain.flows.flow import NOTICE, REMINDER
from samverkanshub.domain.flows.kvittenser import MET_BY_KVITTENS
from samverkanshub.domain.flows.listning import WAITS
from samverkanshub.domain.messages import MESSAGE, SPREAD
from samverkanshub.entrypoints.web import aktorsord
from samverkanshub.entrypoints.web.blankett.ord import etikett, personroll, varde
from samverkanshub.entrypoints.web.knappar import Knapp, for_delivery, for_duty, for_row
from samverkanshub.entrypoints.web.koder import TYPER

SOON_MS: Final = 1_800_000
"""So long before its time is out, what is to be acknowledged is marked."""
_KOMMUNER: Final = ("kommun", "vistelsekommun")


@dataclass(frozen=True, slots=True)
class Rad:
    """A delivery, as it is listed: neither content nor person. `svara`: how what it asks is answered.

    `oppnad` and `kvitterad` are when the group did that (ms, 0 for not yet).
    """

    leverans: str
    handelse: str
    arende: str
    avser: str
    tid: int
    rubrik: str
    text: str
    fran: str
    markningar: tuple[str, ...]
    frist: int
    oppnas: bool
    svara: tuple[Knapp, ...]
    lamnas: bool
    """Is it of an ärende that can be handed over (H1)?"""
    oppnad: int
    kvitterad: int
    bradska: str
    """`snart` or `forsent` where somebody must acknowledge it, else empty."""

    @property
    def ny(self) -> bool:
        """Can it be opened, and has not been?"""
        return self.oppnas and not self.oppnad


@dataclass(frozen=True, slots=True)
class Skyldighet:
    """An open duty. `nasta_tid` 0: nothing more happens by itself."""

    arende: str
    avser: str
    rubrik: str
    del_: str
    nasta: str
    nasta_tid: int
    tagna: tuple[str, ...]
    brattom: bool
    knappar: tuple[Knapp, ...]


@dataclass(frozen=True, slots=True)
class Stycke:
    """An item as it is read: what it is, what it says, and whom it concerns."""

    rubrik: str
    text: str
    avser: str
    muntligen: bool


@dataclass(frozen=True, slots=True)
class Oppnad:
    """A delivery's content, as judged at this opening."""

    leverans: str
    rubrik: str
    fran: str
    personer: tuple[tuple[str, str], ...]
    koder: tuple[tuple[str, str], ...]
    stycken: tuple[Stycke, ...]
    markningar: tuple[str, ...]
    knappar: tuple[Knapp, ...]


def rad(row: Mapping[str, Any], katalog: Katalog, now: int, owed: Container[str] = ()) -> Rad:
    """A row of the inbox in words. `owed`: the deliveries that the unit must still acknowledge."""
    done: Mapping[str, int] = row.get("gjort", {})
    frist = row.get("frist", 0) if row["leverans_id"] in owed else 0
    typ, slag = str(row["typ"]), str(row["slag"])
    kod = str(row.get("kod", ""))
    return Rad(
        leverans=row["leverans_id"],
        handelse=row["handelse_id"],
        arende=row["arende"],
        avser=row.get("avser", ""),
        tid=row["tid"],
        rubrik=": ".join(part for part in (said(slag, aktorsord.SLAG), _typ(typ)) if part),
        text=" ".join(_told(kod, row, katalog)),
        fran=fran(row.get("avsandare", ""), row.get("avsandare_roll", ""), katalog),
        markningar=tuple(aktorsord.tips(mark) for mark in row.get("markningar", ())),
        frist=row.get("frist", 0),
        oppnas=slag not in (NOTICE, REMINDER) and typ not in HUBS_OWN and (typ in MESSAGES or slag == SPREAD),
        svara=tuple(for_row(kod, row["handelse_id"], row["arende"])),
        lamnas=slag == MESSAGE,
        oppnad=done.get("oppnad", 0),
        kvitterad=min((tid for name, tid in done.items() if name in KVITTENSER), default=0),
        bradska="" if not frist or frist - now > SOON_MS else "snart" if frist > now else "forsent",
    )


def owed(duties: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The group's own deliveries of which somebody must still acknowledge that they came (O4, N1, H2)."""
    return frozenset(str(one["avser"]) for one in duties if one["slag"] in MET_BY_KVITTENS and one["roll"] != WAITS)


def _typ(typ: str) -> str:
    return said(typ, TYPER)


def _told(kod: str, row: Mapping[str, Any], katalog: Katalog) -> Iterator[str]:
    """What the row tells, and of which unit: by name, or, where P5 hides it, by what it is."""
    if kod:
        yield aktorsord.hant(kod)
    if row.get("enhet") or row.get("enhet_roll"):
        yield f"Det gäller {fran(row.get('enhet', ''), row.get('enhet_roll', ''), katalog)}."


def fran(avsandare: str, roll: str, katalog: Katalog) -> str:
    """P5: a sender by name where the gate lets it be read, else by what it is; empty where neither is told."""
    return namn(avsandare, katalog) if avsandare else aktorsord.roll(roll)


def namn(id_: str, katalog: Katalog) -> str:
    """What the directory calls a unit, a reader group or an organisation."""
    if id_ in katalog.lasargrupper:
        grupp = katalog.lasargrupper[id_]
        return f"{katalog.enheter[grupp.enhet].namn}, {grupp.namn}"
    if id_ in katalog.enheter:
        return katalog.enheter[id_].namn
    return katalog.aktorer[id_].namn if id_ in katalog.aktorer else id_


def skyldighet(row: Mapping[str, Any], now: int) -> Skyldighet:
    """A duty in words."""
    due = row["nasta_tid"]
    return Skyldighet(
        arende=row["arende"],
        avser=row["avser"],
        rubrik=said(row["slag"], aktorsord.BESVARAS if row.get("fraga") else aktorsord.PLIKTER),
        del_=said(row["roll"], aktorsord.DELAR),
        nasta=said(row["nasta_steg"], aktorsord.STEG),
        nasta_tid=due,
        tagna=tuple(said(steg, aktorsord.STEG) for steg in row["tagna"]),
        brattom=bool(row["tagna"]) or bool(due and due <= now),
        knappar=tuple(for_duty(row["slag"], row["roll"], row["avser"], row["arende"], row.get("fraga", ""))),
    )


def oppnad(body: Mapping[str, Any], katalog: Katalog) -> Oppnad:
    """An opening in words."""
    typ = body["typ"]
    persons = tuple((personroll(one["roll"]), one.get("nummer", "")) for one in body.get("personer", ()))
    return Oppnad(
        leverans=body["leverans_id"],
        knappar=tuple(for_delivery(body["slag"], typ, body["leverans_id"], body["handelse_id"], body["arende"])),
        rubrik=_typ(typ),
        fran=fran(body.get("avsandare", ""), body.get("avsandare_roll", ""), katalog),
        personer=persons,
        koder=tuple(_codes(typ, body.get("koder", {}), katalog)),
        stycken=tuple(_items(typ, body)),
        markningar=tuple(aktorsord.tips(mark) for mark in body.get("markningar", ())),
    )


def _codes(typ: str, koder: Mapping[str, Any], katalog: Katalog) -> Iterator[tuple[str, str]]:
    for name, value in koder.items():
        if isinstance(value, Mapping):
            yield from ((etikett(typ, f"{name}/{part}"), _said(part, one, katalog)) for part, one in value.items())
        else:
            yield etikett(typ, name), _said(name, value, katalog)


def _said(name: str, value: Any, katalog: Katalog) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_said(name, one, katalog) for one in value)
    if isinstance(value, Mapping):
        return namn(str(value.get("id", "")), katalog)
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if name in _KOMMUNER:
        return namn(katalog.kommuner.get(str(value), str(value)), katalog)
    return namn(str(value), katalog) if name == "bedomd_av" else varde(name, str(value))


def _items(typ: str, body: Mapping[str, Any]) -> Iterator[Stycke]:
    """Items in the order of their paths but for persons' numbers, which stand with the persons."""
    shown: Mapping[str, Any] = body.get("uppgifter", {})
    whose: Mapping[str, str] = body.get("avser", {})
    for vag, value in shown.items():
        orally = value == "meddelas muntligen"
        yield Stycke(rubrik(typ, vag), str(value), personroll(whose.get(vag, "")), orally)


def rubrik(typ: str, vag: str) -> str:
    """The name of an item by its path: `/behov/1` as `Behov 2`."""
    name, _, rest = vag.removeprefix("/").partition("/")
    index = rest.partition("/")[0]
    if name == PERSONS:
        return f"Vem person {int(index) + 1} är" if index.isdecimal() else "Vem det gäller"
    return f"{etikett(typ, name)} {int(index) + 1}" if index.isdecimal() else etikett(typ, name)


def skyldigheter(rows: Sequence[Mapping[str, Any]], now: int) -> list[Skyldighet]:
    """The duties, in the order they are given: by when their first steps fall due."""
    return [skyldighet(row, now) for row in rows]
