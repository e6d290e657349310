"""Codes as auditors read them, in Swedish: types, rules, verdicts, what happened, duties, why an opening is chosen.

Reasons have their sentences in `domain.ord`, roles and categories in `domain.brevord`. One line a code; one without
is told as itself.
"""

from collections.abc import Mapping
from typing import Final

from samverkanshub.domain.brevord import said
from samverkanshub.domain.forklaring import UTSLAG as VERDICTS
from samverkanshub.domain.forklaring import words
from samverkanshub.domain.ord import FUNKTIONER as FUNCTIONS
from samverkanshub.domain.ord import HINDRAR, MEDGER

TYPER: Final[Mapping[str, str]] = {
    "aldersklass": "Ny åldersklass",
    "ansvar_forslag": "Förslag om ansvar",
    "ansvar_svar": "Svar om ansvar",
    "aterkallelse": "Återkallelse av meddelande",
    "aterkoppling": "Återkoppling till anmälare",
    "avslut": "Avslut av egen del",
    "avvikelse": "Avvikelse",
    "beslut_om_barn": "Beslut om barn",
    "driftatgard": "Åtgärd av en operatör",
    "foretradare": "Företrädare",
    "hushall": "Hushåll",
    "jav": "Jäv",
    "kanarie": "Provpost",
    "kontaktformedling": "Begäran om kontakt",
    "kvittens": "Kvittens",
    "misstankt": "Registrerad misstanke",
    "mognad": "Barns mognad",
    "oppning_begard": "Öppning",
    "orosanmalan": "Orosanmälan",
    "overlamning": "Överlämning",
    "overlamning_svar": "Svar på överlämning",
    "plikt_steg": "Påminnelse eller larm",
    "radering": "Radering av en person",
    "regelverk_aktiverat": "Regelverk aktiverat",
    "riskbedomning_delad": "Delad riskbedömning",
    "samtal_noterat": "Noterat samtal",
    "samtycke_andrat": "Samtycke ändrat",
    "samtycke_aterkallat": "Samtycke återkallat",
    "samtycke_lamnat": "Samtycke lämnat",
    "samtycke_makulerat": "Samtycke makulerat",
    "samtycke_nekat": "Samtycke nekat",
    "samtycke_svar": "Svar på fråga om samtycke",
    "sip_kallelse": "Kallelse till SIP",
    "skydd": "Skyddade personuppgifter",
    "skyddsbedomning_gjord": "Skyddsbedömning gjord",
    "undantag_anmalt": "Undantag anmält",
    "undantag_havt": "Undantag hävt",
    "uppgift_till_utredning": "Uppgift till utredning",
    "upptining": "Upptining efter karantän",
    "utredning": "Utredning",
    "utskrivningsklar": "Utskrivningsklar",
    "vardnad": "Vårdnad",
    "vardnadshavare_informerad": "Vårdnadshavare informerad",
}
"""Types of events."""

REGLER: Final[Mapping[str, str]] = {
    "B0": "Samtycke saknas, och ingen annan grund",
    "B1": "Lagstadgad anmälan når sin mottagare",
    "B2": "Bestämmelse som bryter sekretess",
    "B3": "Samtycke i kraft",
    "B4": "Inget som identifierar någon",
    "B5": "Ordningen mellan reglerna",
    "B6": "Inre sekretess och behov i arbetet",
    "B7": "Oläsbar post: personen är fryst",
    "K1": "Samtycket är aldrig generellt",
    "K2": "Samtyckets tid",
    "K3": "Undantag",
    "K4": "Återkallat eller makulerat samtycke",
    "K5": "Hur samtycket lämnades",
    "K6": "Samtyckets ändamål",
    "K7": "Besked om samtycket",
    "K8": "Barn och vårdnadshavare",
    "K9": "Ett senare samtycke gäller",
    "K10": "Förbud som inget samtycke ändrar",
    "K11": "Fritt lämnat samtycke",
    "O1": "Orosanmälans mottagare",
    "O2": "Samråd med Barnahus",
    "O3": "Samråd med regionkoordinatorn",
    "O4": "Kvittens i tid",
    "O5": "Återkoppling till anmälaren",
    "O6": "Anmälarens namn",
    "R1": "Vem som får dela riskbedömning",
    "R2": "Vad riskbedömningen ska ange",
    "R3": "Riskbedömningar som skiljer sig",
    "S1": "Båda huvudmännen deltar i SIP",
    "S2": "Andra deltagare i SIP",
    "S3": "Vårdnadshavare som inte kallas",
    "S4": "Kallelse efter utskrivning",
    "S5": "Hur personen deltar",
    "S6": "Barnets rätt i SIP",
    "S7": "Närståendes önskan om SIP",
    "N1": "Kontakt för vuxna",
    "A1": "Avvikelser identifierar ingen",
    "A2": "Avvikelsens mottagare",
    "A3": "Ansvar medan avvikelsen är öppen",
    "A4": "Lex Sarah och lex Maria",
    "P1": "Tid och plats meddelas muntligen",
    "P2": "Skyddad vistelse",
    "P3": "Begränsad krets av läsare",
    "P4": "När skyddet gäller",
    "P5": "Namn på enheter är platser",
    "P6": "Vem skyddet omfattar",
    "P7": "Nivåer av skydd",
    "V1": "Inget till dem som arbetar med den misstänkta",
    "V2": "Den misstänkta har egna rättigheter",
    "V3": "Uppgift för uppgift",
    "V4": "Den misstänkta kallas inte",
    "V5": "Vems uppgiften är",
    "V6": "Inget pekar ut den misstänkta",
    "V7": "Jäv",
    "F1": "Registrering av misstanke",
    "H1": "Överlämning och avslut",
    "H2": "Leveranser och ärenden utan mottagare",
    "G1": "Radering av två operatörer",
    "G2": "Bevarandetider",
    "G3": "Vad som hindrar en radering",
    "D1": "Journalföring hos mottagaren",
    "Q1": "Mottagare och prenumerationer",
    "Q2": "Rättelse och återkallelse",
    "T1": "Vad ett beslut anger",
    "T2": "Besked till den enskilda",
    "T3": "Det som undanhålls",
    "T4": "Statistik",
}
"""Rules, in a few words."""

SLAG: Final[Mapping[str, str]] = {
    "beslut": "Beslut",
    "incident": "Incident",
    "levererat": "Levererat",
    "oppnat": "Öppnat",
    "plikt": "Skyldighet",
    "skeende": "Hände med leveransen",
}
"""What a line is about."""

UTSLAG: Final[Mapping[str, str]] = {
    **VERDICTS,
    "nekad": "nekades",
    "oppen": "öppen",
    "uppfylld": "uppfylld",
    "visad": "visades",
}
"""Verdicts, how a duty stands, and what an opening came to."""

FUNKTIONER: Final[Mapping[str, str]] = {
    **FUNCTIONS,
    "a3.ansvar": "komma överens om ansvaret",
    "f1.granskning": "granska misstanken",
    "h2.innehavare": "någon ska hålla ärendet",
    "h2.kvittens": "kvittera leveransen",
    "n1.kvittens": "kvittera begäran om kontakt",
    "o4.kvittens": "kvittera anmälan",
    "o4.skyddsbedomning": "göra skyddsbedömning",
    "s3.information": "informera vårdnadshavaren",
    "s4.kallelse": "kalla till SIP",
}
"""Why somebody is a recipient, and what a duty is."""

SKEENDEN: Final[Mapping[str, str]] = {
    "andra_kontakt": "Nästa kontakt underrättad.",
    "aterkallad-bredvid": "Meddelandet är återkallat; det som anmälan redan har gett står kvar.",
    "dokumenterad": "Mottagaren har dokumenterat leveransen hos sig.",
    "enhetschef": "Enhetschefen underrättad.",
    "levererad-utan-grund": "Levererat utan grund: samtycket var felaktigt registrerat.",
    "mottagen": "Mottagaren har kvitterat leveransen.",
    "oppnad": "Leveransen öppnades.",
    "oppnad-av-javig": "Öppnad av en anställd som sedan anmäldes jävig.",
    "oppnad-utan-grund": "Öppnad utan grund: samtycket var felaktigt registrerat.",
    "overtagen": "Mottagaren har tagit över.",
    "overlamning-ersatt": "En senare överlämning gäller i stället.",
    "paminnelse": "Påmind.",
    "rattad": "Meddelandet är rättat.",
    "rattad-bredvid": "Meddelandet är rättat; det som anmälan redan har gett står kvar.",
    "rattar": "Meddelandet rättar ett tidigare.",
    "region": "Den regionala kontakten underrättad.",
    "s4-kalla-inom-tre-dagar": "Kalla till SIP inom tre dagar.",
    "samtal-att-notera": "Ett samtal ska noteras.",
    "sand-pa-nytt": "Meddelandet är sänt på nytt.",
    "upptinad-sand-pa-nytt": "Personen är inte längre fryst; meddelandet ska sändas på nytt.",
}
"""What happened to a delivery, where no reason of a decision says it already."""

URVAL: Final[Mapping[str, str]] = {
    "stickprov": "stickprov",
    "upprepad": "samma person minst tre gånger",
    "utan-kvittens": "öppnad men inte kvitterad",
    "utanfor-kontorstid": "utanför öppettiderna",
}
"""Why an opening should be looked at."""

ANDAMAL: Final[Mapping[str, str]] = {
    "barnskydd": "ett barns skydd",
    "kontakt": "kontakt",
    "kvalitet": "kvalitet",
    "riskbedomning": "riskbedömning",
    "sip": "SIP",
}
"""What a consent is for."""

ANMALAN: Final[Mapping[str, str]] = {"anmald": "Anmäld", "ej-anmald": "Ska inte anmälas"}
"""What was decided on telling of an incident."""


def mening(kod: str, *, nekar: bool) -> str:
    """The sentence of a reason, or of what happened: of what withholds first where something was withheld."""
    tables = (HINDRAR, SKEENDEN, MEDGER) if nekar else (SKEENDEN, MEDGER, HINDRAR)
    found = (words(kod, table) for table in tables)
    return next(filter(None, found), kod)


def regel(id_: str) -> str:
    """A rule by id and in words: `K3 Undantag`."""
    return f"{id_} {said(id_, REGLER)}" if id_ in REGLER else id_
