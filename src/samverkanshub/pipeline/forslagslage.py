"""How every proposed regelverk stands, by the log alone: by what operators have done, and what is in force where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid5

from samverkanshub.domain.aktiveringar import Aktivering, fore
from samverkanshub.domain.atgarder import REGELVERK_AVBOJT, REGELVERK_FORESLAGET, Atgard
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.ids import NAMESPACE
from samverkanshub.pipeline.isteg import behind
from samverkanshub.pipeline.rulebook import FIRST

OPPET: Final = "oppet"
FORALDRAT: Final = "foraldrat"
"""Another regelverk has come into force since: to approve it would take back what that changed."""
SAKNAS: Final = "saknas"
"""Its artefacts are not all in the store, or not such as this program judges by."""
HALVVAGS: Final = "halvvags"
"""It is in force in the first område, and not in all."""
GODKANT: Final = "godkant"
AVBOJT: Final = "avbojt"


@dataclass(frozen=True, slots=True)
class Forslagslage:
    """What operators have done, the latest first, and what is in force by område."""

    aktiveringar: Mapping[int, tuple[Aktivering, ...]]
    gjort: tuple[tuple[Atgard, int], ...]

    def nu(self, partition: int) -> str:
        """The digest of the regelverk in force in a partition; empty where its activation is not known."""
        found = self.aktiveringar[partition]
        return found[-1].digest if found else ""

    def proposed(self, forslag: str) -> Atgard:
        """The proposal, settled or not. `NotFound` where there is none."""
        found = (act for act, _ in self.gjort if act.slag == REGELVERK_FORESLAGET and act.handelse_id == forslag)
        act = next(found, None)
        if act is None:
            raise settled()
        return act

    def stand(self, act: Atgard) -> str:
        """How a proposal stands, by the first område's log order: what settled it first, unless it is in force."""
        approved, declined = self._approved(act), self._declined(act)
        if approved and (not declined or approved < declined or self._own(act)):
            return HALVVAGS if self.halfway(act) else GODKANT
        if declined:
            return AVBOJT
        return OPPET if fore(self.aktiveringar[FIRST], act.plats[1]) == self.nu(FIRST) else FORALDRAT

    def id_of(self, act: Atgard, vem: str, nr: int | None = None) -> str:
        """The id that its approval has: by the same person, one for each regelverk that it could come instead of.

        Approved twice it is one event; refused, since another came into force before it, the id is taken for ever, and
        there is another once what it builds on is in force again.
        """
        nr = len(self.aktiveringar[FIRST]) if nr is None else nr
        return str(uuid5(NAMESPACE, f"godkand\n{act.handelse_id}\n{vem}\n{nr}"))

    def _approved(self, act: Atgard) -> int:
        """The position where it came into force first; 0 for none, since that is where record 0 stands."""
        after = (one for one in self.aktiveringar[FIRST] if one.position > act.plats[1])
        return next((one.position for one in after if one.digest == act.regelverk), 0)

    def _own(self, act: Atgard) -> bool:
        """Did it come into force by an approval of its own? That may have crossed what declined it."""
        numbered = enumerate(self.aktiveringar[FIRST])
        return any(one.id == self.id_of(act, one.godkand_av, nr) for nr, one in numbered)

    def _declined(self, act: Atgard) -> int:
        declines = (one for one, _ in self.gjort if one.slag == REGELVERK_AVBOJT and one.forslag == act.handelse_id)
        return min((one.plats[1] for one in declines), default=0)

    def halfway(self, forslag: Atgard) -> bool:
        """Is it in force in the first område, and not in all?"""
        return self.nu(FIRST) == forslag.regelverk and bool(behind(self.aktiveringar))


def settled() -> NotFound:
    """What is raised where there is nothing to approve, decline or try."""
    return NotFound("nothing proposed has this id, or it is settled", code="inget-forslag")
