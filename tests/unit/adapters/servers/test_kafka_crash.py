"""What a broker's crash tells of its memory and environment lies with its data, and not wherever it was started."""

from pathlib import Path
from typing import Any

import pytest

from samverkanshub.adapters.servers import kafka
from samverkanshub.adapters.servers.kafka import EmbeddedKafka


def test_every_file_that_java_makes_by_itself_is_below_the_brokers_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(kafka, "tool", lambda name: name)
    monkeypatch.setattr(kafka, "spawn", lambda name, command, **given: started.append(command))
    server: Any = EmbeddedKafka(tmp_path / "kafka", 0, tmp_path, tmp_path, {})
    server._java(tmp_path, "kafka.Kafka")
    [command] = started
    assert f"-XX:ErrorFile={tmp_path}/kafka/hs_err.log" in command
    assert f"-Djava.io.tmpdir={tmp_path}/kafka/tmp" in command
    assert "-XX:-UsePerfData" in command
