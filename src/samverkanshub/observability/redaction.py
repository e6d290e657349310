"""Personnummer, contacts and secrets taken out of text, whatever put them there and however it was written.

What has the shape of a personnummer or samordningsnummer goes, also with a wrong check digit: that is most often
somebody's number mistyped. The shape is a date (in a samordningsnummer the day plus 60) and four digits, with or
without century and separator. The text may be JSON: an escape is never split, so that JSON stays JSON.
"""

import re
from typing import Final

REDACTED: Final = "[nummer]"
MAIL: Final = "[e-post]"
TELEPHONE: Final = "[telefon]"
SECRET: Final = "[hemligt]"

_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
# Besides the two that the number is written with: a space, the dashes that text programs put in, and in URLs and JSON.
_SEPARATOR: Final = r"(?:[-+ \u00a0\u2010-\u2015\u2212]|%2[BbDd]|%20|\\+xa0|\\+u(?:00a0|201[0-5]|2212))?"
# A character that JSON or Python escapes is \uXXXX, \UXXXXXXXX or \xXX: its digits are not part of a number after it.
_ESCAPES: Final = (r"\\u[0-9A-Fa-f]{4}", r"\\U[0-9A-Fa-f]{8}", r"\\x[0-9A-Fa-f]{2}")
_ESCAPE: Final = f"(?:{'|'.join(_ESCAPES)})"
_AFTER_CODE: Final = "|".join(f"(?<={escape})" for escape in _ESCAPES)
_START: Final = rf"(?:(?<!\d)|{_AFTER_CODE})"
_LONG: Final = rf"(?:18|19|20)\d\d-?{_MONTH}-?{_DAY}{_SEPARATOR}\d{{4}}(?!\d)"
_SHORT: Final = rf"\d\d{_MONTH}{_DAY}{_SEPARATOR}\d{{4}}(?!\d)"

# Ids and digests have runs of ten digits by chance, between letters. They stay unless a whole part is a number.
_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_DIGEST: Final = r"(?=\d*[a-f])[0-9a-f]{64}"

# Where a word may begin: the letter of an escape such as \n belongs to what is before it.
_AFTER_ESCAPE: Final = rf"(?<=\\[bfnrt])|{_AFTER_CODE}"
_MAIL: Final = rf"(?:{_AFTER_ESCAPE}|(?<![\w.%+\\-]))[\w.%+-]{{1,64}}(?:@|%40)[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}"
_TELEPHONE: Final = (
    rf"(?:{_AFTER_ESCAPE}|(?<![\w.\\-]))(?:(?:\+|%2B|00)46[ -]?(?:\(0\)[ -]?)?|0)[1-9]"
    r"(?:[ \u00a0/\u2010-\u2015-]?\d){6,9}(?!\d)"
)

_FOUND: Final = re.compile(
    rf"(?P<id>(?<![0-9a-zA-Z])(?:{_UUID}|{_DIGEST})(?![0-9a-zA-Z])|{_ESCAPE})"
    rf"|(?P<number>{_START}(?:{_LONG}|{_SHORT}))|(?P<mail>{_MAIL})|(?P<telephone>{_TELEPHONE})"
)
_WHOLE: Final = re.compile(rf"(?<![0-9a-zA-Z]){_LONG}(?![0-9a-zA-Z])")

# Of a value in quotes, which JSON within JSON has escaped, an escape is taken whole.
_VALUE: Final = r"""(?:\\*"(?:[^"\\]|\\+[^"\\])*|\\*'(?:[^'"\\]|\\+[^'"\\])*|[^\s,;"'\\)}&]+)"""
_NAME: Final = r"password|passwd|passphrase|pwd|losen(?:ord)?|secret|hemlighet|api[_-]?key|set-cookie|cookie"
_SECRETS: Final = re.compile(
    r"(?P<pem>-----BEGIN [A-Z0-9 ]+-----(?:[A-Za-z0-9+/=]|\\+[nrt]|\s)*(?:-----END [A-Z0-9 ]+-----)?)"
    r"|(?P<token>eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4})"
    r"|(?P<scheme>(?i:bearer|dpop|basic))[ +](?P<credential>[A-Za-z0-9._~+/=-]{8,})"
    r"""|(?P<user>://[^\s:/@"'\\]{0,64}:)(?P<password>[^\s"'\\]{0,256})@"""
    rf"""|(?P<name>(?i:{_NAME})\\*["']?\s*[=:]\s*)(?P<value>{_VALUE})"""
    rf"|(?P<key>(?:{_AFTER_ESCAPE}|(?<![A-Za-z0-9+/_\\-]))[A-Za-z0-9+/_-]{{43,}}={{0,2}})"
)
_FEWEST: Final = 5
"""Letters of each case that 32 random bytes have in base64; a path or a name has fewer capitals, a digest none."""


def redact(text: str) -> str:
    """The text with what is of those shapes replaced: `[nummer]`, `[e-post]`, `[telefon]`, `[hemligt]`.

    Secrets are tokens, passwords that are named or stand in an address, PEM and base64 of 32 bytes or more. UUIDs,
    SHA-256 in hex and times in milliseconds stay; a plain integer of ten digits that reads as a date does not.
    """
    return _FOUND.sub(_replace, _SECRETS.sub(_hide, text))


def _replace(found: re.Match[str]) -> str:
    if found["id"]:
        return _WHOLE.sub(REDACTED, found["id"])
    if found["number"]:
        return REDACTED
    return MAIL if found["mail"] else TELEPHONE


def _hide(found: re.Match[str]) -> str:
    if found["key"]:
        return SECRET if _is_random(found["key"]) else found["key"]
    if found["user"]:
        return f"{found['user']}{SECRET}@"
    if found["name"]:
        return found["name"] + _opening(found["value"]) + SECRET
    return f"{found['scheme']} {SECRET}" if found["scheme"] else SECRET


def _opening(value: str) -> str:
    """The quote that a value begins with, as it is escaped: the one that ends it stays too."""
    return value[: len(value) - len(value.lstrip("\\\"'"))]


def _is_random(text: str) -> bool:
    kinds = (sum(map(str.isupper, text)), sum(map(str.islower, text)), _FEWEST * any(map(str.isdigit, text)))
    return min(kinds) >= _FEWEST
