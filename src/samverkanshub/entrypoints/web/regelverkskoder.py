"""What a regelverk names by code, as operators read it: its parts, deadlines, lists and members. One line a code."""

from collections.abc import Mapping
from typing import Final

from samverkanshub.domain import skillnad

ARTEFAKTER: Final[Mapping[str, str]] = {
    "bestammelser": "Bestämmelser",
    "frister": "Frister",
    "katalog": "Aktörer, enheter, läsargrupper och nycklar",
    "listor": "Slutna listor",
    "operatorer": "Operatörer",
    "regler": "Regelversion och scheman",
    "revisorer": "Granskare",
}
DELAR: Final[Mapping[str, str]] = {
    skillnad.AKTOR: "Aktörer",
    skillnad.ENHET: "Enheter",
    skillnad.LASARGRUPP: "Läsargrupper",
    skillnad.NYCKEL: "Nycklar",
    skillnad.KOMMUN: "Kommuner",
    skillnad.PRENUMERATION: "Prenumerationer",
    skillnad.BESTAMMELSE: "Bestämmelser",
    skillnad.REGEL: "Regler",
    skillnad.FRIST: "Frister",
    skillnad.HELGDAG: "Helgdagar",
    skillnad.LISTA: "Slutna listor",
    skillnad.ANDAMAL: "Ändamål",
    skillnad.SCHEMA: "Scheman",
    skillnad.REVISOR: "Granskare",
    skillnad.OPERATOR: "Operatörer",
}
"""The parts of a regelverk."""
HUR: Final[Mapping[str, str]] = {
    skillnad.TILLAGD: "läggs till",
    skillnad.BORTTAGEN: "tas bort",
    skillnad.ANDRAD: "ändras",
}
FRISTER: Final[Mapping[str, str]] = {
    "a3.ansvar": "Parterna är överens om ansvaret vid en avvikelse",
    "f1.enhetschef": "En misstanke som inte har granskats: enhetschefen underrättas",
    "f1.granskning": "En registrerad misstanke granskas",
    "h2.enhetschef": "En leverans som ingen har kvitterat: enhetschefen underrättas",
    "h2.innehavare": "Någon håller ärendet",
    "h2.kvittens": "En leverans kvitteras",
    "o4.andra_kontakt": "En orosanmälan som ingen har bekräftat: nästa kontakt underrättas",
    "o4.kvittens": "En orosanmälan bekräftas",
    "o4.region": "En orosanmälan som ingen har bekräftat: regionen underrättas",
    "o4.skyddsbedomning": "Skyddsbedömning efter en orosanmälan",
    "r3.fonster": "Riskbedömningar som jämförs med varandra",
    "s3.enhetschef": "En vårdnadshavare som inte är informerad: enhetschefen underrättas",
    "s3.information": "En vårdnadshavare som inte kallas informeras",
    "s4.andra_kontakt": "Ingen kallelse till SIP efter utskrivning: nästa kontakt underrättas",
    "s4.kallelse": "Kallelse till SIP efter utskrivning",
    "s4.region": "Ingen kallelse till SIP efter utskrivning: regionen underrättas",
}
"""Deadlines by name."""
LISTOR: Final[Mapping[str, str]] = {
    "aktorslag": "Slag av aktörer",
    "aldersklass": "Åldersklasser",
    "andamal": "Ändamål",
    "enhetstyp": "Slag av enheter",
    "kategori": "Kategorier av uppgifter",
    "kommun": "Kommuner",
    "marke": "Rättsliga märken",
    "meddelandetyp": "Slag av meddelanden",
    "verksamhet": "Verksamheter",
    "villkor": "Villkor som intygas",
}
FALT: Final[Mapping[str, str]] = {
    "aktor": "aktör",
    "aktorslag": "slag av aktör",
    "alternativ": "alternativ",
    "anmalningspliktig_fran": "anmälningspliktig från",
    "anmalningspliktig_till": "anmälningspliktig till",
    "anmarkning": "anmärkning",
    "ansluten": "ansluten",
    "arbetar_med_utovare": "arbetar med utövare",
    "arbetstid": "räknas i arbetstid",
    "avtal_med": "avtal med",
    "befolkning": "invånare",
    "begransad_krets": "begränsad krets",
    "dagar": "dagar",
    "enhet": "enhet",
    "enhetschef": "enhetschef",
    "enskilda": "gäller enskilda",
    "forbjuder": "förbjuder",
    "fran": "från",
    "fran_till": "från och till verksamhet",
    "funktion_orosanmalan": "tar emot orosanmälan",
    "giltig_fran": "giltig från",
    "giltig_till": "giltig till",
    "inom": "inom",
    "kalla": "källa",
    "kategorier": "kategorier",
    "kontakter": "kontakter",
    "marke": "märke",
    "myndighet": "myndighet",
    "namn": "namn",
    "namnd": "nämnd",
    "offentlig": "offentlig",
    "omrade": "område",
    "oppettider": "öppettider",
    "publik": "publik nyckel",
    "regel": "regel",
    "sekunder": "sekunder",
    "slag": "slag",
    "telefon": "telefon",
    "territorium": "territorium",
    "till": "till",
    "typ": "typ",
    "typer": "typer av meddelanden",
    "verksamhet": "verksamhet",
    "villkor": "villkor",
}
"""Members of what may differ."""
REGLER: Final[Mapping[str, str]] = {
    "befolkningsgrans": "Kommuner med färre invånare namnges inte i samråd (B4)",
    "kontorstid": "Kontorstid",
    "regelversion": "Regelversion",
}
