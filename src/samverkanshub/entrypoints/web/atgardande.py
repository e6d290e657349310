"""Operators act by form: in the name of who is logged in and was shown it, and are told what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.atgarder import SKAL
from samverkanshub.domain.errors import Conflict, Forbidden, HubError, NotFound, Refused
from samverkanshub.entrypoints.web import koder
from samverkanshub.entrypoints.web.blankett.fel import BY_ANOTHER
from samverkanshub.entrypoints.web.blankett.tolka import Given, by_another, first
from samverkanshub.entrypoints.web.inloggad import Inloggad
from samverkanshub.pipeline.driftatgarder import Besked

FEL: Final[Mapping[str, str]] = {
    "artefakt-saknas": "Förslagets artefakter finns inte i hubbens förråd. Avböj det och föreslå på nytt.",
    "eget-forslag": "Du föreslog det själv. En annan operatör ska godkänna det.",
    "foraldrat": "Ett annat regelverk har satts i kraft sedan detta föreslogs. Att godkänna det skulle ta bort det som "
    "ändrades då. Avböj förslaget, utgå från det regelverk som gäller nu och föreslå på nytt.",
    "aterkallad-nyckel": "En nyckel som är återkallad måste stå kvar som återkallad. Lägg tillbaka den.",
    "for-fa-operatorer": "Minst två ska vara operatörer enligt det. Annars kan inget mer godkännas av två.",
    "ingen-fryst": "Posten fryser inte någon längre.",
    "inget-forslag": "Det är redan avgjort, eller finns inte.",
    "prov-pagar": "En prövning pågår redan. Vänta tills den är klar, eller avbryt den.",
    "redan-foreslaget": "Det är redan föreslaget.",
    "regelverk-for-gammalt": "Regelverket är äldre än programmet. Det måste aktiveras på nytt först.",
    "saknas": "Välj ett skäl.",
    "samma-regelverk": "Det regelverket gäller redan.",
}
ELSE: Final = "Det gick inte att läsa vad som skulle göras, och inget är gjort. Försök igen."
REFUSED: Final = "Grinden godtog det inte, och inget är ändrat."
WAITS: Final = "vantar"
STANDS_IN_THE_LOG: Final = "Det är antecknat i loggen. Grinden har inte kommit till det än; läs om sidan om en stund."


@dataclass(frozen=True, slots=True)
class Utfall:
    """What came of it: what was wrong and the status that says so, or nothing. `vantar`: it is not judged yet."""

    fel: str = ""
    status: int = 303
    vantar: bool = False


async def performed(sent: Given, vem: Inloggad, act: Callable[[], Awaitable[Besked]]) -> Utfall:
    """Do it, unless the form was shown to somebody else. Raises `Unavailable`."""
    if by_another(sent, vem.skriver):
        return Utfall(BY_ANOTHER, 409)
    try:
        besked = await act()
    except (Conflict, Forbidden, NotFound, Refused) as error:
        return Utfall(FEL.get(error.code, ELSE), _status(error))
    if besked.dom == "avvisas":
        return Utfall(" ".join((REFUSED, *(koder.mening(kod, nekar=True) for kod in besked.skal))), 409)
    return Utfall(vantar=not besked.dom)


def reason(sent: Given, slag: str) -> str:
    """Why it is done, of the act's own reasons. Raises `Refused` (`saknas`)."""
    if (skal := first(sent, "skal")) not in SKAL[slag]:
        raise Refused("`skal` is none of the act's", falt="/skal", code="saknas")
    return skal


def _status(error: HubError) -> int:
    if isinstance(error, Forbidden):
        return 403
    return 422 if isinstance(error, Refused) else 409
