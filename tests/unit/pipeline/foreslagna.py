"""A hub in memory whose regelverk names operators, and another regelverk for them to propose."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from hub import artefacts
from intakehub import Whole

from samverkanshub.adapters.regelverk import read_files
from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.pipeline.driftatgarder import Driftatgarder
from samverkanshub.pipeline.forslag import Forslagen
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.pipeline.verkansprov import Verkansprov

ONE, OTHER = "drift.1", "drift.2"
SKAL = "nya_aktorer"
CENTRE = "region-dalarna.vardcentral-mora"


def new(what: str) -> str:
    """An act's id, the same for the same words."""
    return str(uuid5(NAMESPACE_OID, what))


def with_operators(*more: str) -> Regelverk:
    """The project's regelverk with two operators, and more."""
    operators = tuple(Operator(vem, "2026-01-01") for vem in (ONE, OTHER, *more))
    return replace(regelverk_from(artefacts()), operatorer=operators)


def proposed(*more: str) -> dict[str, bytes]:
    """Another regelverk: with more operators."""
    return artefacts_of(with_operators(*(more or ("drift.3",))))


def without_the_centre() -> dict[str, bytes]:
    """Another regelverk: Mora's health centre is not connected, so nothing is delivered to it."""
    plain = with_operators()
    units = {id_: one for id_, one in plain.katalog.enheter.items() if id_ != CENTRE}
    groups = {id_: one for id_, one in plain.katalog.lasargrupper.items() if one.enhet != CENTRE}
    subscriptions = tuple(one for one in plain.prenumerationer if one.enhet != CENTRE)
    katalog = replace(plain.katalog, enheter=units, lasargrupper=groups)
    return artefacts_of(replace(plain, katalog=katalog, prenumerationer=subscriptions))


class Silent:
    """Tells nothing of a trial."""

    async def run(self, uppdrag: bytes) -> AsyncIterator[bytes]:
        for line in (b"",)[1:]:
            yield line


@dataclass
class Prepared:
    """The regelverk whose actors were prepared for."""

    found: list[Regelverk] = field(default_factory=list)

    async def __call__(self, regelverk: Regelverk) -> None:
        self.found.append(regelverk)


def service(whole: Whole, prepared: Prepared | None = None, omraden: int = 1) -> Forslagen:
    """Proposals over the hub."""
    store = whole.hub.artefacts
    regelverk = ActiveRegelverk(whole.projection, store)
    given = (whole.projection, whole.log, regelverk, whole.hub.schemas, bytes)
    atgarder = Driftatgarder(*given, wait_s=0.05, omraden=omraden)
    return Forslagen(
        *(atgarder, whole.projection, whole.log, whole.hub.log, regelverk, store, whole.hub.schemas, bytes),
        *(Verkansprov(Silent(), whole.hub.clock), prepared or Prepared(), read_files, whole.hub.clock),
        omraden=omraden,
    )


async def hub_with_operators(vault: Any = None) -> Whole:
    """Record 0, then the regelverk that names operators; the clock goes on."""
    made = await Whole(vault=vault).started()
    await made.activated(artefacts_of(with_operators()))
    made.hub.clock.ms += 1000
    return made
