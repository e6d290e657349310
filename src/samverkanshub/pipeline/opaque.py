"""What callers hold of the hub without being able to read it: aliases of ärenden, and inbox cursors.

AES-SIV (RFC 5297) under a secret of the vault: the same input gives the same text, and who it was made for is bound in.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.ports import DutyPlace, Vault

Cursor = Mapping[int, tuple[int, int]]
"""Partition to (offset, nr) of the last row seen."""

_ALIAS: Final = "alias"
_CURSOR: Final = "markor"
_PADDING: Final = 64
"""A cursor's length must not tell how far the log has come."""


def _in_list(lasargrupp: str) -> str:
    """Whom a place in the list of duties is sealed for: no inbox cursor is one."""
    return f"plikter\n{lasargrupp}"


class Opaque:
    """Makes and opens aliases and cursors; the two secrets are asked for once."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._ciphers: dict[str, AESSIV] = {}

    async def alias(self, arende_id: str, aktor: str) -> str:
        """The ärende as this actor knows it; empty for no ärende."""
        return await self._seal(_ALIAS, UUID(arende_id).bytes, aktor) if arende_id else ""

    async def arende(self, alias: str, aktor: str) -> str:
        """The ärende behind an alias. `NotFound` for one that was not made for this actor, as for one made up."""
        opened = await self._open(_ALIAS, alias, aktor)
        if opened is None or len(opened) != 16:
            raise NotFound("`arende` is no ärende that the caller knows", falt="/data/arende", code="okant-arende")
        return str(UUID(bytes=opened))

    async def seal_cursor(self, cursor: Cursor, lasargrupp: str) -> str:
        """The cursor as this reader group may hold it."""
        rows = [[partition, *place] for partition, place in sorted(cursor.items())]
        plain = json.dumps(rows, separators=(",", ":")).encode()
        return await self._seal(_CURSOR, plain + b" " * (-len(plain) % _PADDING), lasargrupp)

    async def open_cursor(self, sealed: str, lasargrupp: str) -> dict[int, tuple[int, int]]:
        """The cursor behind the text; the beginning for an empty one. `Refused` for another group's, or one made up."""
        if not sealed:
            return {}
        opened = await self._open(_CURSOR, sealed, lasargrupp)
        if opened is None:
            raise Refused("`markor` is no cursor of the caller's", falt="/markor", code="ogiltig-markor")
        return {partition: (offset, nr) for partition, offset, nr in json.loads(opened)}

    async def seal_place(self, place: DutyPlace, lasargrupp: str) -> str:
        """A place in the list of duties as this reader group may hold it."""
        plain = json.dumps(astuple(place), separators=(",", ":")).encode()
        return await self._seal(_CURSOR, plain + b" " * (-len(plain) % _PADDING), _in_list(lasargrupp))

    async def open_place(self, sealed: str, lasargrupp: str) -> DutyPlace | None:
        """The place behind the text; None for an empty one. `Refused` as for an inbox cursor, and for one."""
        opened = await self._open(_CURSOR, sealed, _in_list(lasargrupp)) if sealed else b"null"
        if opened is None:
            raise Refused("`markor` is no cursor of the caller's", falt="/markor", code="ogiltig-markor")
        place = json.loads(opened)
        return None if place is None else DutyPlace(*place)

    async def seal_latest(self, place: Sequence[int], lista: str, lasargrupp: str) -> str:
        """A place in a list that begins with what came last, as this reader group may hold it; empty for none."""
        return await self.seal_row(place, f"{lista}\n{lasargrupp}") if place else ""

    async def open_latest(self, sealed: str, lista: str, lasargrupp: str) -> tuple[int, ...] | None:
        """The place behind the text; None for an empty one. `Refused` for another list's or group's, or one made up."""
        return await self.open_row(sealed, f"{lista}\n{lasargrupp}") or None

    async def seal_row(self, place: Sequence[int], holder: str) -> str:
        """A place in an answer to an auditor's question, as who asked that question may hold it."""
        plain = json.dumps(list(place), separators=(",", ":")).encode()
        return await self._seal(_CURSOR, plain + b" " * (-len(plain) % _PADDING), f"granskning\n{holder}")

    async def open_row(self, sealed: str, holder: str) -> tuple[int, ...]:
        """The place behind the text; none for an empty one. `Refused` for another question's cursor, or one made up."""
        opened = await self._open(_CURSOR, sealed, f"granskning\n{holder}") if sealed else b"[]"
        if opened is None:
            raise Refused("`markor` is no cursor of this question's", falt="/markor", code="ogiltig-markor")
        return tuple(json.loads(opened))

    async def seal_question(self, plain: bytes, holder: str) -> str:
        """A question as who asked it may hold it between its pages: nobody reads what is in it, a number not either."""
        return await self._seal(_CURSOR, plain + b" " * (-len(plain) % _PADDING), f"fraga\n{holder}")

    async def open_question(self, sealed: str, holder: str) -> bytes:
        """The question behind the text. `Refused` for another's, or one made up."""
        opened = await self._open(_CURSOR, sealed, f"fraga\n{holder}")
        if opened is None:
            raise Refused("`fortsatt` is no question of the caller's", falt="/fortsatt", code="ogiltig-markor")
        return opened.rstrip(b" ")

    async def of_auditor(self, slag: str, id_: str, lasare: str) -> str:
        """What an auditor reads in place of an id that no agency knows, such as a person's; the same for the same."""
        return await self._seal(_ALIAS, f"{slag}\n{id_}".encode(), f"granskning\n{lasare}") if id_ else ""

    async def _seal(self, name: str, plain: bytes, holder: str) -> str:
        cipher = await self._cipher(name)
        return base64.urlsafe_b64encode(cipher.encrypt(plain, [holder.encode()])).rstrip(b"=").decode()

    async def _open(self, name: str, text: str, holder: str) -> bytes | None:
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            return (await self._cipher(name)).decrypt(sealed, [holder.encode()])
        except (InvalidTag, binascii.Error, ValueError):
            return None

    async def _cipher(self, name: str) -> AESSIV:
        if name not in self._ciphers:
            self._ciphers[name] = AESSIV(await self._vault.secret(name))
        return self._ciphers[name]
