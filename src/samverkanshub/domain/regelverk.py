"""The regelverk: directory, legal catalogue, closed lists, deadlines and rule set, active from a position in the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from samverkanshub.domain.actors import Katalog


@dataclass(frozen=True, slots=True)
class Bestammelse:
    """A provision of the catalogue: what it permits, from whom to whom, on which attested conditions.

    `fran_till` pairs a sender's verksamhet with a recipient's; empty categories mean all. Dates are ISO, `giltig_till`
    exclusive, empty when open. `forbjuder`: a forbidden flow (K10). `typer`: message types it serves, empty for all.
    """

    id: str
    regel: str
    namn: str
    kalla: str
    marke: str
    giltig_fran: str
    giltig_till: str = ""
    fran_till: tuple[tuple[str, str], ...] = ()
    kategorier: tuple[str, ...] = ()
    villkor: tuple[str, ...] = ()
    typer: tuple[str, ...] = ()
    forbjuder: bool = False


@dataclass(frozen=True, slots=True)
class Prenumeration:
    """A subscription (Q1): proposes a unit as recipient of a type; never entitles."""

    enhet: str
    typ: str
    territorium: tuple[str, ...] = ()
    giltig_fran: str = ""
    giltig_till: str = ""


@dataclass(frozen=True, slots=True)
class Regelverk:
    """All that a decision depends on beside the log. `digest` is SHA-256 hex over the sorted artefact digests."""

    digest: str
    katalog: Katalog
    bestammelser: tuple[Bestammelse, ...]
    kategorier: frozenset[str]
    andamal: Mapping[str, str]
    """Purpose to the one message type it serves (`barnskydd` to orosanmalan, …)."""
    frister: Mapping[str, int] = field(default_factory=dict)
    """Deadlines in seconds by name, e.g. `o4.kvittens`."""
    prenumerationer: tuple[Prenumeration, ...] = ()
    regelversion: int = 1
    befolkningsgrans: int = 25_000
