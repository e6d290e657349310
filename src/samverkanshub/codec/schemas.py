"""The checked-in schemas and their index: Confluent wire format by id, and the data schema of each type."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from struct import pack, unpack
from typing import Any, Final

import fastavro

from samverkanshub.codec.compat import fingerprint
from samverkanshub.codec.fits import Fits, fits
from samverkanshub.codec.shape import DataSchema, compile_schema
from samverkanshub.domain.errors import HubError, Refused, Undecodable
from samverkanshub.resources import root

ENVELOPE: Final = "kuvert"
DECISION: Final = "beslut"
ENTRY: Final = "beslutspost"
INTERNAL: Final = frozenset({ENVELOPE, DECISION, ENTRY})
"""Schemas that describe no type of event."""
MAX_BYTES: Final = 2 * 1024 * 1024
"""No record of the hub is longer; a length beyond it is refused before anything is read."""
_MAGIC: Final = 0
_HEADER: Final = 5


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version of one schema, as indexed."""

    namn: str
    version: int
    id: int
    raw: Mapping[str, Any]
    parsed: Any


class Schemas:
    """All versions of all schemas. Immutable once made."""

    def __init__(self, versions: tuple[SchemaVersion, ...]) -> None:
        self._by_id = {schema.id: schema for schema in versions}
        self._by_name = {(schema.namn, schema.version): schema for schema in versions}
        self._latest = {schema.namn: schema for schema in sorted(versions, key=lambda found: found.version)}
        self._data = {
            key: compile_schema(schema.raw, schema.version)
            for key, schema in self._by_name.items()
            if schema.namn not in INTERNAL
        }
        self._fits = {key: fits(schema) for key, schema in self._data.items()}

    @classmethod
    def load(cls, directory: Path) -> "Schemas":
        """Read `index.json` and the schemas it lists; cached by directory."""
        return _load(directory)

    @property
    def types(self) -> tuple[str, ...]:
        """The types of event that have a data schema, sorted."""
        return tuple(sorted({typ for typ, _ in self._data}))

    @cached_property
    def signatures(self) -> frozenset[str]:
        """`id:fingerprint` of every version: what a regelverk lists, so that all programs read the log alike."""
        return frozenset(f"{schema.id}:{fingerprint(schema.raw)}" for schema in self._by_id.values())

    def id_of(self, typ: str, version: int) -> int:
        """The id of a type's version; `KeyError` where there is none."""
        return self._by_name[typ, version].id

    def latest(self, name: str) -> SchemaVersion:
        """The newest version; `KeyError` where there is no such schema."""
        return self._latest[name]

    def data(self, typ: str, version: int) -> DataSchema:
        """The data schema; raises `Refused` with `okand-typ` or `okand-version`."""
        if typ not in self._latest or typ in INTERNAL:
            raise Refused("`/type` is not a type of event the hub knows", falt="/type", code="okand-typ")
        found = self._data.get((typ, version))
        if found is None:
            raise Refused("`/type` has a version the hub does not know", falt="/type", code="okand-version")
        return found

    def fits(self, typ: str, version: int) -> Fits | None:
        """Do codes fit the data schema? A predicate, or None where there is no such schema."""
        return self._fits.get((typ, version))

    def encode(self, name: str, datum: Mapping[str, Any], version: int | None = None) -> bytes:
        """0x00, the schema's id in four bytes big-endian, the Avro body. The newest version unless told."""
        schema = self._latest[name] if version is None else self._by_name[name, version]
        try:
            return pack(">BI", _MAGIC, schema.id) + _body(schema.parsed, datum)
        except Exception as error:
            # fastavro's messages repeat the datum.
            raise HubError(f"a `{name}` could not be encoded: {type(error).__name__}", code="kodningsfel") from None

    def decode(self, content: bytes) -> tuple[str, dict[str, Any]]:
        """(name, datum as of the newest version). Raises nothing but `Undecodable`.

        The bytes must be exactly what the writer's version encodes the datum to: one datum, one sequence of bytes.
        """
        schema = self._writer(content)
        datum = _read(schema.parsed, content)
        if _rewritten(schema.parsed, datum) != content[_HEADER:]:
            raise Undecodable("the record is not in canonical form", code="ej-kanonisk")
        return schema.namn, self._newest(schema, content, datum)

    def decode_own(self, content: bytes) -> tuple[str, dict[str, Any]]:
        """The same of bytes that the hub itself made and kept: not encoded anew to see that they are canonical."""
        schema = self._writer(content)
        return schema.namn, self._newest(schema, content, _read(schema.parsed, content))

    def _newest(self, schema: SchemaVersion, content: bytes, datum: dict[str, Any]) -> dict[str, Any]:
        newest = self._latest[schema.namn]
        return datum if newest is schema else _read(schema.parsed, content, newest.parsed)

    def writer_of(self, content: bytes) -> tuple[str, int]:
        """(name, version) of the schema the bytes were written with; raises `Undecodable`."""
        schema = self._writer(content)
        return schema.namn, schema.version

    def _writer(self, content: bytes) -> SchemaVersion:
        if len(content) < _HEADER or len(content) > MAX_BYTES:
            raise Undecodable("the record's length is out of range", code="fel-langd")
        magic, schema_id = unpack(">BI", content[:_HEADER])
        if magic != _MAGIC:
            raise Undecodable("the record does not begin with the magic byte", code="fel-magisk-byte")
        if schema_id not in self._by_id:
            raise Undecodable("the record's schema id is not in the index", code="okant-schema")
        return self._by_id[schema_id]


def _body(parsed: Any, datum: Any) -> bytes:
    sink = io.BytesIO()
    fastavro.schemaless_writer(sink, parsed, datum, strict=True)
    return sink.getvalue()


def _read(writer: Any, content: bytes, reader: Any = None) -> dict[str, Any]:
    source = io.BytesIO(content)
    source.seek(_HEADER)
    try:
        datum = fastavro.schemaless_reader(source, writer, reader)
    except MemoryError:
        raise
    except Exception:
        # Hostile bytes make the library raise nearly anything, with the bytes in the message.
        raise Undecodable("the record's body is not Avro of its schema", code="ej-avro") from None
    if not isinstance(datum, dict):
        raise Undecodable("the record's body is not a record", code="ej-avro")
    return datum


def _rewritten(parsed: Any, datum: dict[str, Any]) -> bytes:
    try:
        return _body(parsed, datum)
    except Exception:
        raise Undecodable("the record is not in canonical form", code="ej-kanonisk") from None


@cache
def _load(directory: Path) -> Schemas:
    index = json.loads((directory / "index.json").read_text("utf-8"))
    return Schemas(tuple(_read_version(directory, row) for row in index["scheman"]))


def _read_version(directory: Path, row: Mapping[str, Any]) -> SchemaVersion:
    name, version = row["namn"], row["version"]
    raw = json.loads((directory / "frysta" / f"{name}.v{version}.avsc").read_text("utf-8"))
    return SchemaVersion(name, version, row["id"], raw, fastavro.parse_schema(raw, {}))


def default_schemas() -> Schemas:
    """The schemas the package came with."""
    return Schemas.load(root() / "schemas" / "avro")
