"""The world that the laws are put to: the catalogue as shipped, every flow's units and deadlines, and all that was."""

from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from flowworld import FlowWorld, flow_regelverk
from lagrum import changed, lagar
from mini_regelverk import BUP, MORA_BARN, with_subscriptions, with_unit
from steps import OMRADE

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.regelverk import Frist, Prenumeration, Regelverk
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Tillstand

FAMILJERATT = "mora.familjeratt"
FRIVARDEN = "frivarden.mora"
RULEBOOKS = ("som-det-var", "utan-18c", "barnenheten-ej-ansluten", "utan-familjeratt", "langre-frister")
"""What a change of the regelverk changes: the law, who is connected, who there is, or the deadlines."""


class Step(NamedTuple):
    """One event of a history: what it met, what was decided, and what it left."""

    before: Tillstand
    event: Event
    decision: Decision
    position: Position
    regler: Regelverk
    after: Tillstand

    @property
    def accepted(self) -> bool:
        """Did it take effect?"""
        return not any(reason.nekar for e in self.decision.entries if not e.mottagare for reason in e.reasons)


@cache
def rulebook(name: str = RULEBOOKS[0]) -> Regelverk:
    """The regelverk after a change of this name."""
    base = _whole()
    made = {
        "som-det-var": base,
        "utan-18c": changed(base, "osl-10-18c", giltig_till="2026-03-01"),
        "barnenheten-ej-ansluten": with_unit(base, MORA_BARN, ansluten=False),
        "utan-familjeratt": _gone(base, FAMILJERATT),
        "langre-frister": replace(base, frister={name: Frist(frist.sekunder * 2, 9) for name, frist in _deadlines()}),
    }
    return replace(made[name], digest=sha256(name.encode()).hexdigest())


def _whole() -> Regelverk:
    law, flows = lagar(), flow_regelverk()
    katalog = replace(
        law.katalog,
        aktorer={**flows.katalog.aktorer, **law.katalog.aktorer},
        enheter={**flows.katalog.enheter, **law.katalog.enheter},
        lasargrupper={**flows.katalog.lasargrupper, **law.katalog.lasargrupper},
    )
    whole = replace(law, katalog=katalog, frister=dict(_deadlines()))
    return with_subscriptions(whole, Prenumeration(BUP, "riskbedomning_delad"))


def _deadlines() -> list[tuple[str, Frist]]:
    """Every step of every ladder has one, so that no duty is without."""
    named = {frist for steps in plikter.LADDERS.values() for _, frist in steps}
    known = flow_regelverk().frister
    return [(name, known.get(name, Frist(dagar=1))) for name in sorted(named | set(known))]


def _gone(regler: Regelverk, unit: str) -> Regelverk:
    katalog = regler.katalog
    units = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != unit}
    groups = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if grupp.enhet != unit}
    return replace(regler, katalog=replace(katalog, enheter=units, lasargrupper=groups))


@dataclass
class Varld(FlowWorld):
    """A `World` that remembers every step."""

    regler: Regelverk = field(default_factory=rulebook)
    steps: list[Step] = field(default_factory=list)

    def happens(self, event: Event, som: str = "") -> "Varld":
        """Any event at all, taken by the log now."""
        before, position = self.tillstand, Position(OMRADE, self.offset, self.tid)
        super().happens(event, som)
        assert self.last is not None
        self.steps.append(Step(before, event, self.last, position, self.regler, self.tillstand))
        return self

    @property
    def arenden(self) -> list[ArendeState]:
        """Every ärende, in the order they were opened."""
        return list(self.tillstand.arenden.values())

    @property
    def deliveries(self) -> list[tuple[ArendeState, Leverans]]:
        """Every delivery, the latest of its ärende first."""
        return [(arende, lev) for arende in self.arenden for lev in reversed(arende.leveranser)]

    @property
    def messages(self) -> list[tuple[ArendeState, Meddelande]]:
        """Every message that is no consent told of (K7)."""
        return [(a, m) for a in self.arenden if a.process != "samtycke" for m in a.meddelanden]
