"""Personnummer and samordningsnummer taken out of text, whatever put them there.

What has the shape of a number goes, also with a wrong check digit: that is most often somebody's number mistyped.
The shape is a date (in a samordningsnummer the day plus 60) and four digits, with or without century and separator.
"""

import re
from typing import Final

REDACTED: Final = "[nummer]"

_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
# Besides the two that the number is written with: a space, the dashes that text programs put in, and + in a URL.
_SEPARATOR: Final = r"(?:[-+ \u2010-\u2015\u2212]|%2[Bb])?"
# A control character is \u00XX in JSON: its digits are not part of a number after it.
_ESCAPE: Final = r"\\u[0-9a-f]{4}"
_START: Final = rf"(?:(?<!\d)|(?<={_ESCAPE}))"
_LONG: Final = rf"(?:18|19|20)\d\d{_MONTH}{_DAY}{_SEPARATOR}\d{{4}}(?!\d)"
_SHORT: Final = rf"\d\d{_MONTH}{_DAY}{_SEPARATOR}\d{{4}}(?!\d)"

# Ids and digests have runs of ten digits by chance, between letters. They stay unless a whole part is a number.
_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_DIGEST: Final = r"(?=\d*[a-f])[0-9a-f]{64}"

_FOUND: Final = re.compile(
    rf"(?P<id>(?<![0-9a-zA-Z])(?:{_UUID}|{_DIGEST})(?![0-9a-zA-Z])|{_ESCAPE})|(?P<number>{_START}(?:{_LONG}|{_SHORT}))"
)
_WHOLE: Final = re.compile(rf"(?<![0-9a-zA-Z]){_LONG}(?![0-9a-zA-Z])")


def redact(text: str) -> str:
    """The text with every number of that shape replaced by `[nummer]`.

    UUIDs, SHA-256 in hex and times in milliseconds stay; a plain integer of ten digits that reads as a date does not.
    """
    return _FOUND.sub(_replace, text)


def _replace(found: re.Match[str]) -> str:
    return _WHOLE.sub(REDACTED, found["id"]) if found["id"] else REDACTED
