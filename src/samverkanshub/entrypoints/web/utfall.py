"""What became, or would become, of something sent, in words: per recipient what goes, what does not, and why. Pure.

P5, V6 and T3 are kept by who answers (`pipeline.outcome`): nothing here adds to what it tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.brevord import said
from samverkanshub.domain.ord import FUNKTIONER
from samverkanshub.entrypoints.web import aktorsord
from samverkanshub.entrypoints.web.blankett.ord import KATEGORIER, ROLLER
from samverkanshub.entrypoints.web.inkorgen import namn, rubrik
from samverkanshub.entrypoints.web.knappar import Knapp, for_event
from samverkanshub.entrypoints.web.koder import TYPER

JUDGED: Final = "Prövad"
WITHHELD: Final = "undanhallen"
RECALLED: Final = "aterkallad"
MARKS: Final[Mapping[str, str]] = {"levererad": "bra", "delvis": "okant", WITHHELD: "fel", RECALLED: "okant"}


@dataclass(frozen=True, slots=True)
class Mottagare:
    """A recipient: what it gets, what it does not and why, and what has happened since (ms)."""

    namn: str
    varfor: str
    kod: str
    status: str
    marke: str
    far: tuple[str, ...]
    far_inte: tuple[tuple[str, tuple[str, ...]], ...]
    muntligen: tuple[str, ...]
    frist: int
    hant: tuple[tuple[str, int], ...]
    begaran: str = ""
    """Tells recipients apart that are shown without name (P5)."""


@dataclass(frozen=True, slots=True)
class Fraga:
    """A consent to ask for, in words, and as the forms take it."""

    text: str
    andamal: str
    av_roll: str
    mottagare: tuple[str, ...]
    kategorier: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Utfall:
    """All of it. `dom` is empty while nobody has judged it."""

    handelse: str
    arende: str
    rubrik: str
    typ: str
    lage: str
    avvisad: bool
    skal: tuple[str, ...]
    tips: tuple[str, ...]
    ring: str
    mottagare: tuple[Mottagare, ...]
    fragor: tuple[Fraga, ...]
    hant: tuple[tuple[str, int], ...]
    inaktuell: bool

    @property
    def inget_lamnas(self) -> bool:
        """Is it withheld from everybody?"""
        return bool(self.mottagare) and all(one.kod == WITHHELD for one in self.mottagare)

    @property
    def knappar(self) -> tuple[Knapp, ...]:
        """What its sender can do about it."""
        recalled = any(one.kod == RECALLED for one in self.mottagare)
        stands = self.lage == JUDGED and not recalled
        return tuple(for_event(self.typ, self.handelse, self.arende, stands=stands))


def utfall(body: Mapping[str, Any], katalog: Katalog, typ: str, *, skulle: bool = False) -> Utfall:
    """An outcome in words, or what would become of it: an assessment."""
    refused = body.get("dom") == "avvisas"
    hints = [*body.get("varningar", ()), *body.get("hints", ())]
    return Utfall(
        handelse=body.get("handelse_id", ""),
        arende=body.get("arende", ""),
        rubrik=said(typ, TYPER),
        typ=typ,
        lage=_state(body),
        avvisad=refused,
        skal=_said(one["kod"] for one in body.get("skal", ())) if refused else (),
        tips=tuple(dict.fromkeys(aktorsord.varning(hint) for hint in hints)),
        ring=body.get("ring", ""),
        mottagare=_recipients(body, katalog, typ, aktorsord.STATUS if skulle else aktorsord.BLEV),
        fragor=tuple(_question(one, katalog) for one in body.get("samtycke_att_fraga", ())),
        hant=_happened(body.get("skeenden", ())),
        inaktuell=body.get("aktuell") is False,
    )


def _state(body: Mapping[str, Any]) -> str:
    if body.get("status") == "vantar":
        return "Mottagen men inte prövad än"
    if body.get("status") == "karantan":
        return "Kunde inte läsas av hubben"
    return "Avvisad" if body.get("dom") == "avvisas" else JUDGED


def _recipients(body: Mapping[str, Any], katalog: Katalog, typ: str, ord_: Mapping[str, str]) -> tuple[Mottagare, ...]:
    """Each of whom the same is told once: a unit's reader groups are seldom told of apart."""
    return tuple(dict.fromkeys(_recipient(one, katalog, typ, ord_) for one in body.get("mottagare", ())))


def _recipient(one: Mapping[str, Any], katalog: Katalog, typ: str, ord_: Mapping[str, str]) -> Mottagare:
    own = [{"slag": "oppnad", "tid": one["oppnad"]}] if one.get("oppnad") is not None else []
    happened = [*own, *one.get("kvittenser", ()), *one.get("skeenden", ())]
    for more in one.get("kompletteringar", ()):
        happened += [*more.get("kvittenser", ()), *more.get("skeenden", ())]
    return Mottagare(
        namn=_name(one, katalog),
        varfor=said(one.get("funktion", ""), FUNKTIONER),
        kod=one["status"],
        status=said(one["status"], ord_),
        marke=MARKS.get(one["status"], "okant"),
        far=tuple(rubrik(typ, item["vag"]) for item in one.get("levererat", ())),
        far_inte=tuple(
            (rubrik(typ, item["vag"]), _said(why["kod"] for why in item["skal"])) for item in one.get("undanhallet", ())
        ),
        muntligen=tuple(rubrik(typ, vag) for vag in one.get("muntligen", ())),
        frist=one.get("frist", 0),
        hant=_happened(happened),
        begaran=one.get("begaran", ""),
    )


def _name(one: Mapping[str, Any], katalog: Katalog) -> str:
    """P5: by name where one is told, else what it is."""
    if one.get("lasargrupp"):
        return namn(one["lasargrupp"], katalog)
    return aktorsord.roll(one.get("roll", "")).capitalize()


def _said(koder: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(aktorsord.skal(kod) for kod in koder))


def _happened(events: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((aktorsord.hant(one["slag"]), one["tid"]) for one in events)


def _question(one: Mapping[str, Any], katalog: Katalog) -> Fraga:
    asked, roles = one.get("mottagare", ()), one.get("av_roller", ())
    who = ", ".join(ROLLER.get(roll, roll) for roll in roles) or "den som det gäller"
    told = ", ".join("en mottagare utan namn" if _is_request(id_) else namn(id_, katalog) for id_ in asked)
    what = ", ".join(KATEGORIER.get(kod, kod).lower() for kod in one.get("kategorier", ()))
    return Fraga(
        text=f"Fråga {who} om samtycke till att {told} får veta: {what}.",
        andamal=one["andamal"],
        av_roll=next(iter(roles), ""),
        mottagare=tuple(f"begaran:{id_}" if _is_request(id_) else f"enhet:{id_}" for id_ in asked),
        kategorier=tuple(one.get("kategorier", ())),
    )


def _is_request(id_: str) -> bool:
    return id_.startswith("begaran-")
