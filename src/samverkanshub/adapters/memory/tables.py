"""What a database would check of what is written to its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from samverkanshub.ports import Batch

Row = TypeVar("Row")


def replaced(
    batch: Batch, table: Mapping[tuple[int, str, str, str], Row], made: Sequence[tuple[tuple[str, str, str], Row]]
) -> dict[tuple[int, str, str, str], Row]:
    """What a table holds of each duty, with that of the changed ones made anew."""
    dropped = {(batch.partition, *duty) for duty in batch.duties_of}
    kept = {key: row for key, row in table.items() if key[:3] not in dropped}
    return kept | keyed(kept, [((batch.partition, *key), row) for key, row in made])


def keyed(table: Mapping[Any, Any], rows: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """Rows by their keys; `ValueError` where one is there already, or given twice."""
    keyed = dict(rows)
    if len(keyed) < len(rows) or keyed.keys() & table.keys():
        raise ValueError("a batch writes the same row twice")
    return keyed


def refuse_unstorable(value: object) -> None:
    """What PostgreSQL would refuse: a NUL or a lone surrogate in a text."""
    if isinstance(value, str):
        if b"\0" in value.encode():  # raises a ValueError of its own for a lone surrogate
            raise ValueError("a text of the batch cannot be stored")
    elif isinstance(value, tuple | list):
        for part in value:
            refuse_unstorable(part)
    elif is_dataclass(value):
        for part in fields(value):
            refuse_unstorable(getattr(value, part.name))
