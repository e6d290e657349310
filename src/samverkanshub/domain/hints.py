"""What a sender is to do beside waiting: stable codes for its outcome, such as `ring`."""

from collections.abc import Collection, Iterable, Iterator

from samverkanshub.domain.bases import report_concerns_adult
from samverkanshub.domain.events import Event
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import CONTACT, STATUTORY, Kandidat, answers, has_itself, statutory_municipalities


def contact_hints(who: Iterable[Kandidat], *, frozen: bool) -> Iterator[str]:
    """N1: "ring 112" stands beside it; a unit that is not reached through the hub is telephoned (B7)."""
    yield "ring-112"
    asked = [kandidat.enhet for kandidat in who if kandidat.funktion == CONTACT]
    if frozen or not asked or not all(enhet.ansluten for enhet in asked):
        yield "ring"


def report_hints(
    event: Event,
    who: Collection[Kandidat],
    tid: int,
    regelverk: Regelverk,
    *,
    frozen: bool,
    alarmed: bool,
    headless: bool,
) -> Iterator[str]:
    """B1, B7: whom the hub may not have reached at this time (ms) is telephoned; about an adult, N1 and 112.

    `alarmed`: a unit head was; `headless`: a unit without readers has no head to alert either.
    """
    if report_concerns_adult(event):
        yield from ("kontaktformedling", "ring-112")
        return
    kommuner, own = statutory_municipalities(event), has_itself(event, tid, regelverk)
    if frozen or headless or not kommuner or not all(_reached(kommun, who, own, tid, regelverk) for kommun in kommuner):
        yield "ring"
    if alarmed:
        yield "enhetschef-larmas"


def _reached(kommun: str, who: Iterable[Kandidat], own: Collection[str], tid: int, regelverk: Regelverk) -> bool:
    """O1, O4: is every statutory recipient there one that the hub reaches, and does any of them answer now?

    Each bears the clock. Outside office hours it is the socialjour that answers: that the child unit reads it through
    the hub in the morning is not enough. Where nobody bears one, the unit that reports has it already (`own`).
    """
    units = [k.enhet for k in who if k.funktion == STATUTORY and kommun in k.enhet.territorium]
    if not units:
        return kommun in own
    return all(enhet.ansluten for enhet in units) and any(answers(enhet, tid, regelverk) for enhet in units)
