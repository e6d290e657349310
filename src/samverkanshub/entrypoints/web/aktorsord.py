"""What a recipient and a sender read, in words: rows, duties, steps, and what has happened. One line a code."""

from collections.abc import Mapping
from typing import Final

from samverkanshub.domain.brevord import ROLLER, said
from samverkanshub.domain.forklaring import words
from samverkanshub.domain.ord import TIPS
from samverkanshub.entrypoints.web.koder import mening

SLAG: Final[Mapping[str, str]] = {
    "andring": "Något har ändrats",
    "konsultation": "Samråd",
    "larm": "Larm",
    "meddelande": "",
    "paminnelse": "Påminnelse",
    "samtycke": "Samtycke som gäller er",
}
"""What a row is beside its type."""
PLIKTER: Final[Mapping[str, str]] = {
    "a3.ansvar": "Komma överens om vem som ansvarar medan avvikelsen är öppen",
    "f1.granskning": "Granska misstanken",
    "h2.innehavare": "Någon ska hålla ärendet",
    "h2.kvittens": "Kvittera leveransen",
    "n1.kvittens": "Kvittera och ta kontakt",
    "o4.kvittens": "Kvittera orosanmälan",
    "o4.skyddsbedomning": "Bedöma barnets behov av omedelbart skydd",
    "s3.information": "Informera vårdnadshavaren om insatserna",
    "s4.kallelse": "Kalla till SIP efter utskrivningen",
}
BESVARAS: Final[Mapping[str, str]] = {
    "a3.ansvar": "Svara på förslaget om vem som ansvarar medan avvikelsen är öppen",
    "h2.kvittens": "Svara på överlämningen",
}
"""A duty, where what is left of it is to answer what another unit has asked."""
DELAR: Final[Mapping[str, str]] = {
    "bar": "Ni ska göra det",
    "delar": "Ni och fler ska göra det",
    "vantar": "Ni väntar på att det görs",
}
STEG: Final[Mapping[str, str]] = {
    "andra_kontakt": "nästa kontakt underrättas",
    "enhetschef": "enhetschefen underrättas",
    "paminnelse": "påminnelse",
    "region": "den regionala kontakten underrättas",
}
STATUS: Final[Mapping[str, str]] = {
    "aterkallad": "tillbakadragen",
    "delvis": "levereras till en del",
    "levererad": "levereras",
    "undanhallen": "levereras inte",
}
BLEV: Final[Mapping[str, str]] = {
    "aterkallad": "tillbakadragen",
    "delvis": "levererad till en del",
    "levererad": "levererad",
    "undanhallen": "inte levererad",
}
"""How a delivery stands; `STATUS` is how it would."""
KVITTENSER: Final[Mapping[str, str]] = {
    "mottagen": "Mottagen",
    "dokumenterad": "Dokumenterad hos oss",
    "overtagen": "Vi tar över",
}
VARNINGAR: Final[Mapping[str, str]] = {
    "lokal-referens": "Skydd som är registrerat på ett personnummer följer inte den som har en egen beteckning."
}


def skal(kod: str) -> str:
    """Why something does not go, in a sentence."""
    return mening(kod, nekar=True)


def hant(kod: str) -> str:
    """What has happened to something sent, in a sentence."""
    return mening(kod, nekar=False)


def tips(kod: str) -> str:
    """What one is told to think of, in a sentence."""
    return words(kod, TIPS) or skal(kod)


def varning(kod: str) -> str:
    """What the sender should know of what it has sent, in a sentence."""
    return VARNINGAR[kod] if kod in VARNINGAR else tips(kod)


def roll(kod: str) -> str:
    """A type of unit as one says it."""
    return said(kod, ROLLER)
