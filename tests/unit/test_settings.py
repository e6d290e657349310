"""Settings come from `SAMVERKAN_*`, and all that is wrong with them is said at once."""

from pathlib import Path

import pytest

from samverkanshub.settings import RULES, Settings, SettingsError, variable

OUTSIDE = {
    "SAMVERKAN_KAFKA": "a:9092,b:9092",
    "SAMVERKAN_KAFKA_CA": "/tls/ca.pem",
    "SAMVERKAN_KAFKA_ANVANDARE": "samverkan-api",
    "SAMVERKAN_KAFKA_LOSEN_FIL": "/run/secrets/kafka",
    "SAMVERKAN_PROJEKTION": "postgresql://hub:hemligt@db:5432/projektion?sslmode=verify-full&sslrootcert=/ca.pem",
    "SAMVERKAN_VALV": "postgresql://hub:hemligt@db:5432/valv?sslmode=verify-full&sslrootcert=/ca.pem",
    "SAMVERKAN_KEK_FIL": "/run/secrets/kek",
    "SAMVERKAN_LOGGNAMN": "hub.example/logg",
    "SAMVERKAN_VAKT": "/vakt",
    "SAMVERKAN_NOTARIE_NYCKEL": "/run/secrets/notarie",
}


def faults(env: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as error:
        Settings.from_env(env)
    return {fault.name: fault.detail for fault in error.value.faults}


def test_without_any_the_servers_are_embedded_and_on_loopback() -> None:
    settings = Settings.from_env({"HOME": "/hem"})
    assert settings.embedded_kafka
    assert settings.embedded_postgres
    assert settings.api_vard == "127.0.0.1"
    assert settings.utveckling


LOGIN = {
    "SAMVERKAN_WEBB_ADRESS": "https://hub.example",
    "SAMVERKAN_OIDC_UTFARDARE": "https://id.example/kommunen",
    "SAMVERKAN_OIDC_KLIENT": "hubben",
}


def test_who_logs_in_elsewhere_needs_issuer_client_and_an_address_to_come_back_to() -> None:
    settings = Settings.from_env(LOGIN)
    assert (settings.oidc_anvandare, settings.oidc_aktor, settings.oidc_lasargrupp) == ("sub", "aktor", "lasargrupp")
    assert Settings.from_env(settings.to_env()) == settings
    assert list(faults({"SAMVERKAN_OIDC_KLIENT": "hubben"})) == ["SAMVERKAN_OIDC_UTFARDARE", "SAMVERKAN_WEBB_ADRESS"]
    for name in LOGIN:
        assert list(faults({given: value for given, value in LOGIN.items() if given != name})) == [name]
    assert not Settings.from_env({"SAMVERKAN_WEBB_ADRESS": "https://hub.example"}).oidc_utfardare


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example",
        "http://127.0.0.1.example",
        "ftp://id.example",
        "id.example",
        "https://",
        "https://a@id.example",
        "https://id.example?a=b",
        "https://id.example#a",
        "https://id.example/a b",
    ],
)
def test_whom_others_could_read_or_change_on_the_way_is_no_issuer(address: str) -> None:
    assert list(faults({**LOGIN, "SAMVERKAN_OIDC_UTFARDARE": address})) == ["SAMVERKAN_OIDC_UTFARDARE"]
    assert "SAMVERKAN_WEBB_ADRESS" in faults({**LOGIN, "SAMVERKAN_WEBB_ADRESS": address})


def test_on_this_machine_an_issuer_needs_no_tls_and_pages_have_no_path() -> None:
    local = {
        **LOGIN,
        "SAMVERKAN_OIDC_UTFARDARE": "http://127.0.0.1:9000/o",
        "SAMVERKAN_WEBB_ADRESS": "http://localhost:80",
    }
    assert Settings.from_env(local).oidc_utfardare == "http://127.0.0.1:9000/o"
    assert list(faults({**LOGIN, "SAMVERKAN_WEBB_ADRESS": "https://hub.example/webb"})) == ["SAMVERKAN_WEBB_ADRESS"]
    assert list(faults({**LOGIN, "SAMVERKAN_OIDC_OMFANG": "profile"})) == ["SAMVERKAN_OIDC_OMFANG"]
    assert list(faults({**LOGIN, "SAMVERKAN_OIDC_AKTOR": "två ord"})) == ["SAMVERKAN_OIDC_AKTOR"]
    assert Settings.from_env({**LOGIN, "SAMVERKAN_OIDC_ACR": "loa3  loa4"}).oidc_acr == "loa3 loa4"
    assert list(faults({**LOGIN, "SAMVERKAN_OIDC_ACR": "nivå"})) == ["SAMVERKAN_OIDC_ACR"]


def test_servers_of_ones_own_are_not_embedded() -> None:
    settings = Settings.from_env(OUTSIDE)
    assert not settings.embedded_kafka
    assert not settings.embedded_postgres
    assert not settings.utveckling


def test_a_password_for_kafka_goes_over_tls_alone() -> None:
    user = {"SAMVERKAN_KAFKA_ANVANDARE": "samverkan-api", "SAMVERKAN_KAFKA_LOSEN_FIL": "/run/secrets/kafka"}
    for where in ("a:9092", "127.0.0.1:9092"):
        env = {"SAMVERKAN_KAFKA": where, "SAMVERKAN_UTVECKLING": "1", **user}
        assert list(faults(env)) == ["SAMVERKAN_KAFKA_ANVANDARE"]
        assert Settings.from_env({**env, "SAMVERKAN_KAFKA_CA": "/tls/ca.pem"}).kafka_anvandare == "samverkan-api"


def test_only_the_embedded_kafka_is_the_hubs_to_protect() -> None:
    assert Settings.from_env({"SAMVERKAN_KAFKA_SKYDDAD": "1"}).kafka_skyddad
    env = {"SAMVERKAN_KAFKA": "127.0.0.1:9092", "SAMVERKAN_UTVECKLING": "1", "SAMVERKAN_KAFKA_SKYDDAD": "1"}
    assert list(faults(env)) == ["SAMVERKAN_KAFKA_SKYDDAD"]


def test_a_user_of_kafka_has_a_password_and_a_password_a_user() -> None:
    for name in ("SAMVERKAN_KAFKA_ANVANDARE", "SAMVERKAN_KAFKA_LOSEN_FIL"):
        env = {"SAMVERKAN_UTVECKLING": "1", "SAMVERKAN_KAFKA_CA": "/tls/ca.pem", name: "/ord"}
        assert list(faults(env)) == ["SAMVERKAN_KAFKA_LOSEN_FIL"]


def test_outside_development_kafka_on_another_machine_is_reached_over_tls_as_a_user() -> None:
    names = ["SAMVERKAN_KAFKA_ANVANDARE", "SAMVERKAN_KAFKA_CA"]
    plain = {name: value for name, value in OUTSIDE.items() if not name.startswith("SAMVERKAN_KAFKA_")}
    assert list(faults(plain)) == names
    assert list(faults({**plain, "SAMVERKAN_KAFKA_CA": "/tls/ca.pem"})) == names[:1]
    assert list(faults({**plain, "SAMVERKAN_KAFKA": "127.0.0.1:9092,b:9092"})) == names
    for near in ("127.0.0.1:9092", "localhost:9092,[::1]:9093", ""):
        Settings.from_env({**plain, "SAMVERKAN_KAFKA": near})
    Settings.from_env({**plain, "SAMVERKAN_UTVECKLING": "1"})


def test_with_servers_of_ones_own_nothing_is_guessed_of_the_notary() -> None:
    alone = {name: OUTSIDE[name] for name in ("SAMVERKAN_PROJEKTION", "SAMVERKAN_VALV", "SAMVERKAN_KEK_FIL")}
    names = ("loggnamn", "vakt", "notarie_nyckel")
    settings = Settings.from_env(alone)
    assert settings.missing(names) == [variable(name) for name in names]
    assert Settings.from_env(settings.to_env()) == settings
    assert Settings.from_env(OUTSIDE).missing(names) == Settings.from_env({}).missing(names) == []


@pytest.mark.parametrize("place", ["/hub/data", "/hub/data/vakt", "/hub/data/trad/0", "/hub", "/hub/x/../data/vakt"])
def test_outside_development_the_guard_lies_apart_from_what_it_guards(place: str) -> None:
    """One restore would take back tree and guard, and another history could be signed."""
    env = {**OUTSIDE, "SAMVERKAN_DATA": "/hub/data", "SAMVERKAN_VAKT": place}
    assert list(faults(env)) == ["SAMVERKAN_VAKT"]
    assert Settings.from_env({**env, "SAMVERKAN_UTVECKLING": "1"}).guard_with_data
    assert not Settings.from_env({**env, "SAMVERKAN_VAKT": "/hub/data-vakt"}).guard_with_data


def test_a_guard_that_lies_with_the_data_by_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "vakt").symlink_to(tmp_path / "data")
    env = {**OUTSIDE, "SAMVERKAN_DATA": str(tmp_path / "data"), "SAMVERKAN_VAKT": str(tmp_path / "vakt")}
    assert list(faults(env)) == ["SAMVERKAN_VAKT"]


def test_embedded_and_not_in_development_the_guard_must_be_given() -> None:
    env = {"HOME": "/hem", "SAMVERKAN_UTVECKLING": "0"}
    assert list(faults(env)) == ["SAMVERKAN_VAKT"]
    assert not Settings.from_env({**env, "SAMVERKAN_VAKT": "/vakt"}).guard_with_data
    assert Settings.from_env({"HOME": "/hem"}).guard_with_data, "in development it is put there"


def test_one_database_of_ones_own_leaves_the_other_embedded() -> None:
    env = {name: OUTSIDE[name] for name in ("SAMVERKAN_VALV", "SAMVERKAN_KEK_FIL")}
    assert Settings.from_env(env).embedded_postgres


def test_every_fault_is_said_at_once_and_by_name() -> None:
    found = faults(
        {
            "SAMVERKAN_KAFKA": "kafka",
            "SAMVERKAN_PROJEKTION": "mysql://db/x",
            "SAMVERKAN_API_PORT": "70000",
            "SAMVERKAN_OMRADEN": "0",
            "SAMVERKAN_LOGGNIVA": "loud",
            "SAMVERKAN_DATA": "relative",
            "SAMVERKAN_DOM_VANTAN_S": "soon",
            "SAMVERKAN_FELPUNKTER": "everywhere",
            "SAMVERKAN_UTVECKLING": "yes",
            "SAMVERKAN_REGELVERK": "/finns/inte",
            "SAMVERKAN_PROJETKION": "x",
        }
    )
    assert sorted(found) == [
        "SAMVERKAN_API_PORT",
        "SAMVERKAN_DATA",
        "SAMVERKAN_DOM_VANTAN_S",
        "SAMVERKAN_FELPUNKTER",
        "SAMVERKAN_KAFKA",
        "SAMVERKAN_LOGGNIVA",
        "SAMVERKAN_OMRADEN",
        "SAMVERKAN_PROJEKTION",
        "SAMVERKAN_PROJETKION",
        "SAMVERKAN_REGELVERK",
        "SAMVERKAN_UTVECKLING",
    ]
    assert found["SAMVERKAN_PROJETKION"] == "is not a setting"
    assert found["SAMVERKAN_API_PORT"] == "must be a whole number from 0 to 65535"


def test_a_fault_never_repeats_the_value() -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_env({"SAMVERKAN_VALV": "http://hub:hemligt@db/valv"})
    assert "hemligt" not in str(error.value)


def test_passwords_are_not_shown() -> None:
    assert "hemligt" not in repr(Settings.from_env(OUTSIDE))


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({**OUTSIDE, "SAMVERKAN_VALV": OUTSIDE["SAMVERKAN_PROJEKTION"]}, "SAMVERKAN_VALV"),
        ({**OUTSIDE, "SAMVERKAN_KEK_FIL": ""}, "SAMVERKAN_KEK_FIL"),
        ({**OUTSIDE, "SAMVERKAN_FELPUNKTER": "gate.efter-commit=kill"}, "SAMVERKAN_FELPUNKTER"),
        ({**OUTSIDE, "SAMVERKAN_KLOCKA_FORSKJUTNING_MS": "1"}, "SAMVERKAN_KLOCKA_FORSKJUTNING_MS"),
        ({"SAMVERKAN_API_PORT": "19092"}, "SAMVERKAN_KAFKA_PORT"),
    ],
    ids=["one database twice", "a vault without its key", "failpoints outside", "a clock outside", "one port twice"],
)
def test_settings_that_do_not_go_together_are_refused(env: dict[str, str], name: str) -> None:
    assert list(faults(env)) == [name]


TLS = {
    "SAMVERKAN_API_CERTIFIKAT": "/tls/api.pem",
    "SAMVERKAN_API_NYCKEL": "/tls/api.key",
    "SAMVERKAN_API_KLIENT_CA": "/tls/aktorer-ca.pem",
}


def test_certificate_and_key_belong_together_and_clients_are_asked_for_theirs_over_tls_alone() -> None:
    settings = Settings.from_env(TLS)
    assert settings.tls
    assert settings.client_certificates
    assert not Settings.from_env({}).tls
    assert list(faults({"SAMVERKAN_API_CERTIFIKAT": "/tls/api.pem"})) == ["SAMVERKAN_API_NYCKEL"]
    assert list(faults({"SAMVERKAN_API_NYCKEL": "/tls/api.key"})) == ["SAMVERKAN_API_CERTIFIKAT"]
    assert list(faults({"SAMVERKAN_API_KLIENT_CA": "/tls/ca.pem"})) == ["SAMVERKAN_API_CERTIFIKAT"]


def test_outside_development_an_api_that_others_reach_has_tls_and_asks_for_certificates() -> None:
    """Unless somebody says that what is before it does."""
    env = {**OUTSIDE, "SAMVERKAN_API_VARD": "0.0.0.0"}
    assert list(faults(env)) == ["SAMVERKAN_API_CERTIFIKAT", "SAMVERKAN_API_KLIENT_CA"]
    served = {name: TLS[name] for name in ("SAMVERKAN_API_CERTIFIKAT", "SAMVERKAN_API_NYCKEL")}
    assert list(faults({**env, **served})) == ["SAMVERKAN_API_KLIENT_CA"]
    for answered in (TLS, {"SAMVERKAN_API_PROXY_TLS": "1"}, {"SAMVERKAN_UTVECKLING": "1"}):
        Settings.from_env({**env, **answered})
    assert not Settings.from_env(OUTSIDE).tls, "on this machine alone nobody is on the way"


@pytest.mark.parametrize("name", ["SAMVERKAN_PROJEKTION", "SAMVERKAN_VALV"])
@pytest.mark.parametrize(
    "asked",
    ["", "?sslmode=require", "?sslmode=verify-ca&sslrootcert=/ca.pem", "?sslmode=verify-full", "?sslrootcert=/ca.pem"],
)
def test_outside_development_a_database_elsewhere_is_held_to_its_name_and_authority(name: str, asked: str) -> None:
    dsn = OUTSIDE[name].partition("?")[0] + asked
    assert list(faults({**OUTSIDE, name: dsn})) == [name]
    Settings.from_env({**OUTSIDE, name: dsn, "SAMVERKAN_UTVECKLING": "1"})
    Settings.from_env({**OUTSIDE, name: dsn.replace("@db", "@127.0.0.1")})


@pytest.mark.parametrize("name", ["SAMVERKAN_PROJEKTION", "SAMVERKAN_VALV"])
def test_a_database_is_on_this_machine_by_a_socket_alone_where_its_address_does_not_say_so(name: str) -> None:
    """asyncpg goes where `host` says: elsewhere, though the address names nobody."""
    for elsewhere in ("postgresql:///prov?host=db.example", "postgresql://db.example/prov?host=/run/postgresql"):
        assert list(faults({**OUTSIDE, name: elsewhere})) == [name]
    Settings.from_env({**OUTSIDE, name: "postgresql:///prov?host=/run/postgresql"})


@pytest.mark.parametrize(
    "spec", ["gate.efter-commit=kill", "gate.efter-commit=kill@3,api.fore-append=sleep:0.5", "a=raise, b=kill"]
)
def test_failpoints_are_taken_in_development(spec: str) -> None:
    assert Settings.from_env({"SAMVERKAN_FELPUNKTER": spec}).felpunkter == spec


def test_free_ports_may_be_asked_for_more_than_once() -> None:
    env = {variable(name): "0" for name in ("api_port", "kafka_port", "postgres_port")}
    assert Settings.from_env(env).api_port == 0


def test_the_clients_settings_are_not_the_hubs_to_judge() -> None:
    Settings.from_env({"SAMVERKAN_KLIENT_NYCKEL": "/x"})


@pytest.mark.parametrize("env", [{}, OUTSIDE, {"SAMVERKAN_FELPUNKTER": "a=kill", "SAMVERKAN_OMRADEN": "3"}])
def test_a_child_process_gets_the_same_settings(env: dict[str, str]) -> None:
    settings = Settings.from_env(env)
    assert Settings.from_env(settings.to_env()) == settings


def test_the_data_directory_follows_xdg(tmp_path: Path) -> None:
    assert Settings.from_env({"XDG_DATA_HOME": str(tmp_path)}).data == tmp_path / "samverkanshub"


def test_data_directory_decides_where_key_and_keys_lie(tmp_path: Path) -> None:
    settings = Settings.from_env({"SAMVERKAN_DATA": str(tmp_path)})
    assert settings.kek_fil == tmp_path / "kek"
    assert settings.nycklar == tmp_path / "nycklar"


def test_every_field_has_a_rule() -> None:
    assert set(RULES) == set(Settings.__dataclass_fields__)
