"""Makes docs/beroenden.md: what the hub runs on, by version and licence, of deploy/beroenden/drift.txt (`make las`).

The licence is what each says of itself. A test holds the page to the list, and the licences to those that are known.
"""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT / "deploy" / "beroenden"
PAGE = ROOT / "docs" / "beroenden.md"
HEAD = """# What the hub runs on

Made by `docs/make_beroenden.py` of `deploy/beroenden/drift.txt`: what is installed in production, by version and with
the hash of each file that may be. `utveckling.txt` beside it has what the tests need too, `bygge.txt` what builds the
project, `sidor.txt` what walks the pages, `missbruk.txt` what tries the api, `verktyg.txt` the tools below.

- `make las` makes the lists anew after a change of `pyproject.toml`; `UPGRADE=1` takes all as new as it allows.
- `make sbom` writes the same as CycloneDX, `dist/sbom.cdx.json`, and the jars of the embedded broker with their
  licences, `dist/sbom-kafka.cdx.json`; which bytes each jar may have is in `deploy/kafka/SHA256SUMS`.
- `make sarbarheter` asks an index for known vulnerabilities.

All are wheels: no compiler is needed to install. PostgreSQL is Debian's or the image's, and not in the list.

| package | version | licence |
| --- | --- | --- |
"""
KNOWN = {
    "Apache-2.0": re.compile(r"apache", re.IGNORECASE),
    "BSD": re.compile(r"\bbsd|repoze|robinhood", re.IGNORECASE),
    "MIT": re.compile(r"\bmit\b|mit-0", re.IGNORECASE),
    "MPL-2.0": re.compile(r"mozilla|mpl-2", re.IGNORECASE),
    "PSF-2.0": re.compile(r"psf|python software foundation", re.IGNORECASE),
}
"""How each licence is named, in any of the ways that packages have."""


def listed(name: str) -> dict[str, Requirement]:
    """The requirements of one list by name, those of this platform."""
    lines = (LISTS / name).read_text().splitlines()
    found = [Requirement(line.rstrip(" \\")) for line in lines if line and not line.startswith((" ", "#"))]
    return {one.name: one for one in found if one.marker is None or one.marker.evaluate()}


def licences(package: str) -> list[str]:
    """What a package that is installed says of its licence; empty where it is none of those known."""
    told = " ".join(_told(package))
    return [name for name, pattern in KNOWN.items() if pattern.search(told)]


def _told(package: str) -> Iterator[str]:
    data = distribution(package).metadata
    yield data.get("License-Expression", "")
    yield data.get("License", "").partition("\n")[0]
    yield from (line.rpartition(" :: ")[2] for line in data.get_all("Classifier", []) if line.startswith("License"))


def page() -> str:
    """The whole page."""
    rows = [f"| {name} | {version(one)} | {', '.join(licences(name))} |" for name, one in listed("drift.txt").items()]
    return HEAD + "\n".join(rows) + "\n"


def version(one: Requirement) -> str:
    """The one version that a list allows."""
    (found,) = one.specifier
    return found.version


if __name__ == "__main__":
    PAGE.write_text(page())
