"""Who reports a child, as a report may say it (O6; Agreement, "Anmälningsskyldighet enligt 14 kap. 1 § SoL")."""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT
from samverkanshub.domain.brist import Brist, of
from samverkanshub.domain.events import OROSANMALAN, Event
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import ON_CALL

ANONYMOUS: Final = "anonym"
TAKE_REPORTS: Final = frozenset({SOCIAL_CHILD_UNIT, ON_CALL})
"""Units to whom an anonymous source may turn by law, and who may have to pass its report on (O1)."""


@of(OROSANMALAN)
def anonymous_stays_so(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """O6: a report from an anonymous source holds nothing about who it was."""
    if not _is_anonymous(event):
        return
    if event.with_role("anmalare"):
        yield Brist("O6", "anonym-anmalare", "/data/personer", "an anonymous report names no `anmalare`")
    for uppgift in event.uppgifter:
        if uppgift.kategori == "anmalare":
            falt = f"/data{uppgift.vag}"
            yield Brist("O6", "anonym-anmalare", falt, f"an anonymous report has no `{falt}`")


@of(OROSANMALAN)
def duty_bound_never_anonymous(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """O6: who must report a child reports in its own name, also what an anonymous source has told it.

    As for B2's duty to inform, being on the list at all is what counts here: a day is the gate's to say. Those who take
    reports pass on an anonymous one as it is.
    """
    enhet = regelverk.katalog.enheter.get(event.enhet)
    if enhet is None or not _is_anonymous(event) or enhet.typ in TAKE_REPORTS:
        return
    if enhet.anmalningspliktig_fran:
        falt = "/data/anmalarslag"
        yield Brist(
            "O6", "anmalningsskyldig-anonym", falt, f"who is duty-bound to report is never anonymous in `{falt}`"
        )


def _is_anonymous(event: Event) -> bool:
    return event.koder.get("anmalarslag") == ANONYMOUS


RULES: Final = (anonymous_stays_so, duty_bound_never_anonymous)
