"""What the hub answers, typed. Members that a later hub adds are ignored; times are ms since 1970 (UTC), 0 for none."""

from typing import Any

import msgspec


class Receipt(msgspec.Struct, frozen=True):
    """What became of an event. `arende` is the sender's own alias; `dom` is empty until the gate has judged it.

    `ring`: whom to telephone while there is no judgement of an orosanmälan.
    """

    handelse_id: str
    arende: str = ""
    dom: str = ""
    varningar: tuple[str, ...] = ()
    ring: str = ""

    @property
    def judged(self) -> bool:
        """Has the gate said what it thinks of it?"""
        return bool(self.dom)


class InboxRow(msgspec.Struct, frozen=True):
    """That there is something to open: neither content nor person."""

    leverans_id: str
    slag: str = ""
    typ: str = ""
    handelse_id: str = ""
    arende: str = ""
    avsandare: str = ""
    avsandare_roll: str = ""
    vagar: tuple[str, ...] = ()
    muntligen: tuple[str, ...] = ()
    markningar: tuple[str, ...] = ()
    kod: str = ""
    frist: int = 0
    tid: int = 0


class InboxPage(msgspec.Struct, frozen=True):
    """Rows in log order, and the sealed cursor to go on from."""

    rader: tuple[InboxRow, ...]
    markor: str


class OpenedUppgift(msgspec.Struct, frozen=True):
    """One information item, in the clear. `roll` says whose it is."""

    vag: str
    varde: Any = msgspec.field(default=None)
    kategori: str = ""
    roll: str = ""
    referens: str = ""


class Opened(msgspec.Struct, frozen=True):
    """A delivery's content as judged at this opening. `muntligen` lists what is told orally instead (P1)."""

    leverans_id: str
    slag: str = ""
    typ: str = ""
    handelse_id: str = ""
    arende: str = ""
    avsandare: str = ""
    avsandare_roll: str = ""
    uppgifter: tuple[OpenedUppgift, ...] = ()
    koder: dict[str, Any] = {}
    muntligen: tuple[str, ...] = ()
    markningar: tuple[str, ...] = ()


class Why(msgspec.Struct, frozen=True):
    """A reason: rule of RULES.md and stable code."""

    regel: str
    kod: str


class Basis(msgspec.Struct, frozen=True):
    """A basis: provision or rule, and its legal mark."""

    id: str
    marke: str = ""


class DeliveredUppgift(msgspec.Struct, frozen=True):
    """An item that went, and on what."""

    vag: str
    regler: tuple[str, ...] = ()
    grund: tuple[Basis, ...] = ()
    samtycken: tuple[str, ...] = ()


class WithheldUppgift(msgspec.Struct, frozen=True):
    """An item that did not go, and why."""

    vag: str
    kategori: str = ""
    skal: tuple[Why, ...] = ()


class RecipientOutcome(msgspec.Struct, frozen=True):
    """What became of the event for one recipient. `lasargrupp` and `enhet` are empty where P5 hides the name."""

    lasargrupp: str = ""
    enhet: str = ""
    roll: str = ""
    funktion: str = ""
    leverans_id: str = ""
    levererat: tuple[DeliveredUppgift, ...] = ()
    undanhallet: tuple[WithheldUppgift, ...] = ()
    muntligen: tuple[str, ...] = ()
    frist: int = 0
    handelser: tuple[dict[str, Any], ...] = ()


class ConsentRequest(msgspec.Struct, frozen=True):
    """What to ask, of whom, for which recipients, so that what was withheld could go (B0)."""

    andamal: str
    av_roller: tuple[str, ...] = ()
    mottagare: tuple[str, ...] = ()
    kategorier: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What became of an event, for its sender."""

    handelse_id: str = ""
    dom: str = ""
    arende: str = ""
    typ: str = ""
    skal: tuple[Why, ...] = ()
    hints: tuple[str, ...] = ()
    ring: str = ""
    mottagare: tuple[RecipientOutcome, ...] = ()
    samtycke_att_fraga: tuple[ConsentRequest, ...] = ()


class Progress(msgspec.Struct, frozen=True):
    """A partition's progress."""

    partition: int
    position: int
    slut: int


class Health(msgspec.Struct, frozen=True):
    """`halsa`: gron or rod; `skal` says why it is red."""

    halsa: str
    skal: tuple[str, ...] = ()
    tjanster: dict[str, bool] = {}
    partitioner: tuple[Progress, ...] = ()
