"""K4, K9: every order, up to four steps, of consents given, changed, superseded, withdrawn, annulled and given anew.

Beside the fold stands an oracle that keeps, for each recipient, the one registration that holds now. It only ever puts
another in its place or empties it, so that nothing superseded can revive in it. Then the two must agree.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace

import pytest
from mini_regelverk import BUP, VARDCENTRAL
from steps import DAY, START
from world import World

from samverkanshub.domain.consent import Fall, ask
from samverkanshub.domain.events import ADULT, Uppgift

UNITS, CATEGORIES = (VARDCENTRAL, BUP), ("insats", "halsa")
NOON, NEVER = START + DAY // 2, START + 300 * DAY
TERMS: dict[str, tuple[tuple[str, ...], tuple[str, ...], int, int]] = {
    "wide": ((VARDCENTRAL,), ("insats", "halsa"), START - DAY, NEVER),
    "narrow": ((VARDCENTRAL,), ("insats",), START - DAY, NEVER),
    "other": ((BUP,), ("insats",), START - DAY, NEVER),
    "brief": ((VARDCENTRAL, BUP), ("insats", "halsa"), START - DAY, NOON),
    "later": ((VARDCENTRAL,), ("halsa",), NOON, NEVER),
}
"""Recipients, categories, start, end."""
STEPS = (
    *(("give", terms) for terms in TERMS),
    *(("change", terms) for terms in ("narrow", "other", "later")),
    *(("withdraw", which) for which in ("first", "last")),
    *(("annul", which) for which in ("first", "last")),
    ("wait", "a day"),
)


# ------------------------------------------------------------------------------------------ the oracle


@dataclass
class Given:
    """A registration: what it says, from when, and until when."""

    nr: int
    units: tuple[str, ...]
    categories: tuple[str, ...]
    start: int
    end: int
    chain: int
    gone: bool = False


@dataclass
class Oracle:
    """Who holds the place of each recipient: a registration, or nobody; and the latest that has ever held it."""

    given: list[Given] = field(default_factory=list)
    holder: dict[str, Given] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)

    def fork(self) -> "Oracle":
        """Another with the same past."""
        copies = [copy(one) for one in self.given]
        return Oracle(copies, {unit: copies[one.nr] for unit, one in self.holder.items()}, dict(self.latest))

    def takes_place(self, now: int) -> None:
        """Whatever has started since takes the place of what came before it in the log; whatever has ended leaves."""
        for one in self.given:
            for unit in one.units if one.start <= now and one.start < one.end and not one.gone else ():
                if one.nr > self.latest.get(unit, -1):
                    self.holder[unit], self.latest[unit] = one, one.nr
        self.holder = {unit: one for unit, one in self.holder.items() if now < one.end and not one.gone}

    def step(self, verb: str, what: str, now: int) -> None:
        """One step of the history, at its time."""
        self.takes_place(now)
        if verb in ("give", "change"):
            units, categories, start, end = TERMS[what]
            new = Given(len(self.given), units, categories, max(start, now), end, len(self.given))
            if verb == "change" and self.given[-1].gone:
                return
            if verb == "change":
                new.chain = self.given[-1].chain
                self.given[-1].end = min(self.given[-1].end, new.start)
            self.given.append(new)
        elif verb in ("withdraw", "annul"):
            named = self.given[0 if what == "first" else -1]
            for one in self.given:
                one.gone |= one is named or (verb == "withdraw" and one.chain == named.chain)
        self.takes_place(now)

    def passes(self, unit: str, category: str) -> bool:
        """Does consent let this category through to this unit?"""
        return unit in self.holder and category in self.holder[unit].categories


# ------------------------------------------------------------------------------------------ the gate


def fork(world: World) -> World:
    """Another with the same past."""
    return replace(world, named=dict(world.named), log=[])


def happens(world: World, verb: str, what: str, number: int) -> None:
    """The same step, decided and folded."""
    if verb == "wait":
        world.after(DAY)
    elif verb in ("give", "change"):
        units, categories, start, end = TERMS[what]
        terms = {"andrar": f"S{number - 1}"} if verb == "change" else {}
        world.samtycke("anna", units, kategorier=categories, fran=start, slut=end, som=f"S{number}", **terms)
    else:
        end_it = world.aterkallar if verb == "withdraw" else world.makulerar
        end_it("anna", "S0" if what == "first" else f"S{number - 1}")


def passes(world: World, unit: str, category: str) -> bool:
    item = Uppgift(f"/{category}", category, "utsatt", "anna")
    return bool(ask(world.tillstand, Fall(item, ADULT, "sip", unit, world.tid), world.regler).samtycken)


def orders(world: World, oracle: Oracle, told: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every history from here on, and where gate and oracle part ways."""
    for verb, what in STEPS if depth else ():
        if verb not in ("give", "wait") and not oracle.given:
            continue
        next_world, next_oracle, words = fork(world), oracle.fork(), (*told, f"{verb} {what}")
        next_oracle.step(verb, what, next_world.tid)
        happens(next_world, verb, what, len(oracle.given))
        if next_world.last is not None and next_world.refused():
            continue  # A change of what has been withdrawn: nothing happened, as the oracle agrees below.
        next_oracle.takes_place(next_world.tid)
        for unit in UNITS:
            for category in CATEGORIES:
                if passes(next_world, unit, category) != next_oracle.passes(unit, category):
                    yield words, f"{category} to {unit}"
        yield from orders(next_world, next_oracle, words, depth - 1)


@pytest.mark.parametrize(("verb", "what"), [step for step in STEPS if step[0] in ("give", "wait")])
def test_k9_in_every_order_nothing_superseded_revives(verb: str, what: str) -> None:
    world, oracle = World(), Oracle()
    oracle.step(verb, what, world.tid)
    happens(world, verb, what, 0)
    oracle.takes_place(world.tid)
    assert list(orders(world, oracle, (f"{verb} {what}",), depth=3)) == []
