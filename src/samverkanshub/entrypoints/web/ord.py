"""How values are told on the pages: times, ages, counts and codes, in Swedish."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from samverkanshub.domain.personnummer import contains_personnummer
from samverkanshub.domain.tid import SWEDEN

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS: Final = ((86_400_000, "dygn"), (3_600_000, "tim"), (60_000, "min"), (1_000, "s"))
_STANDS: Final[Mapping[str, str]] = {
    "igang": "igång",
    "vantar": "väntar på grinden",
    "forsenad": "försenad",
    "delvis": "igång, men utan födelsedagar eller raderingar",
    "ur-steg": "igång, men med annat regelverk än område 0",
    "vagrad": "vägrar",
    "tyst": "tyst",
}


def igen(text: str) -> str:
    """What was typed, to be shown again; nothing of it where it reads as a person's number."""
    return "" if contains_personnummer(text) else text


def tidpunkt(ms: int) -> str:
    """An instant as Swedish clocks show it: `2026-11-22 19:05:03`."""
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M:%S")


def alder(ms: int) -> str:
    """How long, in the two largest units that matter: `3 dygn 4 tim`, `12 s`; `nyss` for less than a second."""
    told, left = list[str](), max(ms, 0)
    for size, name in _UNITS:
        count, left = divmod(left, size)
        if count or told:
            told.append(f"{count} {name}")
        if len(told) == 2:
            break
    return " ".join(part for part in told if not part.startswith("0 ")) or "nyss"


def antal(value: int) -> str:
    """A whole number with spaces between thousands, as Swedish writes them."""
    return f"{value:,}".replace(",", "\u00a0")


def tal(value: float) -> str:
    """A number with one decimal at most, after a comma as Swedish writes it."""
    whole, _, part = f"{value:.1f}".partition(".")
    return antal(int(whole)) + (f",{part}" if part != "0" else "")


def storlek(size: int) -> str:
    """So many bytes, in the largest unit that there is a whole one of."""
    value, unit = float(size), "byte"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{tal(value)}\u00a0{unit}"


def digest_of(directory: Path) -> str:
    """A short digest of all files in a directory: addresses with it in them may be kept for ever."""
    found = sha256()
    for path in sorted(directory.iterdir()):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]


def short(digest: str) -> str:
    """The beginning of a digest, which says which one it is."""
    return digest[:12]


def stallning(code: str) -> str:
    """How a role says that it stands, in words."""
    return _STANDS.get(code, code)


def stor(text: str) -> str:
    """The same with a capital first, and the rest as it is."""
    return text[:1].upper() + text[1:]


FILTER: Final[Mapping[str, Callable[..., Any]]] = {
    "alder": alder,
    "antal": antal,
    "stallning": stallning,
    "stor": stor,
    "storlek": storlek,
    "tal": tal,
    "tidpunkt": tidpunkt,
}
