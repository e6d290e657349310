"""The histories that the laws are put to hold every kind of event, with effect: else a law says nothing of it."""

from collections import Counter
from collections.abc import Iterator

import pytest
from histories import BESLUT, FEEDBACK, KVITTENSER, history_of, play
from varld import Step

from samverkanshub.domain import events
from samverkanshub.domain.state import Tillstand

NUMBER, SHARE = 160, 4
"""How many histories are looked at, and in how many of them each kind must come with effect."""
TYPES = (events.MESSAGES | events.CONSENTS | events.PERSON_FACTS | events.ACTS | events.NOTICES | events.HUBS_OWN) | {
    events.KVITTENS,
    events.OPPNING,
    events.REGELVERK,
}
OF_THEIR_OWN = {events.DRIFTATGARD, events.KANARIE, events.RADERING}
"""What have laws of their own in `test_gate_laws.py`: they change nothing of persons and ärenden."""
KINDS = (
    *sorted(TYPES - OF_THEIR_OWN),
    *(f"beslut_om_barn/{slag}" for slag in BESLUT),
    *(f"kvittens/{slag}" for slag in KVITTENSER),
    *(f"aterkoppling/{utfall}" for utfall in FEEDBACK),
    *(f"samtycke_svar/{svar}" for svar in ("lamnat", "nekat", "ej_fragat_fara")),
    *(f"overlamning_svar/{svar}" for svar in ("godtas", "avvisas")),
    *(f"ansvar_svar/{svar}" for svar in ("godtas", "avvisas")),
    *(f"plikt_steg/{steg}" for steg in ("paminnelse", "andra_kontakt", "enhetschef", "region")),
    *(f"vardnadshavare_informerad/{utfall}" for utfall in ("gjort", "ej_gjort")),
    *("K11 somebody named as present", "P5 by request id", "K8 by decision", "K8 by a representative"),
    *("K4 released by an answer", "Q2 corrected", "Q2 withdrawn unopened", "V7 stopped", "B7 frozen", "K3 lifted"),
    "K4 an exemption annulled",
    *("B2 carried", "B2 not attested", "A1 in an ärende", "H1 taken over", "R3 told", "S4 met", "F1 reviewed"),
)


def told_by(step: Step) -> Iterator[str]:
    """The kinds that an event with effect is one of."""
    event, decision = step.event, step.decision
    yield event.typ
    yield from (
        f"{event.typ}/{event.koder[name]}" for name in ("slag", "svar", "utfall", "steg") if name in event.koder
    )
    if event.typ in (events.SAMTYCKE_LAMNAT, events.SAMTYCKE_ANDRAT):
        yield from ["K11 somebody named as present"] if event.with_role("narvarande", "tolk") else []
        yield from ["K8 by a representative"] if event.with_role("foretradare") else []
        yield from ["K8 by decision"] if event.koder.get("enligt_beslut") else []
        named = (*event.koder["mottagare"], *(event.koder.get("undantag") or {}).get("mottagare", ()))
        yield from ["P5 by request id"] if any(one["slag"] == "begaran" for one in named) else []
    if event.typ == events.UNDANTAG_HAVT and step.before.personer != step.after.personer:
        yield "K3 lifted"
    if event.typ == events.SAMTYCKE_MAKULERAT and _exemptions(step.before) != _exemptions(step.after):
        yield "K4 an exemption annulled"
    yield from ["K4 released by an answer"] if decision.omprovar and any(d.vagar for d in decision.deliveries) else []
    yield from ["Q2 corrected"] if decision.aterkallar and event.uppgifter else []
    yield from ["Q2 withdrawn unopened"] if decision.aterkallade else []
    yield from ["A1 in an ärende"] if event.typ == events.AVVIKELSE and event.arende_id in step.before.arenden else []
    reasons = {(reason.regel, reason.kod, reason.nekar) for entry in decision.entries for reason in entry.reasons}
    grounds = {grund.regel for entry in decision.entries for grund in entry.grunder}
    yield from ["B2 carried"] if "B2" in grounds else []
    yield from ["B2 not attested"] if any(kod.startswith("villkor-") for _, kod, _ in reasons) else []
    yield from ["R3 told"] if any(delivery.kod == "avvikande-riskbild" for delivery in decision.deliveries) else []
    yield from _of_duties(step)


def _exemptions(tillstand: Tillstand) -> set[str]:
    """The registrations that only exempt (K3)."""
    return {
        undantag.registrering
        for person in tillstand.personer.values()
        for undantag in person.undantag
        if undantag.registrering not in {samtycke.id for samtycke in person.samtycken}
    }


def _of_duties(step: Step) -> Iterator[str]:
    ended = {p.utfall for arende in step.after.arenden.values() for p in arende.plikter if p.uppfylld}
    yield from ["S4 met"] if "kallad" in ended else []
    holders = {arende.ansvarig for arende in step.after.arenden.values() if not arende.process.startswith("granskning")}
    yield from ["H1 taken over"] if holders - {""} else []
    reviews = (p for arende in step.after.arenden.values() for p in arende.plikter if p.slag == "f1.granskning")
    yield from ["F1 reviewed"] if any(p.uppfylld for p in reviews) else []


def kinds(seed: int) -> set[str]:
    """What one history holds."""
    world = play(history_of(seed.to_bytes(8, "big") + b"\x5a\xa5\xff"))
    stopped = {reason for step in world.steps for e in step.decision.entries for reason in e.reasons if reason.nekar}
    found = {kind for step in world.steps if step.accepted for kind in told_by(step)}
    found |= {"V7 stopped"} if any(reason.regel == "V7" for reason in stopped) else set()
    return found | ({"B7 frozen"} if any(reason.regel == "B7" for reason in stopped) else set())


@pytest.fixture(scope="module")
def counted() -> Counter[str]:
    return Counter(kind for seed in range(NUMBER) for kind in kinds(seed))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_happens_with_effect_in_a_share_of_the_histories(kind: str, counted: Counter[str]) -> None:
    assert counted[kind] >= SHARE
