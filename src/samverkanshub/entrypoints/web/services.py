"""What the pages need from the pipeline beside what the api needs."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from samverkanshub.codec.keys import PrivateKey
from samverkanshub.domain.uppfoljning.visad import Visad
from samverkanshub.entrypoints.http.services import Deliver, Services
from samverkanshub.pipeline import forslag
from samverkanshub.pipeline.driftatgarder import Besked, Driftatgarder
from samverkanshub.pipeline.granskning.fraga import Fraga
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.kontroll import Kontroller
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.pipeline.tidslinje.tank_om import Provat, Tanke
from samverkanshub.pipeline.tidslinje.tjanst import Arende, Bild, Forklarat
from samverkanshub.pipeline.uppfoljning import Lage
from samverkanshub.pipeline.verkansprov import Prov
from samverkanshub.ports import Leverantor, Logins


class PrivateKeys(Protocol):
    """The private keys of the actors that send by form."""

    def private(self, aktor: str, nyckel: str) -> PrivateKey | None:
        """An actor's key by its id; None where it is not kept here."""


class Uppfoljning(Protocol):
    """The tables of follow-up (T4)."""

    async def lage(self) -> Lage:
        """What there is to ask for."""

    async def tabell(self, ar: int, id: str) -> Visad:
        """One table of a year, with what may be shown of it."""


class Timelines(Protocol):
    """Shows auditors ärenden as pictures; each look is kept before it is shown."""

    async def arenden(self, caller: Caller, given: Fraga) -> tuple[Arende, ...]:
        """The ärenden about the person with a number that the auditor may see."""

    async def bild(self, caller: Caller, given: Fraga) -> Bild:
        """The ärende that an event belongs to."""

    async def forklara(self, caller: Caller, given: Fraga) -> Forklarat:
        """The decision on an event, and its proof."""

    async def tank_om(self, caller: Caller, given: Fraga, tanke: Tanke) -> Provat:
        """What would have been decided otherwise in the ärende."""


class Console(Deliver, Protocol):
    """What an actor's user reads of what came and what was sent."""

    async def latest(self, caller: Caller, cursor: str, limit: int) -> Mapping[str, Any]:
        """The rows of the inbox, what came last first, and the cursor of the next page."""

    async def sent(
        self, caller: Caller, typer: Collection[str], cursor: str, limit: int, *, waiting: bool = False
    ) -> Mapping[str, Any]:
        """What the reader group has sent, what was judged last first, and the cursor of the next page."""

    async def own(self, caller: Caller, handelse_id: str) -> Mapping[str, Any]:
        """A consent as the reader group registered it, without who it names."""


class Regelverksforslag(Protocol):
    """Regelverk that one operator proposes and another approves."""

    async def bild(self) -> forslag.Bild:
        """What is in force, and what is proposed."""

    async def prova(self, id: str, vem: str, forslag: str) -> Besked:
        """Begin to judge the latest events by what is proposed."""

    def provat(self) -> Prov | None:
        """How the last trial stands."""

    async def avbryt(self) -> None:
        """Stop the trial."""

    async def godkann(self, vem: str, forslag: str) -> Besked:
        """Put in force what another proposed."""

    async def foresla_filer(self, id: str, vem: str, filer: Mapping[str, bytes], skal: str) -> Besked:
        """Propose the regelverk of these files."""

    async def slutfor(self) -> Besked:
        """Put in force in every område what is in force in the first."""

    async def avboj(self, id: str, vem: str, forslag: str, skal: str) -> Besked:
        """Decline what is proposed."""


class WebServices(Services, Protocol):
    """Everything `create_web` is given."""

    @property
    def deliver(self) -> Console: ...

    @property
    def tidslinjer(self) -> Timelines: ...

    @property
    def logins(self) -> Logins: ...

    @property
    def kontroller(self) -> Kontroller: ...

    @property
    def forslag(self) -> Regelverksforslag: ...

    @property
    def uppfoljning(self) -> Uppfoljning: ...

    @property
    def leverantor(self) -> Leverantor | None: ...

    @property
    def atgarder(self) -> Driftatgarder: ...

    @property
    def regelverk(self) -> Regelverken: ...

    @property
    def nycklar(self) -> PrivateKeys: ...
