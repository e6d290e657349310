"""What the code reads beside itself is found, here and in an installed wheel."""

import tomllib

from samverkanshub import resources


def test_the_root_has_what_is_read() -> None:
    assert (resources.root() / "deploy" / "kafka" / "pom.xml").is_file()
    assert list((resources.root() / "schemas" / "avro").glob("*.avsc"))


def test_a_wheel_takes_every_file_of_them_along() -> None:
    root = resources.root()
    tables = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["data-files"]
    taken = {path for patterns in tables.values() for pattern in patterns for path in root.glob(pattern)}
    there = {path for part in resources.PARTS for path in (root / part).rglob("*") if path.is_file()}
    missed = {path for path in there - taken if "hemligheter" not in path.parts and path.name != "Dockerfile"}
    assert not missed
    for place, patterns in tables.items():
        for pattern in patterns:
            assert place.removeprefix("share/samverkanshub/") == pattern.rpartition("/")[0]
