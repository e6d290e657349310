"""The forms of facts about persons: what the hub must know of somebody to judge what goes to whom."""

from dataclasses import replace
from typing import Final

from samverkanshub.entrypoints.web.blankett.beskrivning import Avsnitt, Blankett, Falt
from samverkanshub.entrypoints.web.blankett.samtycken import ANDAMAL

_VEM: Final = "Vem gäller det?"
_DEN: Final = "Den som uppgiften gäller."
_KALLA: Final = Falt("kalla", "Källa", "Vad uppgiften vilar på.")
_PROVISORISKT: Final = Falt(
    "provisoriskt",
    "Provisoriskt",
    "Krävs av andra än socialtjänsten. Det kan bara begränsa vad som lämnas ut.",
)
_FOR: Final = replace(ANDAMAL, hjalp="Det som beslutet eller förordnandet omfattar.")
_FRAN: Final = Falt("fran", "Gäller från och med")
_TILL: Final = Falt("till", "Gäller till, men inte med", "Lämna tomt om inget slut är bestämt.")

SKYDD: Final = Blankett(
    "skydd",
    "Skyddade personuppgifter",
    "Att någons uppgifter är skyddade, eller inte längre är det. Vem som helst får höja skyddet provisoriskt.",
    (
        Avsnitt(
            "Skyddet",
            (
                Falt("niva", "Skydd"),
                _PROVISORISKT,
                _KALLA,
                Falt("granskas", "Ses över", "Den dag då ni ser över uppgiften."),
            ),
        ),
    ),
    personer=_VEM,
    personhjalp=_DEN,
    rader=1,
    verkan=(
        "Det gäller så snart det är skickat, i alla ärenden, och också för det som är skickat men inte öppnat.",
        "Det gäller också dem som bor med personen.",
        "Boende, kontakt, skola och arbete lämnas bara till den som tar emot en orosanmälan enligt lag, och till den "
        "enhet i socialtjänsten som håller ärendet.",
        "Tid och plats för möten meddelas muntligen, och namn på enheter döljs för den som inte själv har angett dem.",
        "Bara socialtjänsten kan sänka skyddet.",
    ),
)
MISSTANKT: Final = Blankett(
    "misstankt",
    "Misstanke",
    "Att någon är misstänkt för att ha utsatt en annan. Registrera bara det som ni har en källa till.",
    (
        Avsnitt(
            "Misstanken",
            (
                _KALLA,
                Falt("granskas", "Granskas senast"),
                Falt("borttagen", "Ta bort misstanken", "Bara den som registrerade den kan ta bort den."),
            ),
        ),
    ),
    personer=_VEM,
    personhjalp="Den utsatta, och den som är misstänkt: en av varje.",
    verkan=(
        "Det gäller så snart det är skickat, och tills ni tar bort det. Ni påminns den dag då det ska granskas.",
        "Läsare som arbetar med den misstänkta får inget om var den utsatta finns, hur den nås eller hur den skyddas.",
        "Den misstänkta kallas eller informeras inte genom något meddelande.",
        "Är den misstänkta vårdnadshavare räknas dess samtycke inte. Det som har öppnats med stöd av det ska granskas "
        "av den som skickade det.",
        "Ingen annan får läsa att misstanken är registrerad.",
    ),
)
VARDNAD: Final = Blankett(
    "vardnad",
    "Vårdnad",
    "Ange barnet och alla vårdnadshavare. Tills det är registrerat ger inget samtycke för barnet stöd. Provisoriskt "
    "läggs de till de kända; annars gäller de i de tidigares ställe.",
    (Avsnitt("Uppgiften", (_KALLA, Falt("datum", "Uppgiftens dag"), _PROVISORISKT)),),
    personer=_VEM,
    personhjalp="Barnet, och varje vårdnadshavare på en egen rad.",
    rader=3,
)
HUSHALL: Final = Blankett(
    "hushall",
    "Hushåll",
    "De som bor tillsammans. Ett skydd för en av dem gäller alla. Från andra än socialtjänsten läggs de till, och "
    "ingen tas bort. En misstänkt räknas aldrig till hushållet.",
    (Avsnitt("Uppgiften", (_KALLA, Falt("datum", "Uppgiftens dag"))),),
    personer=_VEM,
    personhjalp="Den som uppgiften gäller, och var och en som den bor med.",
    rader=3,
)
MOGNAD: Final = Blankett(
    "mognad",
    "Barns mognad",
    "Om barnet är moget för frågan är det barnets eget ja eller nej som gäller, i vårdnadshavarnas ställe. Hubben "
    "sluter sig aldrig till det av åldern.",
    (
        Avsnitt(
            "Bedömningen",
            (
                replace(ANDAMAL, etikett="Fråga", hjalp="Det ändamål som bedömningen gäller, och inget annat."),
                Falt("mogen", "Är barnet moget för frågan?"),
                _KALLA,
                Falt("datum", "När det bedömdes"),
            ),
        ),
    ),
    personer=_VEM,
    personhjalp="Barnet.",
    rader=1,
)
BESLUT: Final = Blankett(
    "beslut_om_barn",
    "Beslut om ett barn",
    "Ett beslut som gäller i stället för en vårdnadshavares samtycke. Samma beteckning en gång till ändrar eller "
    "avslutar beslutet.",
    (
        Avsnitt(
            "Beslutet",
            (
                Falt("slag", "Beslut"),
                Falt("referens", "Beslutets beteckning hos er", "Inget personnummer."),
                _FOR,
                _FRAN,
                _TILL,
            ),
        ),
    ),
    personer=_VEM,
    personhjalp="Barnet, de vårdnadshavare vars samtycke beslutet ersätter, och en särskild företrädare om en finns.",
)
FORETRADARE: Final = Blankett(
    "foretradare",
    "God man eller förvaltare",
    "Den som företräder en vuxen. Registreras samma förordnande en gång till ändras eller avslutas det.",
    (Avsnitt("Förordnandet", (Falt("slag", "Förordnande"), _FOR, _FRAN, _TILL, _KALLA)),),
    personer=_VEM,
    personhjalp="Den som förordnandet gäller, och företrädaren.",
)
UTREDNING: Final = Blankett(
    "utredning",
    "Utredning om ett barn",
    "Så länge en utredning är registrerad som öppen hos er får andra lämna uppgifter till den.",
    (Avsnitt("Utredningen", (Falt("oppen", "Är utredningen öppen?"),)),),
    personer=_VEM,
    personhjalp="Barnet.",
    rader=1,
)
UTSKRIVNINGSKLAR: Final = Blankett(
    "utskrivningsklar",
    "Utskrivningsklar",
    "Patientens fasta vårdkontakt ska sedan kalla till SIP inom tre dagar.",
    (
        Avsnitt(
            "Underrättelsen",
            (
                Falt("fast_vardkontakt", "Fast vårdkontakt", "Den enhet som kallar."),
                Falt("tidpunkt", "När underrättelsen lämnades"),
            ),
        ),
    ),
    personer=_VEM,
    personhjalp="Patienten.",
    rader=1,
)
PERSONFAKTA: Final = (
    SKYDD,
    HUSHALL,
    VARDNAD,
    MISSTANKT,
    MOGNAD,
    BESLUT,
    FORETRADARE,
    UTREDNING,
    UTSKRIVNINGSKLAR,
)
