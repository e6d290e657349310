"""The closed list of tables, and what each counts (T4). docs/uppfoljning.md says it in words.

Tables of one count have a dimension in common, `mitt`, and differ in the other: a star, so that whatever their sums
leave open is left open by all of them together (`dolj`). No two counts count the same of the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.varden import quick

OKAND: Final = "okand"
JA: Final = "ja"
NEJ: Final = "nej"


@quick
@dataclass(frozen=True, slots=True)
class Dimension:
    """What is told apart. `varden` in the order of the table; a municipality is told apart by the directory's ids."""

    id: str
    namn: str
    varden: tuple[tuple[str, str], ...]
    """Code and what it is called."""


@quick
@dataclass(frozen=True, slots=True)
class Rakning:
    """A count of a year: what one is (`enhet`), by `mitt`, and by `mitt` together with each of `blad`."""

    id: str
    namn: str
    enhet: str
    mitt: Dimension
    blad: tuple[Dimension, ...]


@quick
@dataclass(frozen=True, slots=True)
class Tabell:
    """One table: a count by its `mitt`, in columns, and `rader`."""

    id: str
    rakning: Rakning
    rader: Dimension

    @property
    def namn(self) -> str:
        """What it is called: `Utsatta personer: ålder och kön`."""
        return f"{self.rakning.namn}: {self.rader.namn} och {self.rakning.mitt.namn}"


KON: Final = Dimension("kon", "juridiskt kön", (("kvinna", "kvinna"), ("man", "man"), (OKAND, "okänt")))
ALDER: Final = Dimension(
    "alder",
    "ålder",
    (("0-11", "0–11 år"), ("12-14", "12–14 år"), ("15-17", "15–17 år"), ("vuxen", "vuxen"), (OKAND, "okänd")),
)
KOMMUN: Final = Dimension("kommun", "kommun", ((OKAND, "okänd"),))
_SVAR: Final = ((JA, "ja"), (NEJ, "nej"))
SAMTYCKE: Final = Dimension("samtycke", "samtycke efterfrågat", _SVAR)
SIP: Final = Dimension("sip", "kallad till SIP", _SVAR)
ANMALAN: Final = Dimension("anmalan", "orosanmälan gjord", _SVAR)
KONTAKT: Final = Dimension("kontakt", "kontakt förmedlad och övertagen", _SVAR)
ISAR: Final = Dimension("isar", "riskbedömningar som går isär", _SVAR)
UTREDNING: Final = Dimension("utredning", "utredning inledd", _SVAR)
FRAGOR: Final = (SAMTYCKE, SIP, ANMALAN, KONTAKT, ISAR, UTREDNING)
"""What the national death reviews ask (Agreement, part 3)."""
VALD: Final = Dimension(
    "vald",
    "typ av våld",
    (
        ("vald_mot_barn", "våld mot barn"),
        ("vald_i_nara_relation", "våld i nära relation"),
        ("hedersrelaterat_vald", "hedersrelaterat våld"),
        ("sexualbrott", "sexualbrott"),
        ("prostitution", "prostitution"),
        ("sexuell_exploatering", "sexuell exploatering"),
        ("manniskohandel", "människohandel"),
    ),
)
TYP: Final = Dimension(
    "typ",
    "meddelandetyp",
    (
        ("orosanmalan", "orosanmälan"),
        ("riskbedomning_delad", "riskbedömning"),
        ("sip_kallelse", "SIP-kallelse"),
        ("avvikelse", "avvikelse"),
        ("uppgift_till_utredning", "uppgift till utredning"),
        ("kontaktformedling", "kontaktförmedling"),
    ),
)
UTFALL: Final = Dimension(
    "utfall",
    "utfall",
    (
        ("levererat", "levererat i sin helhet"),
        ("i_delar", "levererat i delar"),
        ("undanhallet", "undanhållet"),
        ("ingen_mottagare", "ingen ansluten mottagare"),
        ("avvisat", "avvisat"),
        ("karantan", "oläst, i karantän"),
    ),
)

UTSATTA: Final = Rakning("utsatta", "Utsatta personer", "En person, en gång om året", KON, (ALDER, KOMMUN, *FRAGOR))
BARN_SOM_SETT: Final = Rakning(
    "barn-som-sett", "Barn som sett våld", "Ett barn, en gång om året", KON, (ALDER, KOMMUN, *FRAGOR)
)
UTOVARE: Final = Rakning("utovare", "Misstänkta utövare", "En person, en gång om året", KON, (ALDER,))
VALDSTYPER: Final = Rakning(
    "valdstyper", "Våld mot utsatta", "En person och en typ av våld, en gång om året", VALD, (KON, ALDER, KOMMUN)
)
MEDDELANDEN: Final = Rakning("meddelanden", "Meddelanden", "Ett meddelande", TYP, (UTFALL, KOMMUN))
RAKNINGAR: Final = (UTSATTA, BARN_SOM_SETT, UTOVARE, VALDSTYPER, MEDDELANDEN)


def tables(rakningar: Iterable[Rakning] = RAKNINGAR) -> tuple[Tabell, ...]:
    """T4: the closed list, in order. A table that is not here is not made."""
    return tuple(Tabell(f"{one.id}-{blad.id}", one, blad) for one in rakningar for blad in one.blad)
