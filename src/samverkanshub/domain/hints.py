"""What a sender is to do beside waiting: stable codes for its outcome, such as `ring`."""

from collections.abc import Collection, Iterable, Iterator

from samverkanshub.domain.bases import report_concerns_adult
from samverkanshub.domain.events import Event
from samverkanshub.domain.routing import CONTACT, STATUTORY, Kandidat, statutory_municipalities


def contact_hints(who: Iterable[Kandidat], *, frozen: bool) -> Iterator[str]:
    """N1: "ring 112" stands beside it; a unit that is not reached through the hub is telephoned (B7)."""
    yield "ring-112"
    if frozen or not any(k.enhet.ansluten for k in who if k.funktion == CONTACT):
        yield "ring"


def report_hints(
    event: Event, who: Collection[Kandidat], *, frozen: bool, alarmed: bool, headless: bool
) -> Iterator[str]:
    """B1, B7: whom the hub may not have reached is telephoned; about an adult, N1 and 112.

    `alarmed`: a unit head was; `headless`: a unit without readers has no head to alert either.
    """
    if report_concerns_adult(event):
        yield from ("kontaktformedling", "ring-112")
        return
    kommuner = statutory_municipalities(event)
    if frozen or headless or not kommuner or not all(_connected(kommun, who) for kommun in kommuner):
        yield "ring"
    if alarmed:
        yield "enhetschef-larmas"


def _connected(kommun: str, who: Iterable[Kandidat]) -> bool:
    """O1: all of them are statutory recipients, so that each municipality must have somebody whom the hub reaches."""
    statutory = (kandidat.enhet for kandidat in who if kandidat.funktion == STATUTORY)
    return any(enhet.ansluten for enhet in statutory if kommun in enhet.territorium)
