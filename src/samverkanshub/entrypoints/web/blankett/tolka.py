"""From what a browser sends of a form to an event's data, and no further: what is wrong with it the hub says.

What was typed stands in the data as it was typed, so that the form can be shown again from it. Empty places are left
out; rows that are wholly empty close up, so that a pointer of the hub's names the row that is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

from litestar.exceptions import HTTPException

from samverkanshub.codec.shape import PERSONS, Code, DataSchema, Group, Item, Many, Node
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.tid import SWEDEN

Given = Mapping[str, Sequence[str]]
"""What was sent: the values of each input by its name."""
JA: Final = "ja"
NEJ: Final = "nej"
UPPGIFT: Final = ("text", "avser", "referens", "kalla")
PERSON: Final = ("roll", "slag", "nummer")
MOST_ROWS: Final = 100
MOST_INPUTS: Final = 2_000


def given(body: bytes) -> dict[str, list[str]]:
    """The values in an URL-encoded body, by name. What is no UTF-8 is read as far as it goes.

    Raises `HTTPException` 413 for more inputs than any form of ours has: each is looked at many times.
    """
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_INPUTS)
    except ValueError:
        raise HTTPException(status_code=413) from None
    for name, value in pairs:
        found.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return found


def first(sent: Given, name: str) -> str:
    """The one value of an input, without space around it; empty where there is none."""
    return next(iter(sent.get(name, ())), "").strip()


def by_another(sent: Given, skriver: str) -> bool:
    """Was the form shown to somebody else? One that does not say was not written for long."""
    return first(sent, "_av") not in ("", skriver)


def uuid(sent: Given, name: str) -> str:
    """The UUID of an input, in lower case. Raises `NotFound` for what is none, as for what is not the caller's (T3)."""
    try:
        return str(UUID(first(sent, name)))
    except ValueError:
        raise NotFound(f"`{name}` is none of the caller's", falt=f"/{name}") from None


def data(schema: DataSchema, sent: Given) -> dict[str, Any]:
    """The data of an event of this schema, as it was typed."""
    made: dict[str, Any] = {PERSONS: _persons(sent) if schema.roller else []}
    return made | _members(schema.fields, "", sent)


def _members(fields: Mapping[str, Any], vag: str, sent: Given) -> dict[str, Any]:
    found = {name: _value(one.node, f"{vag}{name}", sent, krav=one.required) for name, one in fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(node: Node, vag: str, sent: Given, *, krav: bool) -> Any:
    match node:
        case Item(many=True):
            return [_item(row, sent) for row in _rows(vag, UPPGIFT, sent)] or None
        case Item():
            return _item(vag, sent) or None
        case Group():
            parts = _members(node.fields, f"{vag}/", sent)
            return parts if krav or any(parts.values()) else None
        case Many():
            return _several(node, vag, sent) or ([] if krav else None)
        case Code(slag="bool"):
            return {JA: True, NEJ: False}.get(first(sent, vag))
        case Code():
            return _code(node, first(sent, vag)) or None
    raise AssertionError("a node of no kind")  # shape.py compiles no other


def _several(node: Many, vag: str, sent: Given) -> list[Any]:
    if not isinstance(node.items, Group):
        return [text for value in sent.get(vag, ()) if (text := value.strip())]
    if "slag" in node.items.fields:
        return [_recipient(text) for value in sent.get(vag, ()) if (text := value.strip())]
    parts = tuple(node.items.fields)
    return [_parts(row, parts, sent) for row in _rows(vag, parts, sent)]


def _recipient(text: str) -> dict[str, str]:
    slag, _, id_ = text.partition(":")
    return {"slag": slag, "id": id_}


def _item(vag: str, sent: Given) -> dict[str, str]:
    return _parts(vag, UPPGIFT, sent)


def _parts(vag: str, parts: Iterable[str], sent: Given) -> dict[str, str]:
    return {part: text for part in parts if (text := first(sent, f"{vag}/{part}"))}


def _persons(sent: Given) -> list[dict[str, str]]:
    found = []
    for row in _rows(PERSONS, ("roll", "nummer"), sent):
        roll, slag, nummer = (first(sent, f"{row}/{part}") for part in PERSON)
        number = nummer if slag == "referens" else "".join(nummer.split())
        found.append(({"roll": roll} if roll else {}) | ({slag or "personnummer": number} if number else {}))
    return found


def _rows(vag: str, parts: Sequence[str], sent: Given) -> list[str]:
    """The rows in which something is filled in, in order."""
    numbers = sorted({int(n) for name in sent if (n := _row_of(vag, name)).isdecimal() and len(n) <= 4})
    rows = [f"{vag}/{number}" for number in numbers]
    return [row for row in rows if any(first(sent, f"{row}/{part}") for part in parts)]


def _row_of(vag: str, name: str) -> str:
    return name.removeprefix(f"{vag}/").partition("/")[0] if name.startswith(f"{vag}/") else ""


def _code(node: Code, text: str) -> str:
    return tidpunkt(text) if node.format == "tidpunkt" else text


def tidpunkt(text: str) -> str:
    """A time as a browser sends it, `2026-11-22T19:05` on Swedish clocks, with seconds and offset; another as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=SWEDEN)).isoformat(timespec="seconds")


def klocka(text: str) -> str:
    """The reverse, for the input that shows it again; a time before or after all years as it is."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(SWEDEN).strftime("%Y-%m-%dT%H:%M") if moment.tzinfo else text
    except (ValueError, OverflowError):
        return text
