"""The words of a letter to a person: categories, roles and types as one says them in plain Swedish. One line a code."""

from collections.abc import Mapping
from typing import Final

KATEGORIER: Final[Mapping[str, str]] = {
    "anmalare": "vem som har anmält",
    "barnets_situation": "barnets situation",
    "behov": "behov",
    "boende": "boende",
    "brott": "brott",
    "ekonomi": "ekonomi",
    "familj": "familj",
    "halsa": "hälsa",
    "identitet": "vem du är",
    "insats": "insatser",
    "kontakt": "hur du nås",
    "motesplats": "var ett möte hålls",
    "motestid": "när ett möte hålls",
    "ovrigt": "övrigt",
    "risk": "risk",
    "skadligt_bruk": "skadligt bruk",
    "skola_arbete": "skola eller arbete",
    "skydd": "skydd",
    "vald": "våld",
    "vistelse": "vistelse",
}
ROLLER: Final[Mapping[str, str]] = {
    "aklagare": "åklagare",
    "aldreomsorg": "äldreomsorgen",
    "arbetsformedling": "Arbetsförmedlingen",
    "avvikelsesystem": "regionens avvikelsesystem",
    "barn_unga": "socialtjänstens enhet för barn och unga",
    "barn_ungdomsmedicin": "barn- och ungdomsmedicin",
    "barnahus": "Barnahus",
    "bhv": "barnhälsovården",
    "bostad": "ett bostadsbolag",
    "brottsofferjour": "en brottsofferjour",
    "brottsoffermyndighet": "Brottsoffermyndigheten",
    "budget_skuldradgivning": "budget- och skuldrådgivningen",
    "bup": "barn- och ungdomspsykiatrin",
    "ekonomiskt_bistand": "enheten för ekonomiskt bistånd",
    "elevhalsa": "elevhälsan",
    "familjeratt": "familjerätten",
    "forsakringsbolag": "ett försäkringsbolag",
    "forsakringskassa": "Försäkringskassan",
    "forskola": "en förskola",
    "kriminalvard": "Kriminalvården",
    "kronofogde": "Kronofogden",
    "kvinnojour": "en kvinnojour",
    "lss": "enheten för LSS",
    "mhv": "mödrahälsovården",
    "migrationsverk": "Migrationsverket",
    "polis": "polisen",
    "regional_kontakt": "regionens kontakt",
    "regionkoordinator": "regionkoordinatorn",
    "skadligt_bruk": "enheten för skadligt bruk och beroende",
    "skatteverk": "Skatteverket",
    "skola": "en skola",
    "socialjour": "socialjouren",
    "socialpsykiatri": "socialpsykiatrin",
    "tandvard": "tandvården",
    "tingsratt": "en tingsrätt",
    "tjejjour": "en tjejjour",
    "vardcentral": "en vårdcentral",
    "vinr": "socialtjänstens enhet mot våld i nära relationer",
    "vuxenpsykiatri": "vuxenpsykiatrin",
}
TYPER: Final[Mapping[str, str]] = {
    "avvikelse": "en avvikelse",
    "kontaktformedling": "en begäran om kontakt",
    "orosanmalan": "en orosanmälan",
    "riskbedomning_delad": "en riskbedömning",
    "sip_kallelse": "en kallelse till en samordnad individuell plan",
    "uppgift_till_utredning": "en uppgift till en utredning",
}


def said(kod: str, table: Mapping[str, str]) -> str:
    """How a code is said; one without words as itself, without underscores."""
    return table.get(kod, kod.replace("_", " "))
