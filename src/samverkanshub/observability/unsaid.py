"""What a library says of what it could not handle, without what it quotes: that may be a person's words.

Our own errors name the field and never echo a value; a library's do, in quotes or in brackets. What is quoted stays
where it has the shape of code (a lower-case word, a path, a type's name), since an operator needs to read it.
"""

import re
import traceback
from collections.abc import Iterator
from typing import Final

TEXT: Final = "[text]"
OURS: Final = "samverkanshub"
LONGEST: Final = 500
"""Characters of a library's message that are told."""
_WORD: Final = 64

_QUOTED: Final = re.compile(
    r"""(?<![\w\\])[bru]{0,2}(?P<quote>['"])(?:\\.|(?!(?P=quote)(?!\w))[^\\])*(?:(?P=quote)|\Z)"""
    r"|<[^<>]*>|[«“”„][^«»“”„]*[»“”]",
    re.DOTALL,
)
_CODE: Final = re.compile(rf"['\"<](?:[a-z0-9_./:@$*-]{{1,{_WORD}}}|(?:[A-Z]+[a-z0-9]*){{2,6}})['\">]", re.ASCII)
_TYPE: Final = re.compile(r"<(?:class|enum|function|module) '[\w.]+'>", re.ASCII)
# PostgreSQL's own lines about a statement, in which the row stands.
_ROW: Final = re.compile(r"^(?P<name>DETAIL|CONTEXT|HINT|STATEMENT|QUERY|WHERE):.*", re.MULTILINE | re.DOTALL)
_FRAME: Final = "  "


def is_ours(name: str) -> bool:
    """Is a logger, or an error's module, the hub's own?"""
    return name == OURS or name.startswith(f"{OURS}.")


def unquoted(text: str) -> str:
    """A library's message without the texts that it quotes, each then `[text]`, and no longer than `LONGEST`."""
    told = _QUOTED.sub(_kept, _ROW.sub(rf"\g<name>: {TEXT}", text))
    return told if len(told) <= LONGEST else f"{told[:LONGEST]} {TEXT}"


def _kept(found: re.Match[str]) -> str:
    return found[0] if _CODE.fullmatch(found[0]) or _TYPE.fullmatch(found[0]) else TEXT


def message(error: BaseException) -> str:
    """What an error says: our own all of it, others' without what they quote."""
    try:
        said = str(error)
    except Exception:
        return TEXT
    return said if is_ours(type(error).__module__) else unquoted(said)


def trace(error: BaseException) -> str:
    """The traceback as Python writes it, causes and groups included, with each error's message as `message` has it."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    yield from _before(error, told)
    if error.__traceback__:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield _last(error)
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(inner) not in told:
            yield from (_FRAME + line for line in "\n".join(_lines(inner, told)).splitlines())


def _before(error: BaseException, told: set[int]) -> Iterator[str]:
    cause = error.__cause__
    earlier = cause or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and id(earlier) not in told:
        yield from _lines(earlier, told)
        yield "\nwhich was the cause of:\n" if cause else "\nduring which came:\n"


def _last(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name}: {said}" if (said := message(error)) else name
