"""The questions of auditors as pages: what each is called, what it asks for, and what stands in an empty answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from samverkanshub.pipeline.kontroll import OMSPELNING, VERIFIERING

FIRST: Final = "handelser"
"""The question of the first page."""


@dataclass(frozen=True, slots=True)
class Falt:
    """A field of a question's form; `lista` is what it proposes, and what is `dold` is never shown again."""

    namn: str
    etikett: str
    hjalp: str = ""
    slag: str = "text"
    kravs: bool = False
    lista: str = ""
    dold: bool = False


@dataclass(frozen=True, slots=True)
class Fragesida:
    """A question as a page. `genast`: asked when the page is opened, since it needs nothing; `dagar`: back in time."""

    fraga: str
    namn: str
    ingress: str
    falt: tuple[Falt, ...]
    tomt: str
    genast: bool = False
    dagar: int = 0


_EVENT: Final = Falt("handelse", "Händelsens id", "Det id som avsändaren fick när den sände.")
_DAYS: Final = (
    Falt("fran", "Från och med", slag="date"),
    Falt("till", "Till, men inte med", slag="date"),
)
_NOTHING: Final = "Det finns inget att visa inom din omfattning."

SIDOR: Final[Mapping[str, Fragesida]] = {
    one.fraga: one
    for one in (
        Fragesida(
            FIRST,
            "Sök",
            "Varje rad i besluten som du får läsa. Villkoren gäller tillsammans.",
            (
                _EVENT,
                Falt("arende", "Ärende", "Ärendets alias, så som raderna visar det."),
                Falt("aktor", "Avsändare eller mottagare", "En enhet, eller en roll för andras enheter.", lista="namn"),
                Falt("regel", "Regel", "Till exempel K3.", lista="regler"),
                *_DAYS,
            ),
            "Inga rader stämmer med det du söker.",
            dagar=30,
        ),
        Fragesida(
            "arende",
            "Ärende",
            "Allt om ärendet som en händelse hör till, i loggens ordning, med de skyldigheter som varje händelse gav.",
            (Falt("handelse", "Händelsens id", "Vilken som helst av ärendets händelser.", kravs=True), *_DAYS),
            _NOTHING,
        ),
        Fragesida(
            "person",
            "Person",
            "Vem som fick och vem som öppnade vad om en person, och med vilket stöd. Numret visas aldrig igen.",
            (
                Falt("nummer", "Personnummer", "Tolv siffror.", kravs=True, dold=True),
                *_DAYS,
            ),
            "Det finns inget om personen inom din omfattning. Samma svar får du om någon som ingen känner.",
        ),
        Fragesida(
            "undanhallet",
            "Undanhållet",
            "Hur mycket som undanhölls varje månad, skäl för skäl. En uppgift till två mottagare räknas två gånger.",
            _DAYS,
            "Inget undanhölls under de här dagarna.",
            genast=True,
            dagar=365,
        ),
        Fragesida(
            "slutar",
            "Samtycken som slutar",
            "Samtycken som gäller nu och slutar på de dagar du anger. Utan dagar: inom trettio dagar.",
            _DAYS,
            "Inget samtycke slutar under de här dagarna.",
            genast=True,
        ),
        Fragesida(
            "samtycke",
            "Ett samtycke",
            "Var ett samtycke har använts: allt som vilar på det, med registrering, ändringar och slut.",
            (Falt("samtycke", "Samtyckets id", "Id:t för händelsen som registrerade det.", kravs=True), *_DAYS),
            _NOTHING,
        ),
        Fragesida(
            "makulerat",
            "Makulerade samtycken",
            "Vad som levererades och öppnades under samtycken som sedan makulerades, eftersom de var fel registrerade.",
            (Falt("samtycke", "Samtyckets id", "Lämna tomt för alla. Med id: allt som vilade på just det."), *_DAYS),
            "Inget har vilat på ett makulerat samtycke.",
            genast=True,
        ),
        Fragesida(
            "incidenter",
            "Incidenter",
            "Vad någon inte borde ha fått. En personuppgiftsincident anmäls inom 72 timmar från att den blev känd "
            "(dataskyddsförordningen artikel 33.1), om det inte är osannolikt att den medför en risk.",
            _DAYS,
            "Det finns inga incidenter.",
            genast=True,
        ),
        Fragesida(
            "oppningar",
            "Loggranskning",
            "Den egna myndighetens öppningar, och varför en bör ses över. Med ett frö dras en av tio: samma frö drar "
            "samma öppningar, så att någon annan kan göra om urvalet.",
            (
                Falt("anvandare", "Användare", "Lämna tomt för alla."),
                Falt("froe", "Frö", "Små bokstäver och siffror. Välj det innan du tittar."),
                *_DAYS,
            ),
            "Ingen öppnade något under de här dagarna.",
            dagar=30,
        ),
        Fragesida(
            "fragor",
            "Frågor som ställts",
            "Vad granskare med samma omfattning har frågat, i ordning. Det kan varken ändras eller tas bort.",
            (),
            "Ingen har frågat något före dig.",
            genast=True,
        ),
    )
}
"""In the order of the pages' own navigation."""

KONTROLLER: Final[Mapping[str, tuple[str, str]]] = {
    VERIFIERING: (
        "Verifiera",
        "Är loggen och besluten som de signerades? Signatur, varje blad, varje post och varje beslut prövas i de "
        "områden där din omfattning har något.",
    ),
    OMSPELNING: (
        "Spela om",
        "Ger loggen samma beslut i dag? Allt bedöms på nytt från början, och det som din omfattning rör jämförs med "
        "det som antecknades.",
    ),
}
"""The checks that can be started, with what each asks."""
SLUTADE: Final[Mapping[str, str]] = {
    "lika": "allt stämmer",
    "skiljer": "något skiljer sig",
    "ej-provad": "inget kunde prövas",
    "avbruten": "avbruten",
    "fel": "gick inte att göra",
}
"""How a check has ended."""

NAMN: Final[Mapping[str, str]] = {
    **{one.fraga: one.namn for one in SIDOR.values()},
    "brev": "Brev till en person",
    "incidentbeslut": "Beslut om en incident",
    "tidslinje": "Tidslinje",
    **{slag: namn for slag, (namn, _) in KONTROLLER.items()},
    **{
        f"{slag}-{ending}": f"{namn}: {said}"
        for slag, (namn, _) in KONTROLLER.items()
        for ending, said in SLUTADE.items()
    },
}
"""What each question is called, and each other look that is kept as one."""

FEL: Final[Mapping[str, str]] = {
    "anvandare": "Skriv användaren som den står i listan, till exempel handlaggare.7.",
    "aktor": "Skriv en aktör, enhet, läsargrupp eller roll så som raderna visar den.",
    "arende": "Det finns inget sådant ärende inom din omfattning.",
    "fran": "Skriv en dag som ÅÅÅÅ-MM-DD.",
    "froe": "Skriv 1–32 tecken: små bokstäver a–z, siffror och bindestreck.",
    "handelse": "Det finns ingen sådan händelse inom din omfattning. Ett id har formen 8-4-4-4-12 tecken.",
    "nummer": "Skriv ett personnummer med tolv siffror, eller ett samordningsnummer.",
    "regel": "Skriv en regel som en bokstav och ett tal, till exempel K3.",
    "samtycke": "Det finns inget sådant samtycke inom din omfattning. Ett id har formen 8-4-4-4-12 tecken.",
    "till": "Skriv en dag som ÅÅÅÅ-MM-DD.",
}
"""What is wrong with a field, in words that repeat nothing of what was written."""
SAKNAS: Final = "Det här måste fyllas i."


def given(sida: Fragesida, form: Mapping[str, str]) -> dict[str, str]:
    """What a form says in the fields of the question, without spaces around."""
    return {falt.namn: form.get(falt.namn, "").strip() for falt in sida.falt}


def at_first(sida: Fragesida, today: date) -> dict[str, str]:
    """What stands in the form before anybody has written in it: how far back one looks."""
    values = given(sida, {})
    if sida.dagar:
        values["fran"] = (today - timedelta(days=sida.dagar)).isoformat()
    return values


def lacking(sida: Fragesida, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the form that nobody need be asked to see."""
    return {falt.namn: SAKNAS for falt in sida.falt if falt.kravs and not values[falt.namn]}
