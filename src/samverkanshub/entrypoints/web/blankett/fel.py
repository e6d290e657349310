"""What is wrong with a form, in words, beside the input that the hub's pointer names. Pure; no value is repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.codec.shape import DataSchema, Field, Many
from samverkanshub.domain.errors import Conflict, Forbidden, HubError
from samverkanshub.domain.ord import HINDRAR
from samverkanshub.entrypoints.web.blankett.rita import Del, Ruta, inputs

ROOT: Final = "/data/"
SAGT: Final[Mapping[str, str]] = {
    "annat-innehall": "Det här formuläret är redan skickat, med annat innehåll. Inget mer har skickats.",
    "dubbelt-namn": "Något har skickats två gånger. Ladda om sidan och fyll i på nytt.",
    "ej-i-lista": "Välj ett av alternativen.",
    "ej-lagringsbart": "Texten innehåller tecken som inte kan sparas. Skriv om den.",
    "ej-meddelande": "Det går bara att fråga om meddelanden.",
    "fel-avsandare": "Ni kan bara skicka som er egen läsargrupp.",
    "fel-form": "Det är inte ifyllt på rätt sätt.",
    "fel-signatur": "Underskriften stämmer inte. Säg till den som driver hubben.",
    "for-omfattande": "Det är för många uppgifter till för många mottagare. Dela upp det i flera meddelanden.",
    "for-stor": "Det är för mycket text. Korta den.",
    "meddelande-i-karantan": "Meddelandet kunde inte läsas av hubben. Skicka det på nytt när felet är rättat.",
    "ogiltigt-nummer": "Det är inget giltigt nummer av det slaget. Kontrollera siffrorna.",
    "okand-nyckel": "Er nyckel gäller inte i dag. Säg till den som driver hubben.",
    "okand-roll": "Ingen i meddelandet har den rollen. Lägg till personen, eller välj vem det gäller.",
    "okant-arende": "Det är inget ärende som ni har del i.",
    "okant-samtycke": "Det är inget samtycke av den personen som ni får ändra.",
    "personnummer-i-kod": "Här får inget stå som ser ut som ett personnummer.",
    "personnummer-i-referens": "Beteckningen ser ut som ett personnummer. Välj personnummer, eller skriv en annan.",
    "saknas": "Fyll i det här.",
    "slut-fore-start": "Slutet ska vara efter början.",
    "uppgift-om-flera": "Uppgiften kan gälla flera. Välj vem den gäller, eller ange bara en person i den rollen.",
}
"""What the codes say that are not a rule's own; `domain.ord` has those."""
FORMS: Final[Mapping[str, str]] = {
    "datum": "Ange en dag, till exempel 2026-11-22.",
    "tid": "Ange dag och klockslag, till exempel 2026-11-22 14:30.",
    "val": "Välj ett av alternativen.",
}
"""By kind of input, what a value that has not its form is told."""
ELSE: Final = "Det går inte att skicka så här. Kontrollera det som är ifyllt."
NO_ANSWER: Final = "Hubben svarar inte just nu. Allt du har skrivit står kvar: försök igen om en stund."
BY_ANOTHER: Final = (
    "Det här skrevs av någon annan, som inte är inloggad längre, och inget har gjorts. "
    "Läs igenom det innan du gör det i ditt namn."
)


@dataclass(frozen=True, slots=True)
class Fel:
    """A fault: the place of the input, empty where it is of none; its id and label; and what is wrong."""

    plats: str
    id: str
    etikett: str
    text: str


def fel(error: HubError, delar: Sequence[Del]) -> Fel:
    """What an error of the hub's says of this form."""
    ruta = place(error.falt, delar)
    text = said(error, ruta)
    return Fel(ruta.plats, ruta.id, ruta.etikett, text) if ruta else Fel("", "", "", text)


def missing(schema: DataSchema, data: Mapping[str, Any], delar: Sequence[Del]) -> list[Fel]:
    """What the schema requires and is not filled in: the hub names the first, and who fills in wants to know of all."""
    found = [place(f"{ROOT}{name}", delar) for name, one in schema.fields.items() if _lacks(one, data.get(name))]
    return [Fel(ruta.plats, ruta.id, ruta.etikett, SAGT["saknas"]) for ruta in found if ruta is not None]


def _lacks(member: Field, value: Any) -> bool:
    few = isinstance(member.node, Many) and len(value or ()) < member.node.minst
    return member.required and (value is None or few)


def said(error: HubError, ruta: Ruta | None) -> str:
    """An error in words. What is another's and what does not exist are told alike (T3)."""
    if isinstance(error, Conflict | Forbidden):
        return SAGT.get(error.code, ELSE)
    if error.code == "fel-form" and ruta is not None and ruta.slag in FORMS:
        return FORMS[ruta.slag]
    return SAGT.get(error.code) or HINDRAR.get(error.code) or ELSE


def place(falt: str, delar: Sequence[Del]) -> Ruta | None:
    """The input that a pointer names: itself, the one it lies in, or the first that lies in it."""
    if not falt.startswith(ROOT):
        return None
    wanted, found = _as_shown(falt.removeprefix(ROOT)), list(inputs(delar))
    while wanted:
        within = [ruta for ruta in found if ruta.plats == wanted or ruta.plats.startswith(f"{wanted}/")]
        if within:
            # Of a person who is named by no number, the number.
            return next((ruta for ruta in within if ruta.slag == "nummer"), within[0])
        wanted = wanted.rpartition("/")[0]
    return None


def _as_shown(vag: str) -> str:
    """A person's number has one input, whatever it is a number of."""
    head, _, name = vag.rpartition("/")
    if head.startswith("personer/") and name in ("personnummer", "samordningsnummer", "referens"):
        return f"{head}/nummer"
    return vag
