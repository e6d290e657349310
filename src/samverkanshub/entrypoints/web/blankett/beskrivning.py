"""How a form is described: its parts in order, each with a label; kind and choices follow from the type's schema."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Falt:
    """A member of the data. `rader`: how many rows of a repeated part are shown at first; `delar`: a group's parts."""

    namn: str
    etikett: str
    hjalp: str = ""
    rader: int = 1
    delar: tuple["Falt", ...] = ()


@dataclass(frozen=True, slots=True)
class Avsnitt:
    """Fields under a heading. `sallan`: seldom needed, and folded away until something in it is filled in."""

    rubrik: str
    falt: tuple[Falt, ...]
    sallan: bool = False


@dataclass(frozen=True, slots=True)
class Blankett:
    """The form of a type. `personer`: the label of its persons, empty where it names none; `rader` of them at first.

    `fyll`: the form is reached from what it is about, which fills in what nobody would type. `verkan`: what happens
    when it is sent, where that is more than one would think.
    """

    typ: str
    namn: str
    ingress: str
    avsnitt: tuple[Avsnitt, ...]
    personer: str = ""
    personhjalp: str = ""
    rader: int = 2
    fyll: bool = False
    verkan: tuple[str, ...] = ()


MOTTAGARE: Final = Falt("mottagare", "Mottagare", "Enheter som ska få meddelandet.", rader=2)
GRUND: Final = Falt(
    "grund",
    "Bestämmelse som bryter sekretess",
    "Välj bara om ni lämnar uppgifterna med stöd av en bestämmelse i stället för samtycke.",
    delar=(
        Falt("bestammelse", "Bestämmelse"),
        Falt("villkor", "Villkor som ni intygar", "Kryssa bara för det som stämmer."),
    ),
)
BEHOV_I_ARBETET: Final = Falt(
    "behov_i_arbetet",
    "Mottagaren behöver uppgifterna i arbetet",
    "Bara mellan enheter i samma nämnd eller samma region.",
)
PRENUMERATION: Final = Falt("enligt_prenumeration", "Föreslå också dem som prenumererar på sådana meddelanden")
RATTAR: Final = Falt(
    "rattar", "Ersätter ett tidigare meddelande", "Numret på den händelse hos er som detta meddelande rättar."
)
GRUNDER: Final = Avsnitt("Stöd för att lämna uppgifterna", (GRUND, BEHOV_I_ARBETET), sallan=True)
SALLAN: Final = Avsnitt("Rättelse och prenumeration", (PRENUMERATION, RATTAR), sallan=True)
KOMMUN: Final = Falt("kommun", "Kommun", "Den kommun som saken gäller.")
SKYDDSBEHOV: Final = Falt("skyddsbehov", "Behov av skydd")
BOENDE: Final = Falt("boende", "Boende")
VISTELSE: Final = Falt("vistelse", "Var personen är just nu")
KONTAKT: Final = Falt("kontakt", "Hur personen nås")
SKOLA_ARBETE: Final = Falt("skola_arbete", "Skola eller arbete")
HALSA: Final = Falt("halsa", "Hälsa")
OVRIGT: Final = Falt("ovrigt", "Övrigt")
BARNETS_RATT: Final = Falt(
    "barnets_ratt",
    "Om det gäller ett barn",
    "Fyll i alla tre om meddelandet gäller ett barn.",
    delar=(
        Falt("asikt", "Barnets åsikt"),
        Falt("information", "Information till barnet"),
        Falt("basta", "Bedömning av barnets bästa"),
    ),
)
MEDDELANDE: Final = Falt("meddelande", "Meddelandets nummer", "Numret på den händelse hos er som det gäller.")
ARENDE: Final = Falt("arende", "Ärende", "Fylls i när ni kommer hit från inkorgen, Att göra eller något öppnat.")
