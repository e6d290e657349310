"""What a sender is to do beside waiting: stable codes for its outcome, such as `ring`."""

from collections.abc import Iterable, Iterator

from samverkanshub.domain.bases import report_concerns_adult
from samverkanshub.domain.events import Event
from samverkanshub.domain.routing import CONTACT, STATUTORY, Kandidat


def contact_hints(who: Iterable[Kandidat], *, frozen: bool) -> Iterator[str]:
    """N1: "ring 112" stands beside it; a unit that is not reached through the hub is telephoned (B7)."""
    yield "ring-112"
    if frozen or not any(k.enhet.ansluten for k in who if k.funktion == CONTACT):
        yield "ring"


def report_hints(
    event: Event, who: Iterable[Kandidat], *, frozen: bool, alarmed: bool, headless: bool
) -> Iterator[str]:
    """B1, B7: whom the hub may not have reached is telephoned; about an adult, N1 and 112.

    `alarmed`: a unit head was; `headless`: a unit without readers has no head to alert either.
    """
    if report_concerns_adult(event):
        yield from ("kontaktformedling", "ring-112")
        return
    connected = any(k.enhet.ansluten for k in who if k.funktion == STATUTORY)
    if frozen or headless or not connected:
        yield "ring"
    if alarmed:
        yield "enhetschef-larmas"
