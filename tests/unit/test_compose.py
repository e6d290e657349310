"""docker-compose.yml cannot be run here, so it is held to the settings, the topics and the embedded broker instead."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from samverkanshub import resources, topics
from samverkanshub.adapters.servers import jars
from samverkanshub.adapters.servers.kafka import properties
from samverkanshub.entrypoints.cli.supervisor import ROLES
from samverkanshub.settings import RULES, Settings, variable

ROOT = resources.root()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
HUB = ("prepare", "gate", "watch", "notary", "api")
OF_THE_MACHINE = {
    "listeners",
    "advertised.listeners",
    "controller.quorum.voters",
    "log.dirs",
    "log.cleaner.dedupe.buffer.size",
    "log.index.size.max.bytes",
    "num.network.threads",
    "num.io.threads",
}
"""What depends on where the broker runs and how large the machine is."""


def environment(service: str) -> dict[str, str]:
    def filled(text: str) -> str:
        return re.sub(r"\$\{[A-Z_]+:\?[^}]*\}", "losen", text)

    return {name: filled(str(value)) for name, value in SERVICES[service]["environment"].items()}


@pytest.mark.parametrize("service", HUB)
def test_the_hubs_settings_are_settings_and_have_no_fault(service: str) -> None:
    settings = Settings.from_env(environment(service))
    assert not settings.embedded_kafka
    assert not settings.embedded_postgres
    assert not settings.utveckling
    assert settings.loggnamn
    assert settings.vakt.is_absolute()
    assert settings.notarie_nyckel.is_absolute()


def test_what_the_hub_takes_at_once_is_the_default_in_compose_and_in_the_page() -> None:
    names = [
        name
        for name in RULES
        if name.startswith(("api_platser", "api_forb", "api_tid", "webb_platser", "webb_str", "grind_grans"))
    ]
    assert len(names) == 8
    page = (ROOT / "docs" / "trangsel.md").read_text()
    for name in names:
        default = getattr(Settings(), name)
        assert getattr(Settings.from_env(environment("api")), name) == default
        assert f"| `{variable(name)}` | {default:g} |" in page


def test_every_variable_is_text_as_compose_wants_it() -> None:
    values = [value for service in SERVICES.values() for value in service["environment"].values()]
    assert all(isinstance(value, str) for value in values)


def test_the_addresses_are_those_of_services() -> None:
    settings = Settings.from_env(environment("api"))
    hosts = {urlsplit(dsn).hostname for dsn in (f"//{settings.kafka}", settings.projektion, settings.valv)}
    assert hosts == {"kafka", "projektion", "valv"}
    for name in ("projektion", "valv"):
        assert getattr(settings, name).endswith(f"/{environment(name)['POSTGRES_DB']}")


def test_the_broker_is_configured_like_the_embedded_one() -> None:
    embedded = properties(Path("/data"), 9092, 9093)
    of_compose = {k.removeprefix("KAFKA_").lower().replace("_", "."): v for k, v in environment("kafka").items()}
    assert {k: v for k, v in of_compose.items() if k not in OF_THE_MACHINE} == {
        k: v for k, v in embedded.items() if k not in OF_THE_MACHINE
    }


def test_a_record_of_the_log_fits_the_broker() -> None:
    assert int(environment("kafka")["KAFKA_MESSAGE_MAX_BYTES"]) >= topics.MAX_RECORD_BYTES


def test_the_images_are_the_versions_that_are_tried_here() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{jars.VERSION}"
    assert f"<version>{jars.VERSION}</version>" in (ROOT / "deploy" / "kafka" / "pom.xml").read_text()
    assert {SERVICES[name]["image"] for name in ("projektion", "valv")} == {"postgres:16"}


def test_the_roles_are_those_that_up_runs() -> None:
    for role in ROLES:
        assert SERVICES[role.name]["command"] == ["python", "-m", role.module]
    assert {role.name for role in ROLES} == set(HUB) - {"prepare"}


def test_intake_is_closed_until_record_0_is_written() -> None:
    for role in ROLES:
        assert SERVICES[role.name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
    assert set(SERVICES["prepare"]["depends_on"]) == {"kafka", "projektion", "valv"}


def test_the_notarys_key_and_guard_are_its_own() -> None:
    assert [name for name, service in SERVICES.items() if "notarie" in service.get("secrets", ())] == ["notary"]
    guarding = [name for name, service in SERVICES.items() if any("vakt" in v for v in service.get("volumes", ()))]
    assert guarding == ["notary"]


def test_no_password_is_written_down_and_nothing_but_loopback_is_published() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert all("${" in line for line in text.splitlines() if "PASSWORD" in line)
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert published == ["127.0.0.1:8080:8080"]


def test_every_volume_and_secret_that_is_used_is_declared() -> None:
    used = {v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", ()) if not v.startswith(".")}
    assert used == set(COMPOSE["volumes"])
    assert {secret for s in SERVICES.values() for secret in s.get("secrets", ())} == set(COMPOSE["secrets"])
