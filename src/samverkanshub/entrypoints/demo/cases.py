"""Cases as data: `deploy/demo/*.yaml`, the expected results of each beside it in `*.vantat.yaml`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

COMMON: Final = "00-gemensamt.yaml"
VERBS: Final = ("publicera", "oppna", "kvittera", "utfall", "inkorg", "vanta_s")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Step(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One step. Exactly one of `publicera`, `oppna`, `kvittera`, `utfall`, `inkorg` and `vanta_s` is given.

    `av` is the acting reader group, and `anvandare` its user where that is another than the demo's; `som` names the
    event for later steps; `som_mottagen_av` takes the delivery's id from another group's inbox, as one would who had
    seen it there. `inkorg` is what the group's inbox tells of an event. In `data`, `${leverans:NAME}` is the acting
    group's delivery of that event and `${arende:NAME}` the ärende as its actor knows it.
    """

    publicera: str = ""
    oppna: str = ""
    kvittera: str = ""
    utfall: str = ""
    inkorg: str = ""
    vanta_s: float = 0
    av: str = ""
    anvandare: str = ""
    som: str = ""
    som_mottagen_av: str = ""
    slag: str = ""
    data: dict[str, Any] = {}

    @property
    def verb(self) -> str:
        """Which of the six this step is."""
        return next(verb for verb in VERBS if getattr(self, verb))


class Case(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A case: its name and source, the rules it shows, its steps, and one expected result a step."""

    namn: str
    kalla: str
    regler: tuple[str, ...]
    steg: tuple[Step, ...]
    fil: str = ""
    vantat: tuple[dict[str, Any], ...] = ()


class Common(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """People and defaults that the cases share."""

    personer: dict[str, dict[str, str]]
    standard: dict[str, dict[str, Any]]


def common(directory: Path) -> Common:
    """What the cases of this directory share."""
    return msgspec.convert(_yaml(directory / COMMON), Common)


def load(directory: Path) -> list[Case]:
    """Every case, by file name."""
    files = [f for f in sorted(directory.glob("*.yaml")) if f.name != COMMON and not f.name.endswith(".vantat.yaml")]
    return [_case(file) for file in files]


def _case(file: Path) -> Case:
    expected = file.with_suffix(".vantat.yaml")
    steps = _yaml(expected) if expected.exists() else []
    return msgspec.convert({**_yaml(file), "fil": file.stem, "vantat": steps}, Case)


def _yaml(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def fill(step: Step, shared: Common, names: Mapping[str, str], start: datetime) -> dict[str, Any]:
    """The step's data with people, earlier events and times put in."""
    data = {**shared.standard.get(step.publicera, {}), **step.data}
    filled = {key: _value(value, shared, names, start) for key, value in data.items()}
    return {"personer": [], **filled}


def _value(value: Any, shared: Common, names: Mapping[str, str], start: datetime) -> Any:
    if isinstance(value, list):
        return [_value(one, shared, names, start) for one in value]
    if isinstance(value, dict):
        if "person" in value:
            return {"roll": value["roll"], **shared.personer[value["person"]]}
        return {key: _value(one, shared, names, start) for key, one in value.items()}
    return _text(value, shared, names, start) if isinstance(value, str) else value


def _text(value: str, shared: Common, names: Mapping[str, str], start: datetime) -> str:
    if value[:1] in "+-" and value[1:-1].isdigit() and value[-1:] in _UNITS:
        return (start + _delta(value)).astimezone(UTC).isoformat(timespec="milliseconds")
    for name, number in shared.personer.items():
        value = value.replace(f"${{nummer:{name}}}", number.get("personnummer", ""))
    for name, event in names.items():
        value = value.replace(f"${{{name}}}", event)
    return value


def _delta(value: str) -> timedelta:
    return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
