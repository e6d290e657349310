"""YAML read with the place of every value, so that each fault is reported with file and line, all of them at once.

`Marked` wraps a composed YAML node. Its readers never raise: they note a fault and return something harmless, and the
caller raises `DirectoryFault` when all is read.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import yaml

from samverkanshub.domain.errors import HubError

USER: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}", re.ASCII)
PART: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
"""One part of an id: the whole of an actor's, and what the dots of `mora.vinr.utsatt` part."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
T = TypeVar("T")


class DirectoryFault(HubError):
    """The regelverk's files cannot be used; `faults` has every `file:line: message`, in order of file and line."""

    code = "regelverk-fel"

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(slots=True)
class Faults:
    """Faults as they are found."""

    found: set[tuple[str, int, str]] = field(default_factory=set)

    def add(self, file: str, line: int, message: str) -> None:
        """Note a fault; the same one at the same place is one."""
        self.found.add((file, line, message))

    def lines(self) -> tuple[str, ...]:
        """Every fault as `file:line: message`, in order."""
        return tuple(f"{file}:{line}: {message}" for file, line, message in sorted(self.found))

    def check(self) -> None:
        """Raise `DirectoryFault` if there is any."""
        if self.found:
            raise DirectoryFault(self.lines())


@dataclass(frozen=True, slots=True)
class Marked:
    """A YAML value, where it stands, and the words for its `{placeholders}` when it comes from a template."""

    node: yaml.Node
    file: str
    faults: Faults
    words: Mapping[str, str] = field(default_factory=dict)
    named_at: int = 0
    """The line of the member's name, where it is a member of a mapping."""

    @property
    def line(self) -> int:
        """The line of the file, from 1."""
        return int(self.node.start_mark.line) + 1

    def fault(self, message: str) -> None:
        """Note a fault at this place."""
        self.faults.add(self.file, self.line, message)

    def child(self, node: yaml.Node) -> "Marked":
        """A node below this one."""
        return Marked(node, self.file, self.faults, self.words)

    def with_words(self, words: Mapping[str, str]) -> "Marked":
        """The same value, with words for its placeholders."""
        return replace(self, words={**self.words, **words})

    # ---------------------------------------------------------------------------------------------------- containers

    def members(self) -> dict[str, "Marked"]:
        """The members of a mapping; a member given twice is a fault."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fault("must be a mapping")
            return {}
        found: dict[str, Marked] = {}
        for key, value in self.node.value:
            name = self.child(key).text()
            if name in found:
                self.child(key).fault(f"`{name}` is given twice")
            found[name] = replace(self.child(value), named_at=self.child(key).line)
        return found

    def record(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, "Marked"]:
        """The members of a mapping that must and may have these names."""
        found = self.members()
        self.names(found, required, optional)
        return found

    def names(self, found: Mapping[str, "Marked"], required: Collection[str], optional: Collection[str] = ()) -> None:
        """Fault what is missing here and what nobody knows there."""
        if isinstance(self.node, yaml.MappingNode):
            for name in sorted(set(required) - set(found)):
                self.fault(f"`{name}` is missing")
        for name in sorted(set(found) - set(required) - set(optional)):
            self.faults.add(found[name].file, found[name].named_at, f"unknown member `{name}`")

    def items(self) -> list["Marked"]:
        """The elements of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fault("must be a list")
            return []
        return [self.child(node) for node in self.node.value]

    def listed(self, name: str) -> list["Marked"]:
        """The elements of the one list that a document of this kind holds."""
        members = self.record([name])
        return members[name].items() if name in members else []

    # ------------------------------------------------------------------------------------------------------- scalars

    @property
    def is_null(self) -> bool:
        """Is it an explicit null: the word `null` or `~`, or nothing?"""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == "tag:yaml.org,2002:null"

    @property
    def is_scalar(self) -> bool:
        """Is it a single value?"""
        return isinstance(self.node, yaml.ScalarNode)

    def text(self) -> str:
        """A text, its placeholders replaced; a placeholder without a word is a fault."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fault("must be a text")
            return ""
        return re.sub(r"\{([a-z_]+)\}", self._word, str(self.node.value))

    def _word(self, match: re.Match[str]) -> str:
        if match[1] not in self.words:
            self.fault(f"unknown placeholder `{match[1]}`")
        return self.words.get(match[1], "")

    def filled(self) -> str:
        """A text that is not empty."""
        text = self.text()
        if self.is_scalar and (not text.strip() or self.is_null):
            self.fault("must not be empty")
        return text

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.filled() for item in self.items())

    def _parsed(self, read: Callable[[str], T | None], harmless: T, wanted: str) -> T:
        value = read(self.text()) if self.is_scalar else None
        if value is None:
            self.fault(f"must be {wanted}")
            return harmless
        return value

    def ident(self) -> str:
        """An id: lower-case ASCII letters and digits, with single dashes between them."""
        return self._parsed(lambda t: t if PART.fullmatch(t) else None, "", "an id of a-z, 0-9 and `-`")

    def user(self) -> str:
        """A user as tokens name one in their `sub`."""
        user = self.filled()
        if user and not USER.fullmatch(user):
            self.fault("must be a user as tokens name it, of a-z, 0-9, `.` and `-`")
        return user

    def integer(self) -> int:
        """A whole number from 0 up."""
        return self._parsed(lambda t: int(t) if re.fullmatch(r"[0-9]{1,9}", t) else None, 0, "a whole number")

    def boolean(self) -> bool:
        """`true` or `false`."""
        return self._parsed({"true": True, "false": False}.get, False, "`true` or `false`")

    def day(self) -> str:
        """An ISO date."""
        return self._parsed(_iso, "", "a date, YYYY-MM-DD")

    def one_of(self, allowed: Collection[str], what: str) -> str:
        """One of a closed list."""
        return self._parsed(lambda t: t if t in allowed else None, "", f"a known {what}")

    def some_of(self, allowed: Collection[str], what: str) -> tuple[str, ...]:
        """A list of different members of a closed list."""
        items = self.items()
        found = tuple(item.one_of(allowed, what) for item in items)
        if len(set(found)) < len(found):
            self.fault(f"names a {what} twice")
        return tuple(value for value in found if value)


def _iso(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def load(path: Path, faults: Faults, root: Path) -> Marked:
    """The document of a file; one that is missing, no YAML, or empty is a fault and reads as an empty mapping whose
    own faults count no more."""
    name = path.relative_to(root).as_posix()
    node, line, fault = _compose(path)
    if node is not None:
        return Marked(node, name, faults)
    faults.add(name, line, fault)
    nowhere = yaml.Mark(name, 0, 0, 0, None, 0)
    return Marked(yaml.MappingNode("tag:yaml.org,2002:map", [], nowhere, nowhere), name, Faults())


def _compose(path: Path) -> tuple[yaml.Node | None, int, str]:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader), 1, "the file is empty"
    except (OSError, UnicodeDecodeError):
        return None, 1, "the file cannot be read"
    except yaml.MarkedYAMLError as cause:
        mark = cause.problem_mark or cause.context_mark
        return None, mark.line + 1 if mark else 1, f"not YAML: {cause.problem or cause.context}"
    except yaml.YAMLError:
        return None, 1, "not YAML"


def dates(members: Mapping[str, Marked], first: str, last: str) -> tuple[str, str]:
    """A half-open pair of days; an end that is not after its start is a fault. Absent ones are empty."""
    start = members[first].day() if first in members else ""
    end = members[last].day() if last in members else ""
    if start and end and end <= start:
        members[last].fault(f"`{last}` must be after `{first}`")
    return start, end
