"""docker-compose.yml cannot be run here, so it is held to the settings, the topics and the embedded broker instead."""

import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from samverkanshub import resources, topics
from samverkanshub.adapters.postgres.roller import OWNER, holders
from samverkanshub.adapters.servers import jars
from samverkanshub.adapters.servers.kafka import properties
from samverkanshub.adapters.servers.postgres import OPTIONS
from samverkanshub.adapters.servers.skydd import CONTROLLER, LISTENER, Filer
from samverkanshub.entrypoints.cli.supervisor import ROLES
from samverkanshub.rattigheter import API, DRIFT, GATE, WATCH
from samverkanshub.settings import RULES, Settings, variable

ROOT = resources.root()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
HUB = ("prepare", "gate", "watch", "notary", "api")
DATABASES = ("projektion", "valv")
USERS = {"kafka": "1000:1000", "projektion": "999:999", "valv": "999:999"}
"""As whom those run whose image is not ours: as it names them."""
OF_THE_MACHINE = {
    "listeners",
    "advertised.listeners",
    "controller.quorum.voters",
    "log.dirs",
    "log.cleaner.dedupe.buffer.size",
    "log.index.size.max.bytes",
    "num.network.threads",
    "num.io.threads",
    "listener.name.hub.ssl.keystore.location",
    "listener.name.hub.ssl.truststore.location",
    "listener.name.controller.ssl.keystore.location",
    "listener.name.controller.ssl.truststore.location",
    # keytool makes it there, which writes no PEM.
    "listener.name.controller.ssl.keystore.type",
}
"""What depends on where the broker runs and how large the machine is."""


def environment(service: str) -> dict[str, str]:
    def filled(text: str) -> str:
        return re.sub(r"\$\{[A-Z_]+:-\}", "", re.sub(r"\$\{[A-Z_]+:\?[^}]*\}", "losen", text))

    return {name: filled(str(value)) for name, value in SERVICES[service]["environment"].items()}


def secrets(service: str) -> dict[str, str]:
    """The service's secrets, by the name it finds them under."""
    listed = [one if isinstance(one, dict) else {"source": one} for one in SERVICES[service].get("secrets", ())]
    return {one.get("target", one["source"]): one["source"] for one in listed}


def broker_of_compose() -> dict[str, str]:
    lines = (ROOT / "deploy" / "kafka" / "server.properties").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def known_by(service: str) -> str:
    """The role that a service of the hub is in the databases."""
    return OWNER if service == "prepare" else f"samverkan_{service}"


@pytest.mark.parametrize("service", HUB)
def test_the_hubs_settings_are_settings_and_have_no_fault(service: str) -> None:
    settings = Settings.from_env(environment(service))
    assert settings.kafka == ("" if service == "notary" else "kafka:9092")
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
    values = [value for service in SERVICES.values() for value in service.get("environment", {}).values()]
    assert all(isinstance(value, str) for value in values)


def test_the_addresses_are_those_of_services() -> None:
    settings = Settings.from_env(environment("api"))
    hosts = {urlsplit(dsn).hostname for dsn in (f"//{settings.kafka}", settings.projektion, settings.valv)}
    assert hosts == {"kafka", "projektion", "valv"}
    for name in DATABASES:
        assert urlsplit(getattr(settings, name)).path == f"/{environment(name)['POSTGRES_DB']}"


@pytest.mark.parametrize("service", HUB)
def test_each_process_comes_to_the_databases_that_it_needs_over_tls_as_itself(service: str) -> None:
    settings = Settings.from_env(environment(service))
    needed = {name for name in DATABASES if known_by(service) in (OWNER, *holders(name))}
    assert {name for name in DATABASES if getattr(settings, name)} == needed
    for name in needed:
        found = urlsplit(getattr(settings, name))
        assert (found.username, found.password) == (known_by(service), None)
        asked = dict(parse_qsl(found.query))
        assert asked.pop("sslmode") == "verify-full"
        held = {key: secrets(service)[path.removeprefix("/run/secrets/")] for key, path in asked.items()}
        assert held == {
            "sslrootcert": "ca.pem",
            "sslcert": f"{known_by(service)}.pem",
            "sslkey": f"{known_by(service)}.key",
        }


def test_a_private_key_is_given_to_whom_it_is_of_alone() -> None:
    holding = {key: [name for name in SERVICES if key in secrets(name).values()] for key in COMPOSE["secrets"]}
    private = {key: found for key, found in holding.items() if key.endswith(".key")}
    expected = {f"{known_by(name)}.key": [name] for name in HUB} | {f"{name}.key": [name] for name in DATABASES}
    assert {key: found for key, found in private.items() if key in expected} == expected
    assert all(len(found) == 1 for found in private.values())
    assert holding["kek"] == ["watch", "api"], "who does not open the vault does not have its key"


@pytest.mark.parametrize("service", DATABASES)
def test_the_databases_take_nobody_without_tls_and_log_no_values(service: str) -> None:
    given = dict(one.removeprefix("--").split("=") for one in SERVICES[service]["command"][1:])
    paths = {"ssl_cert_file": "server.pem", "ssl_key_file": "server.key", "ssl_ca_file": "ca.pem"}
    assert given["ssl"] == "on"
    assert {name: given[name] for name in paths} == {name: f"/run/secrets/{file}" for name, file in paths.items()}
    assert secrets(service) == {"ca.pem": "ca.pem", "server.pem": f"{service}.pem", "server.key": f"{service}.key"}
    for name in ("log_error_verbosity", "log_min_error_statement"):
        assert given[name] == OPTIONS[name]
    mounted = dict(volume.split(":")[:2] for volume in SERVICES[service]["volumes"])
    assert mounted["./deploy/postgres/pg_hba.conf"] == given["hba_file"]
    assert mounted["./deploy/postgres/roller.sql"].startswith("/docker-entrypoint-initdb.d/")
    rules = (ROOT / "deploy" / "postgres" / "pg_hba.conf").read_text().splitlines()
    assert [line.split() for line in rules if line and not line.startswith("#")] == [
        ["local", "all", "all", "scram-sha-256"],
        ["hostssl", "all", "all", "all", "cert"],
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_writes_to_its_volumes_alone_and_has_no_privileges(service: str) -> None:
    container = SERVICES[service]
    assert container["read_only"] is True
    assert "/tmp" in container["tmpfs"]
    assert container["cap_drop"] == ["ALL"]
    assert "cap_add" not in container
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert not container.get("privileged")
    if service in HUB:
        assert re.search(r"^USER samverkan$", (ROOT / "deploy" / "Dockerfile").read_text(), re.M)
    else:
        assert container["user"] == USERS[service]


def test_the_broker_is_configured_like_the_embedded_one() -> None:
    embedded = properties(Path("/data"), 9092, 9093, Filer(*[Path("/data")] * 4))
    of_compose = broker_of_compose()
    assert {k: v for k, v in of_compose.items() if k not in OF_THE_MACHINE} == {
        k: v for k, v in embedded.items() if k not in OF_THE_MACHINE
    }


def test_no_connection_outlives_the_password_it_was_opened_by_for_more_than_an_hour() -> None:
    """Kafka closes none, unless told how long a password is good for."""
    assert 0 < int(broker_of_compose()["connections.max.reauth.ms"]) <= 3600 * 1000


def test_the_controller_listens_within_the_container_alone() -> None:
    listeners = dict(one.split("://") for one in broker_of_compose()["listeners"].split(","))
    assert listeners == {LISTENER: ":9092", CONTROLLER: "localhost:9093"}


def test_the_brokers_log_says_the_same_in_a_container_and_embedded() -> None:
    def levels(name: str) -> list[str]:
        return [line for line in (ROOT / "deploy" / "kafka" / name).read_text().splitlines() if "level" in line]

    assert levels("log4j2.properties") == levels("log4j2-stdout.properties")


def test_the_brokers_script_is_a_script_that_finds_its_secrets() -> None:
    script = ROOT / "deploy" / "kafka" / "start.sh"
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    assert SERVICES["kafka"]["entrypoint"] == ["bash", f"/etc/samverkan/{script.name}"]
    assert "./deploy/kafka:/etc/samverkan:ro" in SERVICES["kafka"]["volumes"]
    assert set(re.findall(r"\$hemligheter/([a-z.-]+)", script.read_text())) == set(secrets("kafka"))


@pytest.mark.parametrize(("service", "user"), [("prepare", DRIFT), ("gate", GATE), ("watch", WATCH), ("api", API)])
def test_each_role_is_itself_to_kafka_and_has_its_own_password_alone(service: str, user: str) -> None:
    settings = Settings.from_env(environment(service))
    assert settings.kafka_anvandare == user
    assert secrets(service)[settings.kafka_losen_fil.name] == user
    assert secrets(service)[settings.kafka_ca.name] == "ca.pem"
    assert not {name for name in secrets(service).values() if name.startswith("samverkan-")} - {user}
    holding = [name for name, one in SERVICES.items() if any("hemligheter/kafka" in v for v in one.get("volumes", ()))]
    assert holding == ["prepare"]


def test_the_notary_is_told_of_no_kafka() -> None:
    settings = Settings.from_env(environment("notary"))
    assert (settings.kafka, settings.kafka_anvandare) == ("", "")
    assert "kafka" not in secrets("notary")


def test_a_record_of_the_log_fits_the_broker() -> None:
    assert int(broker_of_compose()["message.max.bytes"]) >= topics.MAX_RECORD_BYTES


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


@pytest.mark.parametrize("service", HUB)
def test_a_role_writes_to_no_more_of_what_the_roles_share_than_it_makes(service: str) -> None:
    """Who takes over gate or watch changes neither trees nor artefacts, nor does the api what the notary signed."""
    settings = Settings.from_env(environment(service))
    places = {"artefakter": settings.artefakter, "trad": settings.trad, "hub": settings.data, "vakt": settings.vakt}
    made = {"prepare": {"artefakter"}, "notary": {"trad", "vakt"}, "api": {"artefakter", "hub"}}
    read = {"gate": {"artefakter"}, "watch": {"artefakter"}, "api": {"trad"}}
    mounted = [volume.split(":") for volume in SERVICES[service]["volumes"] if not volume.startswith(".")]
    assert {name for name, _, *ro in mounted if not ro} == made.get(service, set())
    assert {name for name, _, *ro in mounted if ro == ["ro"]} == read.get(service, set())
    assert all(Path(place) == places[name] for name, place, *_ in mounted)


def test_a_volume_that_is_new_belongs_to_whom_the_hub_runs_as() -> None:
    """Docker gives it the owner of what it covers; and what nobody mounts is written to by nobody."""
    image = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", "")
    owned = re.search(r"install --directory --owner=samverkan --mode=0700 (.*)$", image, re.M)
    assert owned
    settings = Settings.from_env(environment("api"))
    assert set(owned[1].split()) == {place.as_posix() for place in (settings.vakt, settings.artefakter, settings.trad)}
    assert "VOLUME" not in image


def test_the_keys_that_actors_seal_to_are_the_apis_alone() -> None:
    keys = "./deploy/hemligheter/intagsnycklar"
    holding = {name: v for name, one in SERVICES.items() for v in one.get("volumes", ()) if v.startswith(keys)}
    assert holding == {"api": f"{keys}:{Settings.from_env(environment('api')).intagsnycklar}:ro"}


def test_nobody_publishes_directly_until_it_is_said_who_and_all_roles_then_know() -> None:
    for service in HUB:
        said = SERVICES[service]["environment"]["SAMVERKAN_DIREKT"]
        assert said == "${DIREKT:-}"
        given = environment(service)
        assert not Settings.from_env(given).publishes_directly("mora")
        assert Settings.from_env({**given, "SAMVERKAN_DIREKT": "mora"}).publishes_directly("mora")


def test_the_notarys_key_and_guard_are_its_own() -> None:
    assert [name for name in SERVICES if "notarie" in secrets(name)] == ["notary"]
    guarding = [name for name, service in SERVICES.items() if any("vakt" in v for v in service.get("volumes", ()))]
    assert guarding == ["notary"]


def test_the_apis_private_key_is_its_own() -> None:
    assert [name for name in SERVICES if "api.key" in secrets(name)] == ["api"]
    settings = Settings.from_env(environment("api"))
    for path in (settings.api_certifikat, settings.api_nyckel, settings.api_klient_ca):
        assert path.as_posix() in {f"/run/secrets/{name}" for name in secrets("api")}


def test_no_password_is_written_down_and_nothing_but_loopback_is_published() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert all("${" in line for line in text.splitlines() if "PASSWORD" in line)
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert published == ["127.0.0.1:8080:8080"]


def test_every_volume_and_secret_that_is_used_is_declared() -> None:
    used = {v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", ()) if not v.startswith(".")}
    assert used == set(COMPOSE["volumes"])
    assert {secret for name in SERVICES for secret in secrets(name).values()} == set(COMPOSE["secrets"])
