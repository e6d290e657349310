"""Is a consent in force, for all that it says, for a part or for nothing? What the gate would let it carry.

B7, K2, K3, K4, K8, K9, K11. What a consent exempts itself it does not say; what the person has exempted elsewhere for
the same purpose takes from what it says.
"""

from collections.abc import Iterator
from dataclasses import replace

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.consent import carries, exempting, starts
from samverkanshub.domain.events import Event, Uppgift
from samverkanshub.domain.frihet import binding
from samverkanshub.domain.givare import Fall
from samverkanshub.domain.protection import is_frozen_near, suspects
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Samtycke, Tillstand, Undantag

ALL, PART, NOTHING = "allt", "del", "inget"


def in_force(tillstand: Tillstand, event: Event, samtycke: Samtycke, tid: int, regelverk: Regelverk) -> str:
    """`ALL`, `PART` or `NOTHING` of what the consent that `event` registered covers, at `tid` (ms).

    K2: one that has not begun is asked about as of its start. B7: of who is frozen nothing is carried.
    """
    about = event.exposed
    assert about is not None, "a consent is somebody's"
    if is_frozen_near(tillstand, (about.person_id,)):
        return NOTHING
    asked = _questions(tillstand, event, samtycke, max(tid, starts(samtycke)), regelverk)
    found = set(_answers(tillstand, samtycke, asked, regelverk))
    if found == {True}:
        return ALL
    return PART if True in found else NOTHING


def _answers(tillstand: Tillstand, samtycke: Samtycke, asked: Iterator[Fall], regelverk: Regelverk) -> Iterator[bool]:
    """K3: is each carried, and exempted by nothing else than the consent itself? What that exempts is left out."""
    for fall in asked:
        exempt = exempting(tillstand, fall, regelverk)
        if all(one.registrering != samtycke.id for one in exempt):
            yield not exempt and carries(tillstand, samtycke.id, fall, regelverk)


def _questions(
    tillstand: Tillstand, event: Event, samtycke: Samtycke, tid: int, regelverk: Regelverk
) -> Iterator[Fall]:
    """K1: an item of each of its categories to each unit that it names, alone or by its organisation.

    K3: also each single item, employee and request id that the person has exempted, which a category does not show.
    """
    about, suspected = event.exposed, suspects(tillstand, event)
    assert about is not None, "a consent is somebody's"
    # K8: the age of today, where a birthday has passed since.
    person = tillstand.person(about.person_id)
    age = about.aldersklass if person.aldersklass == "okand" else person.aldersklass
    katalog = regelverk.katalog
    exempt = [one for one in binding(tillstand, person) if one.andamal == samtycke.andamal]
    named = [
        (ref, enhet)
        for ref in samtycke.mottagare
        for enhet in katalog.enheter
        if katalog.covers(ref.slag, ref.id, enhet)
    ]
    for kategori in samtycke.kategorier:
        uppgift = Uppgift("", kategori, about.roll, about.person_id)
        for ref, enhet in named:
            fall = Fall(uppgift, age, samtycke.andamal, enhet, tid, suspected, meddelande=ref.meddelande)
            yield fall
            for undantag in exempt:
                yield from _singled_out(fall, undantag, katalog)


def _singled_out(fall: Fall, undantag: Undantag, katalog: Katalog) -> Iterator[Fall]:
    """K3: the same for each single item, employee of the unit's actor, and message of a request id, exempted here."""
    for referens in undantag.uppgifter:
        yield replace(fall, uppgift=replace(fall.uppgift, referens=referens))
    for anstalld in undantag.anvandare:
        if anstalld.slag == katalog.enheter[fall.enhet].aktor:
            yield replace(fall, lasare=anstalld)
    for ref in undantag.mottagare:
        if ref.meddelande and not fall.meddelande:
            yield replace(fall, meddelande=ref.meddelande)
