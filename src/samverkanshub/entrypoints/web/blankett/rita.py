"""A form as it is shown: inputs with labels, choices, what has been typed, and what is wrong. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from samverkanshub.codec.shape import PERSONS, Code, DataSchema, Group, Item, Many, Node
from samverkanshub.domain.events import MESSAGES
from samverkanshub.entrypoints.web.blankett.beskrivning import Avsnitt, Blankett, Falt
from samverkanshub.entrypoints.web.blankett.tolka import JA, MOST_ROWS, NEJ, klocka
from samverkanshub.entrypoints.web.blankett.urval import SOURCES, Urval, Val, for_code, persons, recipients

Row = Callable[[str, Any], "Ruta"]
"""A row of a repeated part: from its place and what stands in it."""
RADER: Final = "_rader/"
"""The prefix of the inputs that say how many rows of a repeated part are shown."""
JA_NEJ: Final = (Val(JA, "Ja"), Val(NEJ, "Nej"))


@dataclass(frozen=True, slots=True)
class Ruta:
    """An input, or a group or a row of them. `slag` says which; `varden` is what stands in it."""

    slag: str
    namn: str
    etikett: str = ""
    hjalp: str = ""
    krav: bool = False
    varden: tuple[str, ...] = ()
    val: tuple[Val, ...] = ()
    delar: tuple["Ruta", ...] = ()
    fel: str = ""
    rad: str = ""
    """The place of a row whose inputs all have one name."""

    @property
    def plats(self) -> str:
        """Its place in the data, as the hub's pointers name it below `/data/`."""
        return self.rad or self.namn

    @property
    def id(self) -> str:
        """The input's id in the page."""
        return "f-" + self.plats.replace("/", "-")

    @property
    def varde(self) -> str:
        """The one value."""
        return self.varden[0] if self.varden else ""

    @property
    def fylld(self) -> bool:
        """Is anything typed or wrong in it, or in a part of it?"""
        return bool(self.varden or self.fel) or any(one.fylld for one in self.delar)


@dataclass(frozen=True, slots=True)
class Del:
    """A part of the form under a heading."""

    rubrik: str
    rutor: tuple[Ruta, ...]
    sallan: bool

    @property
    def oppen(self) -> bool:
        """Is it unfolded?"""
        return not self.sallan or any(ruta.fylld for ruta in self.rutor)


@dataclass(frozen=True, slots=True)
class _Rita:
    schema: DataSchema
    urval: Urval
    rader: Mapping[str, int] = field(default_factory=dict)

    def falt(self, falt: Falt, node: Node, vag: str, value: Any, *, krav: bool) -> Ruta:
        base = Ruta("text", vag, falt.etikett, falt.hjalp, krav)
        match node:
            case Item(many=True):
                return self._repeated(
                    base, value, falt.rader, lambda row, one: self._item(replace(base, namn=row), one)
                )
            case Item():
                return self._item(base, value)
            case Group():
                return self._group(base, falt, node, value)
            case Many():
                return self._many(base, falt, node, value)
            case Code():
                return self._code(base, falt.namn, node, value)
        raise AssertionError("a node of no kind")  # shape.py compiles no other

    def _group(self, base: Ruta, falt: Falt, node: Group, value: Any) -> Ruta:
        given = value or {}
        delar = (
            self.falt(part, one.node, f"{base.namn}/{part.namn}", given.get(part.namn), krav=False)
            for part in falt.delar
            if (one := node.fields[part.namn])
        )
        return replace(base, slag="grupp", delar=tuple(delar))

    def _many(self, base: Ruta, falt: Falt, node: Many, value: Any) -> Ruta:
        if isinstance(node.items, Group):
            return (
                self._recipients(base, falt, node.items, value)
                if "slag" in node.items.fields
                else self._rows(base, falt, node.items, value)
            )
        assert isinstance(node.items, Code)
        choices = for_code(falt.namn, node.items, self.urval)
        if choices:
            return replace(base, slag="flerval", varden=tuple(value or ()), val=choices)
        return self._repeated(base, value, falt.rader, lambda rad, one: _one(base, rad, one))

    def _recipients(self, base: Ruta, falt: Falt, group: Group, value: Any) -> Ruta:
        slag = group.fields["slag"].node
        assert isinstance(slag, Code)
        choices = recipients(self.urval, slag.symbols, self.schema.typ in MESSAGES)
        given = [f"{one.get('slag', '')}:{one.get('id', '')}" for one in value or ()]
        # P5: a recipient whose name is hidden is chosen by the request id that the outcome gave.
        hidden = tuple(Val(one, f"Mottagare utan namn, {one[8:]}") for one in given if one.startswith("begaran:"))
        row = replace(base, slag="val", val=(*hidden, *choices), hjalp="")
        return self._repeated(base, given, falt.rader, lambda rad, one: _one(row, rad, one))

    def _rows(self, base: Ruta, falt: Falt, group: Group, value: Any) -> Ruta:
        def row(namn: str, one: Any) -> Ruta:
            return self._group(replace(base, namn=namn, hjalp=""), falt, group, one)

        return self._repeated(base, value, falt.rader, row)

    def _repeated(self, base: Ruta, value: Any, rader: int, row: Row) -> Ruta:
        """One row for each that is filled in, and as many as are to be seen; help and fault stand once, over them."""
        given = list(value or ())
        shown = min(max(len(given), self.rader.get(base.namn, rader)), MOST_ROWS)
        rows = [row(f"{base.namn}/{nr}", given[nr] if nr < len(given) else None) for nr in range(shown)]
        if shown > 1:
            rows = [_numbered(one, nr + 1) for nr, one in enumerate(rows)]
        return replace(
            base, slag="rader", delar=tuple(_row(one, krav=base.krav and not nr) for nr, one in enumerate(rows))
        )

    def _item(self, base: Ruta, value: Any) -> Ruta:
        given = value or {}
        parts = (
            Ruta("langtext", f"{base.namn}/text", base.etikett, base.hjalp, base.krav, _typed(given.get("text"))),
            Ruta("val", f"{base.namn}/kalla", "Vem har berättat det?", varden=_typed(given.get("kalla")), val=SOURCES),
            Ruta(
                "val",
                f"{base.namn}/avser",
                "Vem gäller uppgiften?",
                "Välj bara om den gäller någon annan än vanligt.",
                varden=_typed(given.get("avser")),
                val=persons(self.schema.roller)[0],
            ),
            Ruta(
                "text",
                f"{base.namn}/referens",
                "Uppgiftens beteckning hos er",
                "Så att den kan undantas för sig.",
                varden=_typed(given.get("referens")),
            ),
        )
        # What concerns nobody has neither source nor person (A1).
        return replace(base, slag="stycke", delar=parts if self.schema.roller else parts[:1])

    def _code(self, base: Ruta, namn: str, node: Code, value: Any) -> Ruta:
        if node.slag == "bool":
            said = () if value is None else (JA if value else NEJ,)
            return replace(base, slag="janej" if base.krav else "kryss", varden=said, val=JA_NEJ)
        if node.format == "tidpunkt":
            return replace(base, slag="tid", varden=_typed(klocka(value) if value else value))
        if node.format == "datum":
            return replace(base, slag="datum", varden=_typed(value))
        choices = for_code(namn, node, self.urval)
        return replace(base, slag="val" if choices else "text", varden=_typed(value), val=choices)

    def personer(self, blankett: Blankett, value: Any) -> Ruta:
        roles, kinds = persons(self.schema.roller)
        base = Ruta(PERSONS, PERSONS, "Personer", blankett.personhjalp, krav=True)
        about = next(iter(self.schema.roller))

        def row(namn: str, one: Mapping[str, str] | None) -> Ruta:
            given = one or ({"roll": about} if namn == f"{PERSONS}/0" and not self.schema.en_av else {})
            slag = next((kind for kind in given if kind != "roll"), kinds[0].varde)
            return Ruta(
                "person",
                namn,
                "Person",
                delar=(
                    Ruta("val", f"{namn}/roll", "Roll", varden=_typed(given.get("roll")), val=roles),
                    Ruta("val", f"{namn}/slag", "Slags nummer", varden=(slag,), val=kinds),
                    Ruta("nummer", f"{namn}/nummer", "Nummer", varden=_typed(given.get(slag))),
                ),
            )

        return self._repeated(base, value, blankett.rader, row)


def _numbered(ruta: Ruta, nr: int) -> Ruta:
    """A row by its number, and the text of an item by that of its row."""
    text = (replace(ruta.delar[0], etikett=f"{ruta.delar[0].etikett} {nr}"),) if ruta.slag == "stycke" else ()
    return replace(ruta, etikett=f"{ruta.etikett} {nr}", delar=(*text, *ruta.delar[len(text) :]))


def _row(ruta: Ruta, *, krav: bool) -> Ruta:
    text = (replace(ruta.delar[0], hjalp=""),) if ruta.slag == "stycke" else ()
    return replace(ruta, hjalp="", krav=krav, delar=(*text, *ruta.delar[len(text) :]))


def _one(base: Ruta, rad: str, value: Any) -> Ruta:
    return replace(base, rad=rad, varden=_typed(value))


def _typed(value: Any) -> tuple[str, ...]:
    return (str(value),) if value else ()


def rita(
    schema: DataSchema, blankett: Blankett, data: Mapping[str, Any], choices: Urval, rader: Mapping[str, int]
) -> tuple[Del, ...]:
    """The form with this data in it. `rader`: how many rows of each repeated part are to be seen at least."""
    made = _Rita(schema, choices, rader)
    found = [_del(made, avsnitt, data) for avsnitt in blankett.avsnitt]
    if not blankett.personer:
        return tuple(found)
    return (Del(blankett.personer, (made.personer(blankett, data.get(PERSONS)),), sallan=False), *found)


def _del(made: _Rita, avsnitt: Avsnitt, data: Mapping[str, Any]) -> Del:
    rutor = []
    for falt in avsnitt.falt:
        known = made.schema.fields[falt.namn]
        rutor.append(made.falt(falt, known.node, falt.namn, data.get(falt.namn), krav=known.required))
    return Del(avsnitt.rubrik, tuple(rutor), avsnitt.sallan)


def inputs(delar: Sequence[Del]) -> Iterator[Ruta]:
    """Every input of a form, in the order they are met."""
    for del_ in delar:
        for ruta in del_.rutor:
            yield from _inputs(ruta)


def _inputs(ruta: Ruta) -> Iterator[Ruta]:
    if not ruta.delar:
        yield ruta
    for one in ruta.delar:
        yield from _inputs(one)


def with_error(delar: Sequence[Del], plats: str, text: str) -> tuple[Del, ...]:
    """The form with what is wrong beside the input at this place."""
    return tuple(replace(del_, rutor=tuple(_with_error(ruta, plats, text) for ruta in del_.rutor)) for del_ in delar)


def _with_error(ruta: Ruta, plats: str, text: str) -> Ruta:
    if not ruta.delar:
        return replace(ruta, fel=text) if ruta.plats == plats else ruta
    return replace(ruta, delar=tuple(_with_error(one, plats, text) for one in ruta.delar))
