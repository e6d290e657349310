"""What states keep of taking over (H1, A3, V7) and of shared risk assessments (R3)."""

from dataclasses import dataclass

from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Bedomning:
    """A shared risk assessment (R3): level, Swedish day it was made (ISO), and the reader groups that hold it.

    Held is delivered or made (RULES.md, readings). `gjord_av` is the reader group that shared it.
    """

    handelse_id: str
    niva: str
    dag: str
    offset: int
    gjord_av: str
    innehavare: tuple[str, ...]


@quick
@dataclass(frozen=True, slots=True)
class Jav:
    """An employee whom their own actor has barred (V7): `anvandare` is the user of its tokens."""

    aktor: str
    anvandare: str


@quick
@dataclass(frozen=True, slots=True)
class Overlamning:
    """A handover (H1): which unit asks which to take over, and the answer.

    `svar` is `godtas`, `avvisas`, `ersatt` by a later one, or empty while it waits; `offset` is that of the question
    and, once there is one, of the answer.
    """

    handelse_id: str
    fran: str
    till: str
    offset: int
    svar: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Forslag:
    """A proposal of who is responsible meanwhile (A3), made to settle one duty; `godtaget_av` are units."""

    handelse_id: str
    plikt: str
    fran: str
    enhet: str
    godtaget_av: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Avslut:
    """A unit has closed its part of an ärende (H1), at this offset."""

    enhet: str
    offset: int
