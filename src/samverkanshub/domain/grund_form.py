"""The form of what a sender invokes by law, judged without state: B2 of RULES.md."""

from collections.abc import Iterator, Mapping

from samverkanshub.domain.actors import SOCIALTJANST
from samverkanshub.domain.brist import Brist, of
from samverkanshub.domain.events import UPPGIFT_TILL_UTREDNING, Event
from samverkanshub.domain.regelverk import Regelverk


def provision_known(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """B2: what is invoked breaks secrecy by the catalogue, for such messages; whether it holds is for the gate."""
    grund = event.koder.get("grund")
    invoked = grund.get("bestammelse") if isinstance(grund, Mapping) else None
    if invoked is None:
        return
    falt, rows = "/data/grund/bestammelse", [r for r in regelverk.bestammelser if (r.id, r.regel) == (invoked, "B2")]
    if not rows:
        yield Brist("B2", "okand-bestammelse", falt, f"`{falt}` is no secrecy-breaking provision of the catalogue")
    elif event.typ == UPPGIFT_TILL_UTREDNING and all(event.typ not in row.typer for row in rows):
        yield Brist("B2", "fel-bestammelse", falt, f"`{falt}` is no duty to inform an investigation")


@of(UPPGIFT_TILL_UTREDNING)
def to_one_investigator(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """B2: what informs a child investigation goes to one socialtjänst unit and nobody else."""
    found = [regelverk.katalog.enheter.get(mottagare.id) for mottagare in event.mottagare]
    if [enhet.verksamhet for enhet in found if enhet] != [SOCIALTJANST] or len(found) != 1:
        falt = "/data/mottagare"
        yield Brist("B2", "en-utredande-enhet", falt, f"`{falt}` must be one unit of the socialtjänst")


@of(UPPGIFT_TILL_UTREDNING)
def duty_bound_informs(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """B2: only who must report a child must inform its investigation; on which day is for the gate to say."""
    enhet = regelverk.katalog.enheter.get(event.enhet)
    if enhet is not None and not enhet.anmalningspliktig_fran:
        yield Brist("B2", "ej-anmalningsskyldig", "/type", "only who is duty-bound to report sends to an investigation")
