"""What `verify` verifies: by which keys, in which place, and against what."""

import re
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from samverkanshub import roles
from samverkanshub.adapters.arkiv import Archive, is_archive, tree_of
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.settings import Settings
from samverkanshub.verifier import Directory, Key, Sources, Uncheckable, Web, read_key
from samverkanshub.verifier.verify import PLACE

Keys = Mapping[int, Key]
"""By område."""
_OF: Final = re.compile(r".+/omrade/(\d{1,10})", re.ASCII)
_TREE: Final = re.compile(r".+/logg/(\d{1,10})/?", re.ASCII)


# ------------------------------------------------------------------------------------------ keys


def given_keys(given: str) -> list[str]:
    """A verifier key, or those in a file, one a line. Raises `Uncheckable`."""
    try:
        return Path(given).read_text().split()
    except (OSError, UnicodeDecodeError):
        if "+" not in given:
            raise Uncheckable("`--nyckel` is neither a verifier key nor a file that can be read") from None
        return [given]


def keys_of(lines: Iterable[str]) -> Keys:
    """Verifier keys by the område that their names say. Raises `Uncheckable`."""
    try:
        keys = [read_key(line) for line in lines]
    except ValueError as error:
        raise Uncheckable(f"`--nyckel` cannot be used: {error}") from None
    named = {_OF.fullmatch(key.name): key for key in keys}
    if None in named:
        raise Uncheckable("`--nyckel` cannot be used: it names no område")
    if not named:
        raise Uncheckable("`--nyckel` holds no verifier key")
    return {int(match[1]): key for match, key in named.items() if match}


def asked_for(keys: Keys, omrade: int | None) -> Keys:
    """Those of an område, or all. Raises `Uncheckable` where there is none of it."""
    if omrade is None:
        return keys
    if omrade not in keys:
        raise Uncheckable(f"no key of område {omrade} was given")
    return {omrade: keys[omrade]}


# ------------------------------------------------------------------------------------------ places


@asynccontextmanager
async def hub(settings: Settings, keys: Keys) -> AsyncIterator[list[Sources]]:
    """The settings' own trees, log and decisions."""
    async with roles.judged_log(settings) as (log, decisions):
        trees = settings.trad
        regelverk = DirectoryArtefacts(settings.artefakter)
        named = sorted(keys.items())
        yield [Sources(n, Directory(trees / str(n)), key, log, decisions, regelverk=regelverk) for n, key in named]


@asynccontextmanager
async def published(where: str, keys: Keys, tls: ssl.SSLContext | None = None) -> AsyncIterator[list[Sources]]:
    """The trees in a directory or at an address, and nothing beside them. `tls`: for an authority of its own."""
    if not where.startswith(("http://", "https://")):
        yield list(_in_directory(Path(where), keys))
        return
    async with AsyncExitStack() as opened:
        places = _addresses(where.rstrip("/"), keys)
        yield [
            Sources(n, await opened.enter_async_context(Web(place, tls=tls)), keys[n]) for n, place in places.items()
        ]


def _in_directory(path: Path, keys: Keys) -> Iterable[Sources]:
    """A directory is a tree itself where it has a checkpoint; which område's, the checkpoint says. Or an archive."""
    if is_archive(path):
        return _in_archive(Archive(path), keys)
    alone = path / PLACE
    if not alone.is_file():
        _require_a_tree(path, keys)
        return [Sources(n, Directory(path / str(n)), key) for n, key in sorted(keys.items())]
    named = {n: key for n, key in keys.items() if of_log(alone.read_bytes(), key)}
    return [Sources(n, Directory(path), key) for n, key in sorted((named or keys).items())]


def _require_a_tree(path: Path, keys: Keys) -> None:
    """Raise `Uncheckable` for a place with nothing of any log whose key was given."""
    if not path.is_dir():
        raise Uncheckable(f"`{path}` is no directory, and no address of a hub")
    if not any((path / str(number)).is_dir() for number in keys):
        raise Uncheckable(f"`{path}` holds neither an archive nor the tree of an område whose key was given")


def _in_archive(archive: Archive, keys: Keys) -> list[Sources]:
    """The trees in an archive, against its records and decisions; those of the keys that it has nothing of too."""
    return [_of_archive(archive, n, key) for n, key in sorted(keys.items())]


def _of_archive(archive: Archive, number: int, key: Key) -> Sources:
    span = archive.spans.get(number)
    if span is None:
        return Sources(number, _Nothing(number), key)
    tree, held = Directory(tree_of(archive.path, number)), (span.start, span.end)
    return Sources(
        *(number, tree, key, archive, archive),
        held=held,
        strangers=lambda: archive.strangers(number),
        regelverk=archive.artefacts(),
    )


class _Nothing:
    """What an archive has of an område that it does not hold."""

    def __init__(self, number: int) -> None:
        self._number = number

    async def read(self, path: str) -> bytes | None:
        raise Uncheckable(f"the archive holds nothing of område {self._number}, whose key was given")


def changed_files(where: str) -> list[str]:
    """What in an archive is not as its manifest says; nothing for another place."""
    return Archive(Path(where)).faults() if where and is_archive(Path(where)) else []


def without_key(where: str, keys: Keys) -> list[int]:
    """The områden that an archive holds and no key was given of; none for another place."""
    return sorted(Archive(Path(where)).spans.keys() - keys.keys()) if where and is_archive(Path(where)) else []


def _addresses(url: str, keys: Keys) -> dict[int, str]:
    """An address of a tree is taken as it is; else it is a hub's."""
    tree = _TREE.fullmatch(url)
    if tree:
        return dict.fromkeys(asked_for(keys, int(tree[1])), url)
    return {n: f"{url}/logg/{n}" for n in sorted(keys)}


def unreadable(error: OSError) -> str:
    """What could not be read, as far as the system names it, and why."""
    what = f"`{error.filename}`" if error.filename is not None else "something that is needed"
    return f"{what} cannot be read: {error.strerror or type(error).__name__}"


def of_log(note: bytes, key: Key) -> bool:
    """Does a checkpoint say that it is of the log with this key? Nothing of it is verified."""
    return note.partition(b"\n")[0] == key.name.encode()
