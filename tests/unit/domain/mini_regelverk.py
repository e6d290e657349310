"""A small regelverk to test rules with: two municipalities, the region, the police, Barnahus and a women's shelter.

Mora's units are as the template makes them. Falun's child unit has neither a designated function nor a limited circle,
so that what B1 and P3 do then can be seen.
"""

from dataclasses import replace
from typing import Any

from samverkanshub.domain.actors import Aktor, Enhet, Katalog, Lasargrupp
from samverkanshub.domain.regelverk import Bestammelse, Frist, Prenumeration, Regelverk

MORA_BARN = "mora.barn-unga"
MORA_MOTTAGNING = "mora.barn-unga.mottagning"
MORA_BARN_CHEF = "mora.barn-unga.enhetschef"
MORA_VINR = "mora.vinr"
UTSATT = "mora.vinr.utsatt"
UTOVARE = "mora.vinr.utovare"
MORA_JOUR = "mora.socialjour"
MORA_JOURHAVANDE = "mora.socialjour.handlaggare"
FALUN_BARN = "falun.barn-unga"
FALUN_HANDLAGGARE = "falun.barn-unga.handlaggare"
FALUN_UTOVARE = "falun.barn-unga.utovare"
FALUN_BARN_CHEF = "falun.barn-unga.enhetschef"
FALUN_JOURHAVANDE = "falun.socialjour.handlaggare"
VARDCENTRAL = "region-dalarna.vardcentral-mora"
VC = "region-dalarna.vardcentral-mora.handlaggare"
VC_SKYDDAD = "region-dalarna.vardcentral-mora.skyddad"
BUP = "region-dalarna.bup"
BUP_GRUPP = "region-dalarna.bup.handlaggare"
AVVIKELSESYSTEM = "region-dalarna.avvikelse"
AVVIKELSE_GRUPP = "region-dalarna.avvikelse.handlaggare"
POLIS = "polisen.dalarna"
POLIS_GRUPP = "polisen.dalarna.handlaggare"
BARNAHUS = "barnahus-dalarna.samrad"
KOORDINATOR = "regionkoordinator-bergslagen.koordinator"
KOORDINATOR_GRUPP = "regionkoordinator-bergslagen.koordinator.handlaggare"
BARNAHUS_GRUPP = "barnahus-dalarna.samrad.handlaggare"
JOUR = "kvinnojouren-mora.stod"
JOUR_GRUPP = "kvinnojouren-mora.stod.handlaggare"

KATEGORIER = (
    *("identitet", "kontakt", "boende", "vistelse", "skola_arbete", "motestid", "motesplats", "halsa"),
    *(
        "skadligt_bruk",
        "ekonomi",
        "barnets_situation",
        "vald",
        "risk",
        "skydd",
        "insats",
        "behov",
        "anmalare",
        "ovrigt",
    ),
)
OFFICE = "man-fre 08:00-16:30"
AFTER = "utanfor kontorstid 08:00-16:30"
LANET = ("mora", "falun")

_AKTORER = (
    Aktor("mora", "Mora kommun", "kommun"),
    Aktor("falun", "Falu kommun", "kommun"),
    Aktor("region-dalarna", "Region Dalarna", "region"),
    Aktor("polisen", "Polismyndigheten", "statlig"),
    Aktor("regionkoordinator-bergslagen", "Regionkoordinator Bergslagen", "samverkan"),
    Aktor("barnahus-dalarna", "Barnahus i Dalarna", "samverkan"),
    Aktor("kvinnojouren-mora", "Kvinnojouren i Mora", "ideell"),
)


def _enhet(id_: str, typ: str, verksamhet: str, territorium: tuple[str, ...], **more: Any) -> Enhet:
    duty = "2002-01-01" if verksamhet in ("socialtjanst", "halso_sjukvard", "polis") else ""
    known = {"anmalningspliktig_fran": duty, "oppettider": OFFICE, **more}
    return Enhet(id_, id_.split(".")[0], id_, typ, verksamhet, territorium=territorium, **known)


_ENHETER = (
    _enhet(MORA_BARN, "barn_unga", "socialtjanst", ("mora",), funktion_orosanmalan=MORA_MOTTAGNING),
    _enhet(MORA_VINR, "vinr", "socialtjanst", ("mora",)),
    _enhet(MORA_JOUR, "socialjour", "socialtjanst", ("mora",), oppettider=AFTER),
    _enhet(FALUN_BARN, "barn_unga", "socialtjanst", ("falun",)),
    _enhet("falun.socialjour", "socialjour", "socialtjanst", ("falun",), oppettider=AFTER),
    _enhet(VARDCENTRAL, "vardcentral", "halso_sjukvard", ("mora",)),
    _enhet(BUP, "bup", "halso_sjukvard", LANET),
    _enhet(AVVIKELSESYSTEM, "avvikelsesystem", "ovrig", LANET),
    _enhet(POLIS, "polis", "polis", LANET, oppettider="dygnet runt"),
    _enhet(KOORDINATOR, "regionkoordinator", "ovrig", LANET),
    _enhet(BARNAHUS, "barnahus", "ovrig", LANET),
    _enhet(JOUR, "kvinnojour", "ovrig", ("mora",)),
)

_GRUPPER = (
    Lasargrupp(MORA_MOTTAGNING, MORA_BARN, "Mottagning", begransad_krets=True),
    Lasargrupp("mora.barn-unga.handlaggare", MORA_BARN, "Handläggare"),
    Lasargrupp(MORA_BARN_CHEF, MORA_BARN, "Enhetschef", begransad_krets=True, enhetschef=True),
    Lasargrupp(UTSATT, MORA_VINR, "Stöd till utsatta", begransad_krets=True),
    Lasargrupp(UTOVARE, MORA_VINR, "Arbete med utövare", arbetar_med_utovare=True),
    Lasargrupp(MORA_JOURHAVANDE, MORA_JOUR, "Jourhavande"),
    Lasargrupp(FALUN_HANDLAGGARE, FALUN_BARN, "Handläggare"),
    Lasargrupp(FALUN_UTOVARE, FALUN_BARN, "Arbete med utövare", arbetar_med_utovare=True),
    Lasargrupp(FALUN_BARN_CHEF, FALUN_BARN, "Enhetschef", enhetschef=True),
    Lasargrupp(FALUN_JOURHAVANDE, "falun.socialjour", "Jourhavande"),
    Lasargrupp(VC, VARDCENTRAL, "Handläggare"),
    Lasargrupp(VC_SKYDDAD, VARDCENTRAL, "Begränsad krets", begransad_krets=True),
    Lasargrupp(BUP_GRUPP, BUP, "Handläggare"),
    Lasargrupp(AVVIKELSE_GRUPP, AVVIKELSESYSTEM, "Handläggare"),
    Lasargrupp(POLIS_GRUPP, POLIS, "Handläggare"),
    Lasargrupp(KOORDINATOR_GRUPP, KOORDINATOR, "Koordinator"),
    Lasargrupp(BARNAHUS_GRUPP, BARNAHUS, "Samråd"),
    Lasargrupp(JOUR_GRUPP, JOUR, "Stöd"),
)

_SOCIAL = (("halso_sjukvard", "socialtjanst"), ("polis", "socialtjanst"), ("socialtjanst", "socialtjanst"))
_BESTAMMELSER = (
    Bestammelse("sol-2025-400-19-1", "B1", "Anmälan", "SoL 19:1", "V", "2025-07-01", fran_till=_SOCIAL),
    Bestammelse("sol-2001-453-14-1", "B1", "Anmälan", "SoL 14:1", "P", "2002-01-01", "2025-07-01", fran_till=_SOCIAL),
    Bestammelse("osl-10-28", "B1", "Uppgiftsskyldighet", "OSL 10:28", "P", "2009-06-30", fran_till=_SOCIAL),
    *(
        Bestammelse(id_, "K8", "Grund", "lag", marke, "2002-01-01")
        for id_, marke in (("fb-6-13a", "P"), ("osl-12-3", "P"), ("lvu-11", "N"), ("fb-6-5", "N"))
    ),
    *(
        Bestammelse(id_, "K8", "Grund", "lag", "N", "2002-01-01")
        for id_ in ("skyddat-boende-barn", "lag-1999-997", "fb-11-4", "fb-11-7")
    ),
    Bestammelse(
        "oppna-insatser-barn",
        *("K8", "Öppna insatser", "SoL", "V", "2002-01-01", "2023-07-01"),
        kategorier=("insats", "behov"),
        villkor=("barnet-har-fyllt-15",),
    ),
    Bestammelse(
        "oppna-insatser-barn",
        *("K8", "Öppna insatser", "SoL", "V", "2023-07-01"),
        kategorier=("insats", "behov"),
        villkor=("barnet-har-fyllt-12",),
    ),
    Bestammelse("osl-10-18c", "B2", "Förebygga brott", "OSL 10:18 c", "P", "2024-10-01", villkor=("risk",)),
)


def regelverk() -> Regelverk:
    """The whole of it; every call gives an equal value."""
    katalog = Katalog(
        aktorer={aktor.id: aktor for aktor in _AKTORER},
        enheter={enhet.id: enhet for enhet in _ENHETER},
        lasargrupper={grupp.id: grupp for grupp in _GRUPPER},
        kommuner={"mora": "mora", "falun": "falun"},
        befolkning={"mora": 20_600, "falun": 59_600},
    )
    return Regelverk(
        digest="0" * 64,
        katalog=katalog,
        bestammelser=_BESTAMMELSER,
        kategorier=frozenset(KATEGORIER),
        andamal={
            "sip": "sip_kallelse",
            "riskbedomning": "riskbedomning_delad",
            "kontakt": "kontaktformedling",
            "barnskydd": "orosanmalan",
            "kvalitet": "avvikelse",
        },
        frister={"o4.kvittens": Frist(3600)},
        helgdagar=frozenset({"2026-04-03", "2026-04-05", "2026-04-06"}),
        listor={"kommun": frozenset(LANET), "kategori": frozenset(KATEGORIER)},
    )


def with_unit(regler: Regelverk, id_: str, **changes: Any) -> Regelverk:
    """The same regelverk with one unit changed."""
    enheter = {**regler.katalog.enheter, id_: replace(regler.katalog.enheter[id_], **changes)}
    return replace(regler, katalog=replace(regler.katalog, enheter=enheter))


def with_subscriptions(regler: Regelverk, *rows: Prenumeration) -> Regelverk:
    """The same regelverk with subscriptions."""
    return replace(regler, prenumerationer=rows)
