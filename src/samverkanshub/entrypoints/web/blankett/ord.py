"""The words of the forms: every choice of a schema, every role, and what a member of a message is called."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from samverkanshub.domain.brevord import KATEGORIER as TILL_PERSONEN
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.web.blankett.beskrivning import Blankett, Falt
from samverkanshub.entrypoints.web.blankett.handlingar import HANDLINGAR
from samverkanshub.entrypoints.web.blankett.meddelanden import MEDDELANDEN
from samverkanshub.entrypoints.web.blankett.personfakta import PERSONFAKTA
from samverkanshub.entrypoints.web.blankett.samtycken import SAMTYCKEN

BLANKETTER: Final[Mapping[str, Blankett]] = {
    one.typ: one for one in (*MEDDELANDEN, *SAMTYCKEN, *PERSONFAKTA, *HANDLINGAR)
}
"""The form of each type that can be sent by form."""
ROLLER: Final[Mapping[str, str]] = {
    "anmalare": "anmälaren",
    "barn": "barnet",
    "foretradare": "företrädare",
    "medlem": "den som bor med",
    "misstankt": "misstänkt",
    "narstaende": "närstående",
    "narvarande": "var med när det sades",
    "registrerad": "den som det gäller",
    "tolk": "tolk",
    "utsatt": "den utsatta",
    "vardnadshavare": "vårdnadshavare",
}
NUMMER: Final[Mapping[str, str]] = {
    "personnummer": "Personnummer",
    "samordningsnummer": "Samordningsnummer",
    "referens": "Egen beteckning",
}
KALLOR: Final[Mapping[str, str]] = {
    "utsatt": "Den utsatta",
    "barn": "Barnet",
    "vittne": "Ett vittne",
    "egen_akt": "Den misstänktas egen akt",
}
VAL: Final[Mapping[str, str]] = {
    # misstanke
    "vald_mot_barn": "Våld mot barnet",
    "bevittnat_vald": "Barnet har sett eller hört våld",
    "vald_i_nara_relation": "Våld i nära relation",
    "hedersrelaterat_vald": "Hedersrelaterat våld",
    "sexualbrott": "Sexualbrott",
    "prostitution": "Prostitution",
    "sexuell_exploatering": "Sexuell exploatering",
    "manniskohandel": "Människohandel",
    "omsorgssvikt": "Omsorgssvikt",
    "annat": "Annat",
    # anmalarslag
    "anmalningsskyldig": "Anmälningsskyldig i arbetet",
    "privatperson": "Privatperson",
    "anonym": "Anonym",
    # metod
    "FREDA": "FREDA",
    "SARA": "SARA",
    "PATRIARK": "PATRIARK",
    "B-SAFER": "B-SAFER",
    "SAVFAM": "SAVFAM",
    "annan": "Annan",
    # niva
    "lag": "Låg",
    "forhojd": "Förhöjd",
    "hog": "Hög",
    "mycket_hog": "Mycket hög",
    # barnets_ratt
    "framford": "Barnet har sagt sin åsikt",
    "framford_genom_annan": "Någon annan har framfört barnets åsikt",
    "vill_ej": "Barnet vill inte",
    "for_ung": "För ung",
    "fara_for_barnet": "Fara för barnet",
    "ej_antraffbart": "Barnet har inte gått att nå",
    "given": "Given",
    "bedomt": "Bedömt",
    "ej_bedomt_akut": "Inte bedömt, eftersom det är akut",
    "ej_bedomt_utredning_pagar": "Inte bedömt, eftersom utredning pågår",
    # delaktighet
    "deltar": "Deltar",
    "deltar_med_stod": "Deltar med stöd",
    "foretrads": "Företräds",
    "deltar_inte": "Deltar inte",
    "muntligt": "Muntligt",
    "skriftligt": "Skriftligt",
    "anpassat": "På ett anpassat sätt",
    "genom_foretradare": "Genom företrädare",
    "ges_inte": "Ges inte",
    "avbojer": "Personen avböjer",
    "halsotillstand": "Hälsotillstånd",
    "fara_for_den_enskilde": "Fara för den enskilda",
    "ej_antraffbar": "Har inte gått att nå",
    "fara_for_den_utsatta": "Fara för den utsatta",
    "barnets_vilja": "Barnets vilja",
    "den_enskilde": "Den enskilda",
    "vardnadshavare": "Vårdnadshavare",
    "narstaende": "Närstående",
    "personal": "Personal",
    # avvikelse
    "samverkan": "Samverkan",
    "overlamning": "Överlämning",
    "samtycke": "Samtycke",
    "sekretess": "Sekretess",
    "galler": "Gäller",
    "galler_inte": "Gäller inte",
    "ej_bedomt": "Inte bedömt än",
    # samtycke
    "pa_annat_satt": "På annat sätt",
    "gemensam_journal": "I den gemensamma journalen",
    "eget_system": "I vårt eget system",
    "ingen": "Ingen",
    "stodperson": "Stödperson",
    "misstankt": "Någon som är misstänkt",
    "anhorig_till_misstankt": "Anhörig till en misstänkt",
    "auktoriserad": "Auktoriserad tolk",
    "fel_person": "Fel person",
    "fel_uppgift": "Fel uppgift",
    "fel_mottagare": "Fel mottagare",
    "dubbelt": "Registrerat två gånger",
    # svar och handlingar
    "lamnat": "Ja, samtycke är lämnat",
    "nekat": "Nej",
    "ej_fragat_fara": "Vi frågade inte: det skulle utsätta någon för fara",
    "utsatt": "Den utsatta",
    "barn": "Barnet",
    "anmalare": "Anmälaren",
    "godtas": "Ja",
    "avvisas": "Nej",
    "insatsen_klar": "Insatsen är klar",
    "den_enskilde_vill": "Den enskilda vill det",
    "flyttat": "Har flyttat",
    "avliden": "Avliden",
    "den_utsatta": "Den utsatta",
    "annan_aktor": "En annan aktör",
    "handlaggare": "Handläggare",
    "enhetschef": "Enhetschef",
    "socialjour": "Socialjour",
    "kontaktcenter": "Kontaktcenter",
    "inledd": "En utredning har inletts",
    "redan_pagaende": "En utredning pågår redan",
    "inleds_ej": "Ingen utredning inleds",
    "gjort": "Ja, det är gjort",
    "ej_gjort": "Nej, det är inte gjort",
    "okand_vistelse": "Det är inte känt var den är",
    # uppgifter om personer
    "sekretessmarkering": "Sekretessmarkering",
    "skyddad_folkbokforing": "Skyddad folkbokföring",
    "fingerade_personuppgifter": "Fingerade personuppgifter",
    "folkbokforing": "Folkbokföringen",
    "socialtjanst": "Socialtjänsten",
    "socialnamnd": "Socialnämndens beslut",
    "uppgift_fran_enskild": "Personens egen uppgift",
    "domstol": "Domstolens beslut",
    "polisanmalan": "Polisanmälan",
    "utredning": "Utredning",
    "dom": "Dom",
    "medicinsk_bedomning": "Medicinsk bedömning",
    "samtal": "Samtal med barnet",
    "fb_6_13a": "Socialnämndens beslut om insats utan en vårdnadshavares samtycke (FB 6 kap. 13 a §)",
    "lvu": "Vård enligt LVU",
    "ensam_vardnad": "Ensam vårdnad",
    "skyddat_boende": "Skyddat boende för barn",
    "sarskild_foretradare": "Särskild företrädare",
    "oppen_insats": "Öppen insats med barnets samtycke",
    "god_man": "God man",
    "forvaltare": "Förvaltare",
    "overformyndare": "Överförmyndaren",
}
"""Every symbol of the schemas of the forms."""
I_FALTET: Final[Mapping[tuple[str, str], str]] = {
    ("niva", "ingen"): "Inget skydd längre",
    ("narvarande", "annan"): "Någon annan",
    ("narvarande", "ingen"): "Ingen mer var med",
    ("tolk", "annan"): "Annan tolk",
    ("tolk", "ingen"): "Ingen tolk",
    ("tolk", "misstankt"): "Någon som är misstänkt tolkade",
    ("tolk", "anhorig_till_misstankt"): "En anhörig till en misstänkt tolkade",
}
"""Where a symbol says something else in one member than in the others."""
VILLKOR: Final[Mapping[str, str]] = {
    "barnet-har-fyllt-12": "Barnet har fyllt 12 år",
    "barnet-har-fyllt-15": "Barnet har fyllt 15 år",
    "behov-av-atgard-fran-socialnamnden": "Socialnämnden kan behöva göra något",
    "behovs-for-vard-behandling-eller-stod": "Uppgifterna behövs för vård, behandling eller stöd",
    "brott-enligt-brb-3-4-eller-6-kap": "Det gäller ett brott i 3, 4 eller 6 kap. brottsbalken",
    "brottsoffret-under-18": "Brottsoffret är under 18 år",
    "inte-olampligt-med-hansyn-till-insatser": "Det är inte olämpligt med tanke på insatser som pågår eller planeras",
    "pagaende-utredning-om-barnet": "Mottagaren utreder barnets behov av skydd",
    "paragrafens-straffgrans-uppnadd": "Brottet är så allvarligt som paragrafen kräver",
    "risk-allvarligt-brott-mot-narstaende": "Det finns en påtaglig risk för ett allvarligt brott mot en närstående",
    "under-18-eller-gravid": "Personen är under 18 år eller gravid",
    "uppgiften-kan-bidra-till-att-forebygga": "Uppgiften kan bidra till att förebygga brottet",
}
ANDAMAL: Final[Mapping[str, str]] = {
    "barnskydd": "Skydd för barn",
    "kontakt": "Kontaktförmedling",
    "kvalitet": "Kvalitetsarbete (avvikelser)",
    "riskbedomning": "Riskbedömning",
    "sip": "Samordnad individuell plan (SIP)",
}
KATEGORIER: Final[Mapping[str, str]] = {
    kod: ord_[0].upper() + ord_[1:]
    for kod, ord_ in {**TILL_PERSONEN, "identitet": "vem personen är", "kontakt": "hur personen nås"}.items()
}
LISTOR: Final[Mapping[str, Mapping[str, str]]] = {"andamal": ANDAMAL, "kategori": KATEGORIER, "villkor": VILLKOR}
"""The words of the regelverk's closed lists, by list."""


OVRIGA: Final[Mapping[str, str]] = {"givare": "Vem som har samtyckt", "undantag": "Undantag"}
"""Members that are read and never sent by form."""


def val(namn: str, symbol: str) -> str:
    """A choice of a member as it is said."""
    return I_FALTET.get((namn, symbol)) or VAL.get(symbol, symbol.replace("_", " "))


def personroll(roll: str) -> str:
    """A person's role as it is said."""
    return ROLLER.get(roll, roll.replace("_", " "))


def varde(namn: str, value: str) -> str:
    """A coded value as it is said: a choice, a code of a list, or a time."""
    if namn == "givare":
        return personroll(value)
    for table in LISTOR.values():
        if value in table:
            return table[value]
    if (moment := _moment(value)) is not None:
        return moment.strftime("%Y-%m-%d %H:%M")
    return val(namn, value)


def _moment(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(SWEDEN) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def etikett(typ: str, vag: str) -> str:
    """The label of a member, `behov`, or of a part of one, `barnets_ratt/asikt`."""
    if typ in BLANKETTER:
        for namn, falt in alla(BLANKETTER[typ]):
            if namn == vag:
                return falt.etikett
    if vag in OVRIGA:
        return OVRIGA[vag]
    ord_ = vag.rpartition("/")[2].replace("_", " ")
    return ord_[:1].upper() + ord_[1:]


def alla(blankett: Blankett) -> Iterator[tuple[str, Falt]]:
    """Every field of a form with its path, groups' parts among them."""
    for avsnitt in blankett.avsnitt:
        yield from _under("", avsnitt.falt)


def _under(vag: str, falten: Iterable[Falt]) -> Iterator[tuple[str, Falt]]:
    for falt in falten:
        yield f"{vag}{falt.namn}", falt
        yield from _under(f"{vag}{falt.namn}/", falt.delar)
