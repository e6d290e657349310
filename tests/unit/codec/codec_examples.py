"""Examples for the codec's tests. No number here is a personnummer: the codec judges their structure alone."""

from typing import Any

from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.domain.decision import Decision, Entry, Grund, Reason
from samverkanshub.domain.events import Person

EVENT = "5f0c7e1e-3b0a-5f0e-9a50-0d1e5c6b7a80"
CLOUD = "0b9f1f5e-53ce-4e8a-8d0e-6a2b8c0d4e11"
PERSON = "1d3f5a7b-9c1e-4f30-8a52-b4c6d8e0f213"
OTHER = "9e8d7c6b-5a49-4838-a727-161504f3e2d1"
SALT = bytes(range(32))
ALIAS = "AAECAwQFBgcICQoLDA0ODw"
UNIT = {"slag": "enhet", "id": "mora.vinr"}


def person(roll: str, referens: str = "lokal-1") -> dict[str, Any]:
    return {"roll": roll, "referens": referens}


CONSENT: dict[str, Any] = {
    "personer": [person("registrerad")],
    "andamal": "sip",
    "mottagare": [UNIT, {"slag": "organisation", "id": "region-dalarna"}],
    "kategorier": ["behov", "halsa"],
    "fran": "2026-01-01T00:00:00+01:00",
    "till": "2026-12-31T23:59:59.5Z",
    "form": "skriftligt",
    "enskilt": True,
    "narvarande": ["ingen"],
    "tolk": "ingen",
}
LIFTED = {name: value for name, value in CONSENT.items() if name not in ("fran", "till")}
DATA: dict[str, dict[str, Any]] = {
    "orosanmalan": {
        "personer": [person("barn"), person("vardnadshavare", "a"), person("vardnadshavare", "b")],
        "kommun": "mora",
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
        "akut_fara": False,
        "beskrivning": "texten",
        "handelser": [{"text": "en"}, {"text": "två", "referens": "ref-2"}],
    },
    "riskbedomning_delad": {
        "personer": [person("utsatt"), person("misstankt")],
        "mottagare": [UNIT],
        "metod": "B-SAFER",
        "niva": "hog",
        "bedomd_av": "mora.vinr",
        "bedomd_tid": "2026-03-01T10:00:00Z",
        "grund": {"bestammelse": "osl-10-18c", "villkor": ["risk-allvarligt-brott-mot-narstaende"]},
        "sammanfattning": "texten",
        "misstankts_situation": [{"text": "hans"}],
        "ovrigt": [{"text": "hans också", "avser": "misstankt"}],
    },
    "sip_kallelse": {
        "personer": [person("utsatt")],
        "mottagare": [UNIT],
        "delaktighet": {"satt": "deltar_inte", "information": "skriftligt", "skal": "avbojer"},
        "motestid": "torsdag",
        "behov": [{"text": "ett"}],
    },
    "uppgift_till_utredning": {
        "personer": [person("barn"), person("misstankt", "b")],
        "mottagare": [UNIT],
        "grund": {"bestammelse": "uppgift-till-barnutredning", "villkor": ["pagaende-utredning-om-barnet"]},
        "beskrivning": "texten",
        "familj": [{"text": "en"}],
        "misstankts_situation": [{"text": "hans"}],
    },
    "kontaktformedling": {
        "personer": [person("utsatt")],
        "kommun": "mora",
        "misstanke": ["vald_i_nara_relation"],
        "beskrivning": "texten",
        "onskad_kontakt": "dagtid",
    },
    "utskrivningsklar": {
        "personer": [person("registrerad")],
        "fast_vardkontakt": "region-dalarna.vuxenpsykiatri",
        "tidpunkt": "2026-03-02T09:00:00+01:00",
    },
    "avvikelse": {
        "personer": [],
        "mottagare": [UNIT],
        "slag": "samverkan",
        "arende": "aB_-0",
        "lex_sarah": "galler_inte",
        "lex_maria": "ej_bedomt",
        "beskrivning": "texten",
    },
    "samtycke_lamnat": {**CONSENT, "undantag": {"kategorier": ["vald"], "uppgifter": ["ref-2"], "mottagare": [UNIT]}},
    "samtycke_andrat": {**CONSENT, "samtycke": EVENT},
    "samtycke_aterkallat": {"personer": [person("registrerad")], "samtycke": EVENT},
    "samtycke_makulerat": {"personer": [person("registrerad")], "samtycke": EVENT, "skal": "fel_person"},
    "undantag_anmalt": {**LIFTED, "uppgifter": ["ref-2"]},
    "undantag_havt": {**LIFTED, "uppgifter": ["ref-2"]},
    "skydd": {
        "personer": [person("registrerad")],
        "niva": "sekretessmarkering",
        "kalla": "socialtjanst",
        "granskas": "2026-09-01",
    },
    "vardnad": {
        "personer": [person("registrerad"), person("vardnadshavare")],
        "kalla": "folkbokforing",
        "datum": "2026-01-31",
    },
    "misstankt": {
        "personer": [person("registrerad"), person("misstankt")],
        "kalla": "utredning",
        "granskas": "2026-09-01",
        "borttagen": False,
    },
    "hushall": {
        "personer": [person("registrerad"), person("medlem")],
        "kalla": "folkbokforing",
        "datum": "2026-01-31",
    },
    "mognad": {
        "personer": [person("registrerad")],
        "andamal": "sip",
        "mogen": True,
        "kalla": "utredning",
        "datum": "2026-01-31",
    },
    "beslut_om_barn": {
        "personer": [person("registrerad"), person("vardnadshavare")],
        "slag": "fb_6_13a",
        "andamal": ["sip"],
        "fran": "2026-01-31",
        "referens": "SN-2026-17",
    },
    "foretradare": {
        "personer": [person("registrerad"), person("foretradare")],
        "slag": "god_man",
        "andamal": ["sip"],
        "fran": "2026-01-31",
        "till": "2027-01-31",
        "kalla": "overformyndare",
    },
    "samtycke_nekat": {"personer": [person("registrerad")], "andamal": "sip", "mottagare": [UNIT]},
    "utredning": {"personer": [person("registrerad")], "oppen": True},
    "kvittens": {"personer": [], "leverans": EVENT, "slag": "overtagen", "enhet": "mora.vinr"},
    "oppning_begard": {"leverans": EVENT},
    "aldersklass": {},
    "upptining": {
        "personer": [person("fryst", "a")],
        "partition": "0",
        "offset": "17",
        "handelse": EVENT,
        "skal": "felet_rattat",
        "foreslagen_av": "anna",
        "godkand_av": "bo",
    },
    "driftatgard": {
        "atgard": "stopp_planerat",
        "vem": "drift.1",
        "skal": "uppgradering",
        "fran": "2026-11-24T06:00:00+01:00",
        "till": "2026-11-24T07:30:00+01:00",
    },
    "radering": {
        "personer": [person("registrerad", "a")],
        "forslag": EVENT,
        "skal": "bevarandetid_slut",
        "foreslagen_av": "drift.1",
        "godkand_av": "drift.2",
        "vem": "drift.2",
        "omrade": "0",
    },
    "plikt_steg": {"plikt": EVENT, "steg": "paminnelse"},
    "kanarie": {},
    "overlamning": {"arende": ALIAS, "till": "mora.vinr"},
    "overlamning_svar": {"arende": ALIAS, "overlamning": EVENT, "svar": "godtas"},
    "avslut": {"arende": ALIAS, "chef": "chef-1", "skal": "insatsen_klar", "informerad": "den_utsatta"},
    "ansvar_forslag": {"arende": ALIAS, "enhet": "mora.vinr"},
    "ansvar_svar": {"arende": ALIAS, "forslag": EVENT, "svar": "avvisas"},
    "aterkoppling": {"leverans": EVENT, "utfall": "inledd", "olampligt": False},
    "skyddsbedomning_gjord": {"leverans": EVENT},
    "vardnadshavare_informerad": {"meddelande": EVENT, "utfall": "ej_gjort", "skal": "fara_for_barnet"},
    "samtal_noterat": {
        "meddelande": EVENT,
        "tid": "2026-03-02T09:00:00+01:00",
        "mottaget_av": "Handläggare i telefon",
        "funktion": "socialjour",
    },
    "samtycke_svar": {"meddelande": EVENT, "svar": "lamnat", "slapp": True, "av_roll": "utsatt"},
    "aterkallelse": {"meddelande": EVENT, "skal": "fel_mottagare"},
    "jav": {"arende": ALIAS, "anvandare": "handlaggare-7", "havd": False},
    "regelverk_aktiverat": {
        "artefakter": [{"namn": "katalog", "digest": "ab" * 32}],
        "foreslagen_av": "anna",
        "godkand_av": "bo",
    },
}
"""One accepted example of each type."""

ENVELOPE = Envelope(
    id=CLOUD,
    handelse_id=EVENT,
    typ="sip_kallelse",
    typversion=1,
    aktor="mora",
    enhet="mora.vinr",
    lasargrupp="mora.vinr.utsatt",
    anvandare="anna",
    beslutssalt=SALT,
    personer=(Person(PERSON, "utsatt", "vuxen", "kvinna"), Person(OTHER, "misstankt", "vuxen", "man")),
    koder={"mottagare": [UNIT], "skyddade_personuppgifter": False},
    uppgifter=(
        SealedUppgift("/personer/0/nummer", "identitet", "utsatt", PERSON, "", b"\x01" * 32, b"forseglat", PERSON, 1),
        SealedUppgift("/personer/1/nummer", "identitet", "misstankt", OTHER, "", b"\x02" * 32, b"", OTHER, 2),
        SealedUppgift("/behov/0", "behov", "utsatt", PERSON, "ref-2", b"\x03" * 32, b"forseglat", PERSON, 1),
    ),
    nyckelid="mora-1",
    signatur=b"\x04" * 64,
)

DENIED = Entry("mora.vinr.utovare", "/behov/0", (Reason("B0", "samtycke-saknas", True),))
GRANTED = Entry(
    "falun.vinr.utsatt",
    "/behov/0",
    (Reason("B3", "samtycke", False), Reason("K6", "andamal-sip", False)),
    funktion="namngiven",
    grunder=(Grund("samtycke", "B3", "V", "2026-01-01", "2026-12-31"),),
    samtycken=(EVENT,),
    leverans_id=OTHER,
    frist=1_780_000_000_000,
    frist_slag="o4.kvittens",
)
ACCEPTED = Entry("", "", (Reason("S1", "bada-huvudman", False),))
DECISION = Decision(EVENT, "sip_kallelse", "mora", "ab" * 32, (DENIED, GRANTED, ACCEPTED))
