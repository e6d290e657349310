"""What is installed is listed by version and hash, and the page tells it with its licence."""

import re
import sys
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

from samverkanshub import resources

ROOT = resources.root()
sys.path.append(str(ROOT / "docs"))

import make_beroenden  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LISTS = {
    "drift.txt": PROJECT["project"]["dependencies"],
    "utveckling.txt": PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"],
    "bygge.txt": PROJECT["dependency-groups"]["bygge"],
    "sidor.txt": PROJECT["dependency-groups"]["sidor"],
    "missbruk.txt": PROJECT["dependency-groups"]["missbruk"],
    "verktyg.txt": PROJECT["dependency-groups"]["verktyg"],
}


@pytest.mark.parametrize("name", LISTS)
def test_what_the_project_asks_for_is_listed_in_a_version_that_it_allows(name: str) -> None:
    listed = make_beroenden.listed(name)
    for line in LISTS[name]:
        asked = Requirement(line)
        assert make_beroenden.version(listed[asked.name.lower().replace(".", "-")]) in asked.specifier, line


@pytest.mark.parametrize("name", LISTS)
def test_each_has_its_hashes_and_none_says_where_it_is_from(name: str) -> None:
    text = (make_beroenden.LISTS / name).read_text()
    entries = text.replace("\\\n", "").splitlines()
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "--index" not in text


def test_what_tests_run_with_is_what_the_hub_runs_with() -> None:
    tested = make_beroenden.listed("utveckling.txt")
    for name, one in make_beroenden.listed("drift.txt").items():
        assert tested[name].specifier == one.specifier


def test_what_is_installed_here_is_what_is_listed() -> None:
    listed = make_beroenden.listed("utveckling.txt")
    assert {name: version(name) for name in listed} == {n: make_beroenden.version(one) for n, one in listed.items()}


def test_each_has_a_licence_that_is_known_and_the_page_tells_it() -> None:
    assert all(make_beroenden.licences(name) for name in make_beroenden.listed("drift.txt"))
    assert make_beroenden.PAGE.read_text() == make_beroenden.page()


def test_every_command_installs_by_the_lists_and_their_hashes_and_compiles_nothing() -> None:
    """All that `make` installs but the project itself, which brings nothing with it."""
    text = (ROOT / "Makefile").read_text().replace("\\\n", "")
    rules = dict(re.findall(r"^(\w+) := (.*)$", text, re.MULTILINE))
    assert rules["LOCKED"].split() == [
        *("$(INSTALL)", "--require-hashes", "--only-binary", ":all:"),
        *("--requirement", "$(BEROENDEN)"),
    ]
    assert rules["INSTALL"].split()[:3] == ["-m", "pip", "install"]
    installs = re.findall(r"^\t.*(?:\$\((?:LOCKED|INSTALL)\)|pip install).*$", text, re.MULTILINE)
    locked = [line for line in installs if "$(LOCKED)/" in line]
    assert {line.rpartition("/")[2] for line in locked} == set(LISTS) - {"drift.txt"}
    [own] = [line for line in installs if line not in locked]
    assert "--no-deps --no-build-isolation --editable ." in own


def test_what_is_told_of_what_is_in_it_is_told_of_what_is_installed() -> None:
    """The bill of materials and the look for known faults are of the list that the image is made by."""
    text = (ROOT / "Makefile").read_text().replace("\\\n", "")
    recipes = dict(re.findall(r"^(sbom|sarbarheter):[^\n]*\n((?:\t.*\n)+)", text, re.MULTILINE))
    assert "cyclonedx-py requirements" in recipes["sbom"]
    assert "cyclonedx-maven-plugin" in recipes["sbom"]
    assert "--file deploy/kafka/pom.xml" in recipes["sbom"]
    assert "pip-audit --strict" in recipes["sarbarheter"]
    assert all("$(BEROENDEN)/drift.txt" in recipe for recipe in recipes.values())


def test_the_image_installs_by_the_same_lists_and_nothing_else() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", "")
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert ["--require-hashes" in line for line in installs] == [True, False]
    assert all(name in installs[0] for name in ("--only-binary :all:", "drift.txt", "bygge.txt"))
    assert "--no-deps --no-build-isolation" in installs[1]
