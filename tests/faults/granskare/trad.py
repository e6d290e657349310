"""I6: the published tree is that of the records and decisions, and every checkpoint seen is of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from granskare import former
from granskare.bild import Bild
from granskare.former import Nyckel, Olaslig
from granskare.korning import Saknas, rader
from granskare.svar import Svar, svar

BREDD: Final = 256
"""Hashes of a whole tile."""


def i6(bild: Bild) -> Svar:
    """I6: leaves are the digests of records and decisions; each signed root is the tree's; never two for a size."""
    keys = _nycklar(bild)
    seen = _kontrollpunkter(bild)
    faults = list(_bredvid(bild))
    for number in sorted(seen.keys() | {partition for partition, _ in bild.domar}):
        leaves = _blad(bild, number)
        hashes = [former.bladhash(leaf) for leaf in leaves]
        faults += [f"område {number}: {fault}" for fault in _signerat(number, seen.get(number, []), keys, hashes)]
        faults += [f"område {number}: {fault}" for fault in _filer(bild.korning.plats / "trad" / str(number), leaves)]
    return svar("I6", sum(map(len, seen.values())), "checkpoints", faults)


def _nycklar(bild: Bild) -> dict[int, Nyckel]:
    found: dict[int, Nyckel] = {}
    for path in bild.korning.filer("nycklar"):
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                try:
                    key = former.nyckel(line)
                except Olaslig as fault:
                    raise Saknas(f"nycklar/{path.name} ({fault})") from fault
                found[int(key.namn.rpartition("/")[2])] = key
    return found


def _kontrollpunkter(bild: Bild) -> dict[int, list[str]]:
    """Every checkpoint that anybody saw, and the one published last."""
    found = {int(p.stem): [str(row["text"]) for row in rader(p)] for p in bild.korning.filer("checkpoints", "*.jsonl")}
    for path in bild.korning.filer("trad", "checkpoint"):
        found.setdefault(int(path.parent.name), []).append(path.read_text())
    return found


def _bredvid(bild: Bild) -> Iterator[str]:
    """Decisions that cannot be read, and digests beside them that are not theirs."""
    for (partition, offset), dom in bild.domar.items():
        post = bild.poster.get((partition, offset))
        if dom.fel:
            yield f"the decision of {partition}/{offset} cannot be read: {dom.fel}"
        elif post is not None and dom.skriven != (post.summa, dom.summa):
            yield f"the digests beside the decision of {partition}/{offset} are not those of record and decision"


def _blad(bild: Bild, number: int) -> list[bytes]:
    leaves = []
    for (partition, _), dom in bild.domar.items():
        post = bild.poster.get(dom.plats)
        if partition == number and post is not None:
            leaves.append(post.summa + dom.summa)
    return leaves


def _signerat(number: int, texts: list[str], keys: dict[int, Nyckel], hashes: list[bytes]) -> Iterator[str]:
    if number not in keys:
        raise Saknas(f"nycklar/ has no key of område {number}")
    read, roots = [], dict[int, set[bytes]]()
    for text in texts:
        try:
            point = former.kontrollpunkt(text, keys[number])
        except Olaslig as fault:
            yield f"a checkpoint {fault}"
            continue
        read.append(point)
        roots.setdefault(point.storlek, set()).add(point.rot)
    yield from (f"{len(found)} roots were signed for size {size}" for size, found in roots.items() if len(found) > 1)
    own = former.rotter(hashes, roots)
    for size in sorted(roots):
        if size not in own:
            yield f"size {size} was signed and there are {len(hashes)} decisions"
        elif roots[size] != {own[size]}:
            yield f"the root signed for size {size} is not that of records and decisions"


# ------------------------------------------------------------------------------------------ what is published


def _filer(root: Path, leaves: list[bytes]) -> Iterator[str]:
    """Tiles and bundles (C2SP tlog-tiles) hold what the leaves give, as far as was published."""
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    levels = _nivaer([former.bladhash(leaf) for leaf in leaves])
    for name in sorted(files):
        if name.startswith("tile/"):
            try:
                level, index, width = _tolkad(name)
            except ValueError:
                yield f"`{name}` is no tile"
                continue
            content = files[name].read_bytes()
            if level == "entries":
                own = leaves[index * BREDD : index * BREDD + width]
                expected = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in own)
            else:
                row = levels[int(level)] if int(level) < len(levels) else []
                own = row[index * BREDD : index * BREDD + width]
                expected = b"".join(own)
            if len(own) != width or content != expected:
                yield f"`{name}` is not that of records and decisions"


def _nivaer(hashes: list[bytes]) -> list[list[bytes]]:
    levels = [hashes]
    while len(levels[-1]) >= BREDD:
        row = levels[-1]
        levels.append([former.rot(row[at : at + BREDD]) for at in range(0, len(row) - BREDD + 1, BREDD)])
    return levels


def _tolkad(name: str) -> tuple[str, int, int]:
    """Level, index and width of a tile's path; raises `ValueError`."""
    path, partial, width = name.partition(".p/")
    parts = path.split("/")[1:]
    index = int("".join(part.removeprefix("x") for part in parts[1:]))
    return parts[0], index, int(width) if partial else BREDD
