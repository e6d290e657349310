"""The legal catalogue as shipped over the small directory, with the bodies that B2 and B6 tell apart."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from mini_regelverk import BUP, FALUN_BARN, MORA_BARN, MORA_JOUR, MORA_VINR, POLIS, UTSATT, VARDCENTRAL, regelverk
from world import World

from samverkanshub import resources
from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.domain.actors import Aktor, Enhet, Lasargrupp
from samverkanshub.domain.regelverk import Bestammelse, Regelverk

LSS = "mora.lss"
LSS_GRUPP = "mora.lss.handlaggare"
AKLAGARE = "aklagarkammaren-falun.kammare"
AKLAGARE_GRUPP = "aklagarkammaren-falun.kammare.handlaggare"
PRIVAT = "dalahalsan.vardcentral"
PRIVAT_GRUPP = "dalahalsan.vardcentral.handlaggare"
GRANNREGION = "region-gavleborg.vardcentral"
GRANNREGION_GRUPP = "region-gavleborg.vardcentral.handlaggare"

VILLKOR_18C = (
    "risk-allvarligt-brott-mot-narstaende",
    "uppgiften-kan-bidra-till-att-forebygga",
    "inte-olampligt-med-hansyn-till-insatser",
)
VILLKOR_21 = ("brottsoffret-under-18", "brott-enligt-brb-3-4-eller-6-kap")
VILLKOR_VARD = ("behovs-for-vard-behandling-eller-stod", "under-18-eller-gravid")
VILLKOR_UTREDNING = ("pagaende-utredning-om-barnet",)

_AKTORER = (
    Aktor("aklagarkammaren-falun", "Åklagarkammaren i Falun", "statlig"),
    Aktor("dalahalsan", "Dalahälsan", "privat"),
    Aktor("region-gavleborg", "Region Gävleborg", "region"),
)
_VARD = "halso_sjukvard"
_ENHETER = (
    Enhet(LSS, "mora", LSS, "lss", "socialtjanst", namnd="Omsorgsnämnden i Mora"),
    Enhet(AKLAGARE, "aklagarkammaren-falun", AKLAGARE, "aklagare", "aklagare"),
    Enhet(PRIVAT, "dalahalsan", PRIVAT, "vardcentral", _VARD, offentlig=False, avtal_med=("region-dalarna",)),
    Enhet(GRANNREGION, "region-gavleborg", GRANNREGION, "vardcentral", _VARD),
)
_NAMNDER = {
    **dict.fromkeys((MORA_BARN, MORA_VINR, MORA_JOUR), "Socialnämnden i Mora"),
    FALUN_BARN: "Socialnämnden i Falun",
    **dict.fromkeys((VARDCENTRAL, BUP), "Hälso- och sjukvårdsnämnden"),
}


@cache
def shipped() -> tuple[Bestammelse, ...]:
    """The rows of deploy/regelverk/bestammelser.yaml."""
    return read_regelverk(resources.root() / "deploy" / "regelverk", {}).bestammelser


def lagar(*more: Bestammelse) -> Regelverk:
    """The small regelverk with the catalogue as shipped and, where given, rows added to it."""
    rules = regelverk()
    katalog = rules.katalog
    enheter = {id_: replace(enhet, namnd=_NAMNDER.get(id_, enhet.namnd)) for id_, enhet in katalog.enheter.items()}
    enheter |= {
        enhet.id: replace(enhet, territorium=("mora",), anmalningspliktig_fran="2002-01-01") for enhet in _ENHETER
    }
    grupper = {f"{enhet.id}.handlaggare": Lasargrupp(f"{enhet.id}.handlaggare", enhet.id, "H") for enhet in _ENHETER}
    katalog = replace(
        katalog,
        aktorer={**katalog.aktorer, **{aktor.id: aktor for aktor in _AKTORER}},
        enheter=enheter,
        lasargrupper={**katalog.lasargrupper, **grupper},
    )
    return replace(rules, katalog=katalog, bestammelser=(*shipped(), *more))


def changed(rules: Regelverk, id_: str, **changes: Any) -> Regelverk:
    """The same regelverk with every wording of one provision changed."""
    rows = tuple(replace(row, **changes) if row.id == id_ else row for row in rules.bestammelser)
    return replace(rules, bestammelser=rows)


def grund(bestammelse: str, villkor: Iterable[str] = ()) -> dict[str, Any]:
    """A provision as the sender invokes it."""
    return {"bestammelse": bestammelse, "villkor": list(villkor)}


def invoked(
    id_: str, villkor: Iterable[str], *, av: str = UTSATT, till: str = POLIS, om: str = "anna", **more: Any
) -> World:
    """A risk assessment on a provision, alone in a world with the catalogue as shipped."""
    world = more.pop("world", None) or World(lagar())
    return world.riskbedomning(om, [till], av=av, grund=grund(id_, villkor), **more)


def utredning(world: World, av: str, *, oppen: bool = True, namn: str = "barn") -> World:
    """B2: a child unit registers that it has an investigation open, or closes it."""
    return world.fakta("utredning", namn, "", (), av, oppen=oppen)


def till_utredning(world: World, till: Iterable[str], av: str, **more: Any) -> World:
    """B2: what a duty-bound unit tells a child investigation."""
    known = {"grund": grund("uppgift-till-barnutredning", VILLKOR_UTREDNING), **more}
    return world.meddelar("uppgift_till_utredning", "barn", tuple(till), ("barnets_situation",), av, **known)


def hints(world: World) -> set[str]:
    """What the latest message's sender is told to consider."""
    assert world.message is not None
    return {hint for hint in world.message.hints if hint.startswith("bestammelse-")}


def asked(world: World) -> set[str]:
    """The units that the sender is told to ask consent for."""
    assert world.message is not None
    return {unit for request in world.message.requests for unit in request.mottagare}
