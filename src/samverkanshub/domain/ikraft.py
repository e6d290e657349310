"""Is a consent in force, for all that it says, for a part or for nothing? What the gate would let it carry.

K2, K4, K8, K9, K11. Exemptions (K3) end no consent, and are not asked about.
"""

from collections.abc import Iterator

from samverkanshub.domain.consent import carries, starts
from samverkanshub.domain.events import Event, Uppgift
from samverkanshub.domain.givare import Fall
from samverkanshub.domain.protection import suspects
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Samtycke, Tillstand

ALL, PART, NOTHING = "allt", "del", "inget"


def in_force(tillstand: Tillstand, event: Event, samtycke: Samtycke, tid: int, regelverk: Regelverk) -> str:
    """`ALL`, `PART` or `NOTHING` of what the consent that `event` registered covers, at `tid` (ms).

    K2: one that has not begun is asked about as of its start.
    """
    asked = _questions(tillstand, event, samtycke, max(tid, starts(samtycke)), regelverk)
    found = {carries(tillstand, samtycke.id, fall, regelverk) for fall in asked}
    if found == {True}:
        return ALL
    return PART if True in found else NOTHING


def _questions(
    tillstand: Tillstand, event: Event, samtycke: Samtycke, tid: int, regelverk: Regelverk
) -> Iterator[Fall]:
    """K1: an item of each of its categories to each unit that it names, alone or by its organisation."""
    about, suspected = event.exposed, suspects(tillstand, event)
    assert about is not None, "a consent is somebody's"
    # K8: the age of today, where a birthday has passed since.
    known = tillstand.person(about.person_id).aldersklass
    age = about.aldersklass if known == "okand" else known
    katalog = regelverk.katalog
    named = [
        (ref, enhet)
        for ref in samtycke.mottagare
        for enhet in katalog.enheter
        if katalog.covers(ref.slag, ref.id, enhet)
    ]
    for kategori in samtycke.kategorier:
        uppgift = Uppgift("", kategori, about.roll, about.person_id)
        for ref, enhet in named:
            yield Fall(uppgift, age, samtycke.andamal, enhet, tid, suspected, meddelande=ref.meddelande)
