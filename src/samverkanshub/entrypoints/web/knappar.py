"""What can be done about something that is shown, and what is filled in where it leads. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.consent_form import GIVEN
from samverkanshub.domain.events import MESSAGES, OROSANMALAN, SIP_KALLELSE, UNDANTAG_ANMALT
from samverkanshub.domain.flows import ansvar, overlamning
from samverkanshub.domain.flows.listning import WAITS
from samverkanshub.domain.messages import MESSAGE, SPREAD
from samverkanshub.domain.plikter import (
    A3_ANSVAR,
    H2_KVITTENS,
    N1_KVITTENS,
    O4_KVITTENS,
    O4_SKYDDSBEDOMNING,
    S3_INFORMATION,
)


@dataclass(frozen=True, slots=True)
class Knapp:
    """What to do: an address below the root, and what is sent there."""

    text: str
    vag: str
    falt: tuple[tuple[str, str], ...]


_ASKS: Final[Mapping[str, tuple[str, str]]] = {
    ansvar.PROPOSED: ("ansvar_svar", "forslag"),
    overlamning.PROPOSED.kod: ("overlamning_svar", "overlamning"),
}
"""By code of a row, the type of the answer and as what that names the question."""
_ASKED: Final[Mapping[str, str]] = {A3_ANSVAR: ansvar.PROPOSED, H2_KVITTENS: overlamning.PROPOSED.kod}
"""By duty, the code of the row that asked for an answer."""
_OPEN: Final = ("Öppna leveransen", "/inkorg/oppna", "leverans")
_MEETS: Final[Mapping[str, tuple[str, str, str]]] = {
    H2_KVITTENS: _OPEN,
    N1_KVITTENS: _OPEN,
    O4_KVITTENS: _OPEN,
    O4_SKYDDSBEDOMNING: ("Anteckna bedömningen", "/skicka/skyddsbedomning_gjord", "leverans"),
    S3_INFORMATION: ("Anteckna informationen", "/skicka/vardnadshavare_informerad", "meddelande"),
}
"""By duty, where it is met and as what that names what the duty is about."""


def for_duty(slag: str, roll: str, avser: str, arende: str, fraga: str = "") -> Iterator[Knapp]:
    """What meets the duty, where it is the unit's to meet; what it is about; and to hand the ärende over (H1).

    `fraga`: what the unit is asked, and answers.
    """
    own = roll != WAITS
    if fraga:
        yield from for_row(_ASKED.get(slag, ""), fraga, arende)
    if fraga and slag == H2_KVITTENS:
        return  # There is nothing yet to open, and nothing of its own to hand over.
    if own and avser and slag in _MEETS:
        text, vag, name = _MEETS[slag]
        yield Knapp(text, vag, ((name, avser),))
    elif avser:
        yield Knapp("Visa vad det gäller", "/skickat", (("handelse", avser),))
    if own and arende and slag == A3_ANSVAR:
        yield _form("Föreslå vem som ansvarar", "ansvar_forslag", "arende", arende)
    elif own and arende:
        yield _form("Lämna över ärendet", "overlamning", "arende", arende)


def for_row(kod: str, handelse: str, arende: str) -> Iterator[Knapp]:
    """What a row of the inbox asks its reader (H1, A3)."""
    if kod in _ASKS:
        typ, name = _ASKS[kod]
        yield Knapp("Svara på frågan", f"/skicka/{typ}", (("arende", arende), (name, handelse)))


def for_delivery(slag: str, typ: str, leverans: str, handelse: str, arende: str) -> Iterator[Knapp]:
    """What a recipient does about what it has opened, beside its kvittens (O4, O5, H1, K4)."""
    if slag == SPREAD and typ in GIVEN:
        yield _form("Återkalla samtycket", "samtycke_aterkallat", "samtycke", handelse)
    if slag != MESSAGE:
        return
    if typ == OROSANMALAN:
        yield _form("Skyddsbedömning gjord", "skyddsbedomning_gjord", "leverans", leverans)
        yield _form("Återkoppla till anmälaren", "aterkoppling", "leverans", leverans)
    if arende:
        yield _form("Lämna över ärendet", "overlamning", "arende", arende)
        yield _form("Avsluta vår del", "avslut", "arende", arende)
        yield _form("Skicka en avvikelse", "avvikelse", "arende", arende)
        yield _form("Anmäl jäv", "jav", "arende", arende)


def for_event(typ: str, handelse: str, arende: str, *, stands: bool) -> Iterator[Knapp]:
    """What a sender does about what it has sent: only of what was taken in, and `stands` (Q2, K4)."""
    if not stands:
        return
    if typ in MESSAGES:
        yield _form("Skicka ett rättat", typ, "rattar", handelse)
        yield _form("Återkalla", "aterkallelse", "meddelande", handelse)
        if arende:
            yield _form("Lämna över ärendet", "overlamning", "arende", arende)
    if typ == OROSANMALAN:
        yield _form("Anteckna ett samtal", "samtal_noterat", "meddelande", handelse)
    if typ == SIP_KALLELSE:
        yield _form("Vårdnadshavare informerad", "vardnadshavare_informerad", "meddelande", handelse)
    if typ in GIVEN:
        yield _form("Ändra samtycket", "samtycke_andrat", "samtycke", handelse)
        yield _form("Återkalla samtycket", "samtycke_aterkallat", "samtycke", handelse)
    if typ in GIVEN or typ == UNDANTAG_ANMALT:
        yield _form("Makulera", "samtycke_makulerat", "samtycke", handelse)


def _form(text: str, typ: str, name: str, value: str) -> Knapp:
    return Knapp(text, f"/skicka/{typ}", ((name, value),))
