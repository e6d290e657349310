"""What the hub answers, typed. Members that a later hub adds are ignored; times are ms since 1970 (UTC), 0 for none."""

from typing import Any, Final

import msgspec

ORALLY: Final = "meddelas muntligen"
"""What the hub writes in place of a value that is told orally (P1)."""


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
    """That there is something to open, or to know: neither content nor person.

    `kod` says what a row without items tells; `avser` is what it is about, a delivery or an event of one's own; `enhet`
    the unit that it speaks of, empty where P5 hides it beside its type, `enhet_roll`.
    """

    leverans_id: str
    slag: str = ""
    typ: str = ""
    handelse_id: str = ""
    arende: str = ""
    avsandare: str = ""
    avsandare_roll: str = ""
    markningar: tuple[str, ...] = ()
    kod: str = ""
    avser: str = ""
    enhet: str = ""
    enhet_roll: str = ""
    frist: int = 0
    tid: int = 0


class InboxPage(msgspec.Struct, frozen=True):
    """Rows in log order, and the sealed cursor to go on from."""

    rader: tuple[InboxRow, ...]
    markor: str


class Duty(msgspec.Struct, frozen=True):
    """An open duty: `roll` is the own unit's part in it: `bar`, `delar` or `vantar`.

    `avser` is the own delivery or event that it is about, empty where it is neither; `fraga` what another unit has
    asked and the own one has not answered, empty where nothing is. `nasta_steg` is what happens at `nasta_tid` if it is
    not met, empty where all is done; `tagna` what has happened already.
    """

    slag: str
    roll: str = ""
    arende: str = ""
    avser: str = ""
    fraga: str = ""
    nasta_steg: str = ""
    nasta_tid: int = 0
    tagna: tuple[str, ...] = ()


class DutyPage(msgspec.Struct, frozen=True):
    """Open duties by when their first steps fall due, and the sealed cursor to go on from."""

    rader: tuple[Duty, ...]
    markor: str


class AuditPage(msgspec.Struct, frozen=True):
    """A page of an answer to an auditor: rows of plain values by column, and the sealed cursor to go on from.

    No rows is the end, unless it is `vidare`: then the hub looked as far as it does for one page, and there may be more
    after the cursor.
    """

    kolumner: tuple[str, ...]
    rader: tuple[dict[str, Any], ...]
    markor: str
    vidare: bool = False

    @property
    def ended(self) -> bool:
        """Is there nothing more to ask for?"""
        return not self.rader and not self.vidare


class OpenedUppgift(msgspec.Struct, frozen=True):
    """One information item, in the clear. `roll`: the person it concerns, empty where that is nobody."""

    vag: str
    varde: Any
    roll: str = ""


class OpenedPerson(msgspec.Struct, frozen=True):
    """Somebody whom what is shown concerns; `nummer` only where the number itself may be shown."""

    roll: str
    nummer: str = ""


class Opened(msgspec.Struct, frozen=True):
    """A delivery's content as judged at this opening. `muntligen` lists what is told orally instead (P1)."""

    leverans_id: str
    slag: str
    typ: str
    handelse_id: str
    arende: str
    avsandare: str
    avsandare_roll: str
    personer: tuple[OpenedPerson, ...]
    uppgifter: tuple[OpenedUppgift, ...]
    koder: dict[str, Any]
    muntligen: tuple[str, ...]
    markningar: tuple[str, ...]


class OpenedAnswer(msgspec.Struct, frozen=True):
    """An opening as it is on the wire: values by path, and whom each concerns."""

    leverans_id: str
    slag: str = ""
    typ: str = ""
    handelse_id: str = ""
    arende: str = ""
    avsandare: str = ""
    avsandare_roll: str = ""
    personer: tuple[OpenedPerson, ...] = ()
    uppgifter: dict[str, Any] = {}
    avser: dict[str, str] = {}
    koder: dict[str, Any] = {}
    markningar: tuple[str, ...] = ()

    def opened(self) -> Opened:
        """The same with what is told orally apart from what may be read."""
        told = tuple(vag for vag, value in self.uppgifter.items() if value == ORALLY)
        shown = [(vag, value) for vag, value in self.uppgifter.items() if vag not in told]
        return Opened(
            leverans_id=self.leverans_id,
            slag=self.slag,
            typ=self.typ,
            handelse_id=self.handelse_id,
            arende=self.arende,
            avsandare=self.avsandare,
            avsandare_roll=self.avsandare_roll,
            personer=self.personer,
            uppgifter=tuple(OpenedUppgift(vag, value, self.avser.get(vag, "")) for vag, value in shown),
            koder=self.koder,
            muntligen=told,
            markningar=self.markningar,
        )


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


class Acknowledged(msgspec.Struct, frozen=True):
    """Something that happened to a message or a delivery, such as a kvittens, and when."""

    slag: str
    tid: int


class Complement(msgspec.Struct, frozen=True):
    """What a consent released afterwards to a recipient that had the rest: a delivery of its own (K4)."""

    levererat: tuple[DeliveredUppgift, ...] = ()
    oppnad: int | None = None
    kvittenser: tuple[Acknowledged, ...] = ()
    skeenden: tuple[Acknowledged, ...] = ()


class RecipientOutcome(msgspec.Struct, frozen=True):
    """What became of the event for one recipient. `status`: levererad, delvis, undanhallen or aterkallad.

    Where P5 hides the name, `lasargrupp` and `enhet` are empty and `begaran` is what a consent may name instead.
    """

    roll: str = ""
    lasargrupp: str = ""
    enhet: str = ""
    begaran: str = ""
    status: str = ""
    funktion: str = ""
    leverans_id: str = ""
    levererat: tuple[DeliveredUppgift, ...] = ()
    undanhallet: tuple[WithheldUppgift, ...] = ()
    muntligen: tuple[str, ...] = ()
    frist: int = 0
    oppnad: int | None = None
    kvittenser: tuple[Acknowledged, ...] = ()
    skeenden: tuple[Acknowledged, ...] = ()
    kompletteringar: tuple[Complement, ...] = ()

    @property
    def handelser(self) -> tuple[dict[str, Any], ...]:
        """What happened to the delivery, the opening first: `slag` and `tid`."""
        opened = () if self.oppnad is None else ({"slag": "oppnad", "tid": self.oppnad},)
        more = (*self.kvittenser, *self.skeenden)
        return (*opened, *({"slag": found.slag, "tid": found.tid} for found in more))


class ConsentRequest(msgspec.Struct, frozen=True):
    """What to ask, of whom, for which recipients, so that what was withheld could go (B0)."""

    andamal: str
    av_roller: tuple[str, ...] = ()
    mottagare: tuple[str, ...] = ()
    kategorier: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What became of an event, for its sender. `status`: vantar, dom or karantan; `dom`: godtas or avvisas.

    `skeenden`: what has happened since to all of it, beside what each recipient's own says.
    """

    handelse_id: str
    status: str = ""
    dom: str = ""
    arende: str = ""
    typ: str = ""
    skal: tuple[Why, ...] = ()
    hints: tuple[str, ...] = ()
    ring: str = ""
    mottagare: tuple[RecipientOutcome, ...] = ()
    samtycke_att_fraga: tuple[ConsentRequest, ...] = ()
    skeenden: tuple[Acknowledged, ...] = ()
    """What has happened to the message as a whole since."""
    rattar: str = ""
    rattad_av: str = ""
    """Which message it corrects, and which has corrected it (Q2)."""


class Assessment(msgspec.Struct, frozen=True):
    """What would become of a message, were it sent now; nothing has been sent. `status`: hypotes.

    `bedomning` names the asking in the hub's own log; `tid` is the time it was judged for. `aktuell` is False where the
    hub had not judged all that it has taken: ask again. The rest as in an `Outcome`.
    """

    bedomning: str
    status: str = ""
    dom: str = ""
    typ: str = ""
    tid: int = 0
    aktuell: bool = False
    varningar: tuple[str, ...] = ()
    skal: tuple[Why, ...] = ()
    hints: tuple[str, ...] = ()
    ring: str = ""
    mottagare: tuple[RecipientOutcome, ...] = ()
    samtycke_att_fraga: tuple[ConsentRequest, ...] = ()


class Progress(msgspec.Struct, frozen=True):
    """A partition's progress.

    `watch`: `igang`, `vantar`, `forsenad`, `delvis`, `ur-steg` or `tyst`, as of so many ms ago (-1: never).
    """

    partition: int
    position: int
    slut: int
    watch: str = ""
    watch_alder_ms: int = -1
    frysta: int = 0
    notarie: str = ""
    notarie_kod: str = ""
    signerat: int = 0
    frammande: int = 0
    ansprak_fynd: int = 0
    ansprak_kvar: int = 0


class Stopp(msgspec.Struct, frozen=True):
    """A planned stop: from and until when, why, whether it has begun, and whom to telephone meanwhile."""

    fran: str
    till: str
    skal: str = ""
    pagar: bool = False
    ring: str = ""


class Health(msgspec.Struct, frozen=True):
    """`halsa`: gron or rod; `skal` says why it is red; `avvisar` what has lately been told to come again.

    `stopp`: the stops that are planned.
    """

    halsa: str
    skal: tuple[str, ...] = ()
    tjanster: dict[str, bool] = {}
    partitioner: tuple[Progress, ...] = ()
    avvisar: tuple[str, ...] = ()
    stopp: tuple[Stopp, ...] = ()
