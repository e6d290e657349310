"""What an actor's client certificates are known by, as the directory says it: dated, by serial number, key or both."""

import re
from typing import Final

from samverkanshub.adapters.marked import Marked, dates
from samverkanshub.domain.actors import Certifikat

_SERIAL: Final = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_SPKI: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def certificates(listed: Marked) -> tuple[Certifikat, ...]:
    """The rows of an actor's `certifikat`; several may hold at once, while one takes over from another."""
    return tuple(_one(item) for item in listed.items())


def _one(item: Marked) -> Certifikat:
    members = item.record(["fran"], ["till", "serienummer", "spki"])
    fran, till = dates(members, "fran", "till")
    if not members.keys() & {"serienummer", "spki"}:
        item.fault("`serienummer` or `spki` must be given")
    serial = _matching(members.get("serienummer"), _SERIAL, "a serial number of A-Z, a-z, 0-9 and `-`")
    return Certifikat(serial, _matching(members.get("spki"), _SPKI, "SHA-256 in lower-case hex"), fran, till)


def _matching(value: Marked | None, form: re.Pattern[str], wanted: str) -> str:
    if value is None:
        return ""
    text = value.text()
    if not form.fullmatch(text):
        value.fault(f"must be {wanted}")
    return text
