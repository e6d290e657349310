"""The forms of consents, and of what limits them."""

from dataclasses import replace
from typing import Final

from samverkanshub.entrypoints.web.blankett.beskrivning import Avsnitt, Blankett, Falt

_VEM: Final = "Vem gäller det?"
_ROLLER: Final = "Den som samtycket gäller, och vårdnadshavare eller företrädare som har sagt sitt."
SAMTYCKE: Final = Falt("samtycke", "Samtyckets nummer", "Numret på den händelse som lämnade samtycket.")
ANDAMAL: Final = Falt("andamal", "Ändamål", "Samtycket gäller det ändamålet och inget annat.")
MOTTAGARE: Final = Falt("mottagare", "Mottagare", "Enheter eller organisationer som samtycket namnger.", rader=2)
KATEGORIER: Final = Falt("kategorier", "Vad får lämnas ut?", "Kryssa för allt som samtycket omfattar.")
UPPGIFTER: Final = Falt("uppgifter", "Enstaka uppgifter", "Uppgiftens beteckning hos den som lämnade den.")
ANVANDARE: Final = Falt(
    "anvandare",
    "Anställda",
    delar=(Falt("aktor", "Organisation"), Falt("anvandare", "Den anställdas beteckning")),
)
ENLIGT_BESLUT: Final = Falt(
    "enligt_beslut", "Socialnämndens beslut", "Beslutets nummer, om nämnden samtycker i vårdnadshavarnas ställe."
)
HUR: Final = Avsnitt(
    "Hur lämnades det?",
    (
        Falt("form", "Form"),
        Falt("dokumenterat", "Var det är dokumenterat", "Krävs om det lämnades muntligt."),
        Falt("enskilt", "Lämnades det i enrum?"),
        Falt("narvarande", "Vilka fler var med?"),
        Falt("tolk", "Tolk"),
    ),
)
_UNDANTAG: Final = Falt(
    "undantag",
    "Undantag",
    "Det som personen inte vill ska lämnas ut, till vem det än gäller.",
    delar=(
        replace(KATEGORIER, etikett="Undantagna slags uppgifter", hjalp=""),
        UPPGIFTER,
        replace(MOTTAGARE, etikett="Undantagna mottagare", hjalp="", rader=1),
        ANVANDARE,
    ),
)
_TID: Final = (
    Falt("fran", "Gäller från"),
    Falt("till", "Gäller till", "Högst ett år efter början."),
)
_GIVET: Final = (
    Avsnitt("Vad gäller samtycket?", (ANDAMAL, MOTTAGARE, KATEGORIER, *_TID)),
    HUR,
    Avsnitt("Undantag", (_UNDANTAG,), sallan=True),
    Avsnitt("Mer", (ENLIGT_BESLUT,), sallan=True),
)

LAMNAT: Final = Blankett(
    "samtycke_lamnat",
    "Registrera samtycke",
    "Ett samtycke namnger person, ändamål, mottagare, slags uppgifter och tid. Fråga i enrum.",
    _GIVET,
    personer=_VEM,
    personhjalp=_ROLLER,
)
ANDRAT: Final = Blankett(
    "samtycke_andrat",
    "Ändra samtycke",
    "Det ändrade gäller i det tidigares ställe. Fyll i allt som ska gälla. Kommer ni från samtycket är det som gällde "
    "ifyllt, men inte vem det gäller eller hur det lämnades.",
    (Avsnitt("Vilket samtycke?", (SAMTYCKE,)), *_GIVET),
    personer=_VEM,
    personhjalp=_ROLLER,
)
ATERKALLAT: Final = Blankett(
    "samtycke_aterkallat",
    "Återkalla samtycke",
    "Ett samtycke kan återkallas när som helst, och återkallelsen gäller genast.",
    (Avsnitt("Vilket samtycke?", (SAMTYCKE,)),),
    personer=_VEM,
    personhjalp=_ROLLER,
    rader=1,
)
MAKULERAT: Final = Blankett(
    "samtycke_makulerat",
    "Makulera samtycke",
    "Bara för ett samtycke som aldrig skulle ha registrerats. Den som har ångrat sig återkallar.",
    (Avsnitt("Vilket samtycke?", (SAMTYCKE, Falt("skal", "Skäl"))),),
    personer=_VEM,
    personhjalp=_ROLLER,
    rader=1,
)
NEKAT: Final = Blankett(
    "samtycke_nekat",
    "Registrera ett nej",
    "Personen har sagt nej till ett samtycke. Samma fråga ställs inte igen.",
    (Avsnitt("Vad gäller det?", (ANDAMAL, replace(MOTTAGARE, hjalp="De som nejet gäller."))),),
    personer=_VEM,
    personhjalp=_ROLLER,
    rader=1,
)
_VAD_UNDANTAS: Final = (
    Avsnitt(
        "Vad gäller det?",
        (
            ANDAMAL,
            replace(KATEGORIER, etikett="Slags uppgifter", hjalp=""),
            replace(MOTTAGARE, hjalp="", rader=1),
            UPPGIFTER,
            ANVANDARE,
        ),
    ),
    HUR,
    Avsnitt("Mer", (ENLIGT_BESLUT,), sallan=True),
)
UNDANTAG_ANMALT: Final = Blankett(
    "undantag_anmalt",
    "Registrera undantag",
    "Något som personen inte vill ska lämnas ut, utan att ett samtycke lämnas.",
    _VAD_UNDANTAS,
    personer=_VEM,
    personhjalp=_ROLLER,
    rader=1,
)
UNDANTAG_HAVT: Final = Blankett(
    "undantag_havt",
    "Häv undantag",
    "Personen har uttryckligen hävt ett undantag.",
    _VAD_UNDANTAS,
    personer=_VEM,
    personhjalp=_ROLLER,
    rader=1,
)
SAMTYCKEN: Final = (LAMNAT, ANDRAT, ATERKALLAT, MAKULERAT, NEKAT, UNDANTAG_ANMALT, UNDANTAG_HAVT)
