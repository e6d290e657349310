"""The broker's jars are those that were pinned, or the broker does not start."""

import hashlib
import os
from pathlib import Path

import pytest

from samverkanshub import resources
from samverkanshub.adapters.servers import jars
from samverkanshub.adapters.servers.child import ServerFailed

SOURCE = resources.root() / "deploy" / "kafka"


def line(name: str, content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n"


@pytest.fixture
def libs(tmp_path: Path) -> Path:
    (tmp_path / "a.jar").write_bytes(b"a")
    (tmp_path / "b.jar").write_bytes(b"b")
    return tmp_path


def test_the_pinned_jars_pass(libs: Path) -> None:
    jars.check(libs, line("a.jar", b"a") + line("b.jar", b"b"))


@pytest.mark.parametrize(
    ("sums", "named"),
    [
        (line("a.jar", b"a"), "b.jar"),
        (line("a.jar", b"a") + line("b.jar", b"x"), "b.jar"),
        (line("a.jar", b"a") + line("b.jar", b"b") + line("c.jar", b"c"), "c.jar"),
    ],
    ids=["one too many", "another content", "one missing"],
)
def test_any_other_is_named(libs: Path, sums: str, named: str) -> None:
    with pytest.raises(ServerFailed, match=rf": {named}$"):
        jars.check(libs, sums)


def test_another_pom_has_another_directory(tmp_path: Path) -> None:
    other = tmp_path / "kafka"
    other.mkdir()
    for name in (jars.POM, jars.SUMS):
        (other / name).write_bytes((SOURCE / name).read_bytes() + b"\n")
    assert jars.directory(SOURCE, tmp_path) != jars.directory(other, tmp_path)
    assert jars.directory(SOURCE, tmp_path) == jars.directory(SOURCE, tmp_path)


async def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    home = jars.directory(SOURCE, tmp_path)
    home.mkdir()
    assert await jars.jars(SOURCE, tmp_path, {"PATH": ""}) == home


async def test_what_is_fetched_and_is_not_what_was_pinned_is_not_kept(tmp_path: Path) -> None:
    """As by a repository, or a proxy on the way, that gives another jar."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mvn").write_text(
        "#!/bin/sh\nfor given; do case $given in -DoutputDirectory=*) place=${given#*=};; esac; done\n"
        'mkdir "$place" && echo other > "$place/kafka-clients-4.1.1.jar"\n'
    )
    (programs / "mvn").chmod(0o755)
    path = f"{programs}:{os.defpath}"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", path)
        with pytest.raises(ServerFailed, match="not those pinned"):
            await jars.jars(SOURCE, tmp_path, {"PATH": path})
    assert not jars.directory(SOURCE, tmp_path).exists()


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerFailed, match="`mvn`"):
        jars.tool("mvn")


def test_java_gets_none_of_the_hubs_settings() -> None:
    assert jars.environment({"PATH": "/bin", "SAMVERKAN_VALV": "hemligt"}) == {"PATH": "/bin"}
