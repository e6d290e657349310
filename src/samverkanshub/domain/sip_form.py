"""What a summons, a notice, a request for contact, a deviation and a suspicion must say: S3-S6, N1, A4, F1.

Judged without state.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from samverkanshub.domain.actors import HALSO_SJUKVARD
from samverkanshub.domain.brist import Brist, of
from samverkanshub.domain.events import (
    ADULT,
    AVVIKELSE,
    CHILD_CLASSES,
    INFORMERAD,
    KONTAKTFORMEDLING,
    MISSTANKT,
    RISKBEDOMNING,
    SIP_KALLELSE,
    UTSKRIVNINGSKLAR,
    Event,
)
from samverkanshub.domain.regelverk import Regelverk

ABSENT: Final = "deltar_inte"
NOT_INFORMED: Final = "ges_inte"


@of(SIP_KALLELSE)
def takes_part(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """S5: says how the person takes part and is informed, or the ground why not (Agreement, "Lag om SIP")."""
    said = event.koder.get("delaktighet")
    if not isinstance(said, Mapping) or not said.get("satt") or not said.get("information"):
        yield _missing("S5", "/data/delaktighet", "how the person takes part and is informed, or the ground why not")
    elif (said["satt"] == ABSENT or said["information"] == NOT_INFORMED) and not said.get("skal"):
        yield _missing("S5", "/data/delaktighet/skal", "the ground why the person takes no part or is not informed")


@of(SIP_KALLELSE, RISKBEDOMNING)
def childs_rights(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """S6: about a child, the child's view, information given and best-interests assessment, each done or why not.

    Also a risk assessment (Agreement, "Barnets rätt" in SIP and in "Riskbedömning").
    """
    if not _about_child(event):
        return
    said = event.koder.get("barnets_ratt")
    points = said if isinstance(said, Mapping) else {}
    for point in ("asikt", "information", "basta"):
        if not points.get(point):
            yield _missing("S6", f"/data/barnets_ratt/{point}", "of a child what was done, or why not")


def _about_child(event: Event) -> bool:
    """Somebody under 18, or in the role of a child and not known to be an adult."""
    about = event.exposed
    named_so = bool(event.with_role("barn"))
    return about is not None and (about.aldersklass in CHILD_CLASSES or (named_so and about.aldersklass != ADULT))


@of(INFORMERAD)
def not_informed_has_ground(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """S3: that a guardian was not informed is recorded with its ground."""
    if event.koder.get("utfall") == "ej_gjort" and not event.koder.get("skal"):
        yield _missing("S3", "/data/skal", "the ground why the guardian was not informed")


@of(UTSKRIVNINGSKLAR)
def discharge_notice(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """S4: from health care, naming the patient's fasta vårdkontakt, a unit of health care (lag 2017:612 4 kap.)."""
    units = regelverk.katalog.enheter
    sender, contact = units.get(event.enhet), units.get(str(event.koder.get("fast_vardkontakt")))
    if sender is not None and sender.verksamhet != HALSO_SJUKVARD:
        yield Brist("S4", "far-ej-registrera", "/type", "only health care gives notice of a discharge")
    if contact is None or contact.verksamhet != HALSO_SJUKVARD:
        falt = "/data/fast_vardkontakt"
        yield Brist("S4", "okand-vardkontakt", falt, f"`{falt}` is no unit of health care in the directory")


@of(KONTAKTFORMEDLING)
def adults_contact(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """N1, B1: contact is arranged for adults; about somebody under 18 a report is made instead."""
    about = event.exposed
    if about is not None and about.aldersklass in CHILD_CLASSES:
        detail = "`personer` names somebody under 18: send an `orosanmalan` instead"
        yield Brist("N1", "anvand-orosanmalan", "/data/personer", detail)


@of(AVVIKELSE)
def lex_asked(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """A4: says of lex Sarah and of lex Maria that it applies, does not, or is not yet judged."""
    for name in ("lex_sarah", "lex_maria"):
        if not event.koder.get(name):
            yield _missing("A4", f"/data/{name}", "whether it applies, does not, or is not yet judged")


@of(MISSTANKT)
def review_date(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """F1: a suspicion has a review date, one that a deadline can be counted from."""
    granskas = str(event.koder.get("granskas", "2000"))
    if not "2000" <= granskas[:4] < "2200":
        yield Brist("F1", "fel-form", "/data/granskas", "`granskas` must be a date of the years 2000 to 2199")


def _missing(regel: str, falt: str, what: str) -> Brist:
    return Brist(regel, "saknas", falt, f"`{falt}` must say {what}")


RULES: Final = (
    takes_part,
    childs_rights,
    not_informed_has_ground,
    discharge_notice,
    adults_contact,
    lex_asked,
    review_date,
)
