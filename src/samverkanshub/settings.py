"""Everything that can be set, read once from `SAMVERKAN_*`. Every fault is reported at once and by name."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from samverkanshub import resources

PREFIX: Final = "SAMVERKAN_"
OF_THE_NOTARY: Final = ("loggnamn", "vakt", "notarie_nyckel")
"""What nobody but its operator can say: what the log is known by, and what no backup of it may hold."""
DEVELOPMENT_LOG: Final = "samverkanshub.localhost"
PRIVATE: Final = "nycklar-privata"
"""Where below the data directory the private halves of actors' keys are, of those that are made here."""
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
ALL: Final = "alla"
"""In place of a list of actors: each of the directory's."""
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
CLIENT_PREFIX: Final = "SAMVERKAN_KLIENT_"
"""Settings of the client and command line, which the hub's own processes neither read nor judge."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the settings: the variable's name and what is wrong, never its value."""

    name: str
    detail: str

    def __str__(self) -> str:
        return f"`{self.name}` {self.detail}"


class SettingsError(Exception):
    """The settings cannot be used; `faults` has all that is wrong, in order of name."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """The hub's settings. Empty `kafka`, `projektion` or `valv`: the embedded server. A port of 0: a free one."""

    kafka: str = ""
    kafka_ca: Path = Path()
    kafka_anvandare: str = ""
    kafka_losen_fil: Path = Path()
    kafka_skyddad: bool = False
    projektion: str = field(default="", repr=False)
    valv: str = field(default="", repr=False)
    data: Path = Path()
    api_vard: str = "127.0.0.1"
    api_port: int = 8080
    kafka_port: int = 19092
    postgres_port: int = 15432
    omraden: int = 1
    klocka_forskjutning_ms: int = 0
    felpunkter: str = ""
    loggniva: str = "INFO"
    regelverk: Path = Path()
    nycklar: Path = Path()
    ring_fil: Path = Path()
    utveckling: bool = True
    kek_fil: Path = Path()
    dom_vantan_s: float = 5.0
    loggnamn: str = DEVELOPMENT_LOG
    vakt: Path = Path()
    notarie_nyckel: Path = Path()
    notarie_grans_s: float = 300.0
    api_platser: int = 256
    api_platser_aktor: int = 128
    api_forbindelser: int = 500
    api_tid_s: float = 20.0
    webb_platser: int = 32
    webb_strommar: int = 64
    webb_adress: str = ""
    oidc_utfardare: str = ""
    oidc_klient: str = ""
    oidc_hemlighet_fil: Path = Path()
    oidc_omfang: str = "openid"
    oidc_acr: str = ""
    oidc_anvandare: str = "sub"
    oidc_aktor: str = "aktor"
    oidc_lasargrupp: str = "lasargrupp"
    grind_grans_poster: int = 20_000
    grind_grans_s: float = 300.0
    kanarie_s: float = 60.0
    direkt: str = ""
    intagsnycklar: Path = Path()
    konsol_nycklar: Path = Path()
    api_certifikat: Path = Path()
    api_nyckel: Path = Path()
    api_klient_ca: Path = Path()
    api_proxy_tls: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """The settings in `env` (the process's own where None). Raises `SettingsError` with every fault."""
        given = {k: v.strip() for k, v in (os.environ if env is None else env).items()}  # noqa: TID251
        reading = _Reading(given)
        settings = cls(**{name: reading.take(name, rule) for name, rule in RULES.items()})
        reading.unknown()
        reading.together(settings)
        if reading.faults:
            raise SettingsError(tuple(sorted(reading.faults, key=lambda f: f.name)))
        return settings

    def to_env(self) -> dict[str, str]:
        """The same settings as variables, for a child process: `from_env(s.to_env()) == s`."""
        return {variable(name): _text(getattr(self, name)) for name in RULES}

    def missing(self, names: Iterable[str]) -> list[str]:
        """The variables of those settings that are empty."""
        return [variable(name) for name in names if not _text(getattr(self, name))]

    def publishes_directly(self, aktor: str) -> bool:
        """Whether this actor may put sealed events on a topic of its own."""
        return self.direkt == ALL or aktor in self.direkt.split(",")

    @property
    def artefakter(self) -> Path:
        """Where the regelverk's artefacts are kept by digest."""
        return self.data / "artefakter"

    @property
    def trad(self) -> Path:
        """Where the notary publishes its trees, one directory an område."""
        return self.data / "trad"

    @property
    def loggnycklar(self) -> Path:
        """Where the log's verifier keys lie, as `notarie publik` writes them, for the pages to verify with."""
        return self.data / "loggnycklar"

    @property
    def guard_with_data(self) -> bool:
        """Whether the notary's guard lies with what it guards, tree and data: one restore would take both back."""
        if not _text(self.vakt):
            return False
        guard, data = self.vakt.resolve(), self.data.resolve()
        return guard.is_relative_to(data) or data.is_relative_to(guard)

    @property
    def tls(self) -> bool:
        """Whether the api speaks TLS itself."""
        return bool(_text(self.api_certifikat))

    @property
    def client_certificates(self) -> bool:
        """Whether actors' systems have to show a certificate of theirs to the api."""
        return bool(_text(self.api_klient_ca))

    @property
    def loggar(self) -> Path:
        """Where `up` keeps what its roles say."""
        return self.data / "loggar"

    @property
    def embedded_kafka(self) -> bool:
        """Whether the hub starts its own Kafka."""
        return not self.kafka

    @property
    def kafka_on_loopback(self) -> bool:
        """Whether what goes to Kafka stays on this machine; so too where none is named."""
        hosts = [part.rpartition(":")[0].strip("[]") for part in self.kafka.split(",") if part]
        return all(host in LOOPBACK for host in hosts)

    @property
    def postgres_data(self) -> Path:
        """Where an embedded PostgreSQL has its files."""
        return self.data / "postgres"

    @property
    def may_be_embedded(self) -> bool:
        """May a database that is not named be an embedded one of the hub whose Kafka is?

        Only on this machine, and where a hub has been started with its own. Whether it is up is another question.
        """
        return self.kafka_on_loopback and self.postgres_data.is_dir()

    @property
    def embedded_postgres(self) -> bool:
        """Whether the hub starts its own PostgreSQL (for either database)."""
        return not (self.projektion and self.valv)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "" if value == Path() else str(value)


# ---------------------------------------------------------------------------------------------------- what is a value


def _bootstrap(text: str) -> str:
    if not all(re.fullmatch(r"[^\s:,]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", part) for part in text.split(",")):
        raise ValueError("must be host:port, or several separated by commas")
    return text


def _dsn(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError("must be postgresql://user@host:port/database")
    return text


def _verifies(dsn: str) -> bool:
    """Is the server of a DSN on this machine (a socket's too), or held to its name and an authority the DSN names?"""
    parts = urlsplit(dsn)
    asked = dict(parse_qsl(parts.query))
    verified = asked.get("sslmode") == "verify-full" and bool(asked.get("sslrootcert"))
    here = parts.hostname in LOOPBACK or (not parts.hostname and asked.get("host", "").startswith("/"))
    return not dsn or here or verified


def _integer(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,15}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text):
        raise ValueError("must be seconds, from 0 to 999")
    return float(text)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return text == "1"


def _level(text: str) -> str:
    if text.upper() not in LEVELS:
        raise ValueError(f"must be one of {', '.join(LEVELS)}")
    return text.upper()


def _path(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return path


def _file(text: str) -> Path:
    path = _path(text)
    if path.is_dir():
        raise ValueError("must be a file, not a directory")
    return path


def _directory(text: str) -> Path:
    path = _path(text)
    if path.exists() and not path.is_dir():
        raise ValueError("must be a directory")
    return path


def _existing(text: str) -> Path:
    path = _path(text)
    if not path.is_dir():
        raise ValueError("must be a directory that exists")
    return path


def _failpoints(text: str) -> str:
    if not all(re.fullmatch(r"[a-z0-9.-]+=[a-z]+(:[0-9.]+)?(@[1-9]\d*)?", part.strip()) for part in text.split(",")):
        raise ValueError("must be name=action, with :seconds or @nth after it where it takes them, separated by commas")
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", text):
        raise ValueError("must be a host name or address")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or local) or not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError("must be https://, or http:// on this machine, and have no user, question or fragment")
    return text


def _origin(text: str) -> str:
    if urlsplit(_address(text)).path:
        raise ValueError("must be an address without a path, such as https://hub.example")
    return text


def _word(text: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", text):
        raise ValueError("must be one word")
    return text


def _words(text: str) -> str:
    return " ".join(_word(one) for one in text.split())


def _scope(text: str) -> str:
    if "openid" not in text.split(" "):
        raise ValueError("must be scopes with a space between them, `openid` one of them")
    return text


def _publishers(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*(,[a-z0-9][a-z0-9.-]*)*", text):
        raise ValueError("must be actors' ids with commas between them, or `alla`")
    return text


def _log_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*(/[a-z0-9.-]+)*", text):
        raise ValueError("must be a name such as `hub.example/logg`, in lower case and without a scheme")
    return text


# ------------------------------------------------------------------------------------------------------ what is unset


def _default_data(given: Mapping[str, str]) -> Path:
    # As root PostgreSQL runs as another user, who cannot enter root's closed home directory.
    if not given.get("XDG_DATA_HOME") and os.geteuid() == 0:
        return Path("/var/lib/samverkanshub")
    return xdg(given, "XDG_DATA_HOME", ".local/share") / "samverkanshub"


def xdg(given: Mapping[str, str], name: str, below_home: str) -> Path:
    """An XDG base directory: the variable's where it is absolute (as the XDG specification asks), else below home."""
    path = Path(given.get(name, ""))
    return path if path.is_absolute() else Path(given.get("HOME") or Path.home()) / below_home


def cache_directory() -> Path:
    """Where what can be fetched again is kept, for every hub of this user."""
    return xdg(os.environ, "XDG_CACHE_HOME", ".cache") / "samverkanshub"  # noqa: TID251


def seen_directory() -> Path:
    """Where this user's auditing keeps the checkpoints that it has seen."""
    return xdg(os.environ, "XDG_DATA_HOME", ".local/share") / "samverkanshub" / "sedda"  # noqa: TID251


def _data_of(given: Mapping[str, str]) -> Path:
    text = given.get(variable("data"), "")
    return Path(text).expanduser() if text else _default_data(given)


def _regelverk_of(given: Mapping[str, str]) -> Path:
    text = given.get(variable("regelverk"), "")
    return Path(text).expanduser() if text else resources.root() / "deploy" / "regelverk"


def _all_embedded(given: Mapping[str, str]) -> bool:
    return not any(given.get(variable(name)) for name in ("kafka", "projektion", "valv"))


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one setting is read, and what it is when unset."""

    read: Callable[[str], Any]
    unset: Callable[[Mapping[str, str]], Any]


def _fixed(value: object) -> Callable[[Mapping[str, str]], Any]:
    return lambda _: value


PORT: Final = _integer(0, 65535)
RULES: Final[Mapping[str, _Rule]] = {
    "kafka": _Rule(_bootstrap, _fixed("")),
    "kafka_ca": _Rule(_file, _fixed(Path())),
    "kafka_anvandare": _Rule(_word, _fixed("")),
    "kafka_losen_fil": _Rule(_file, _fixed(Path())),
    "kafka_skyddad": _Rule(_flag, _fixed(False)),
    "projektion": _Rule(_dsn, _fixed("")),
    "valv": _Rule(_dsn, _fixed("")),
    "data": _Rule(_directory, _data_of),
    "api_vard": _Rule(_host, _fixed("127.0.0.1")),
    "api_port": _Rule(PORT, _fixed(8080)),
    "kafka_port": _Rule(PORT, _fixed(19092)),
    "postgres_port": _Rule(PORT, _fixed(15432)),
    "omraden": _Rule(_integer(1, 1000), _fixed(1)),
    "klocka_forskjutning_ms": _Rule(_integer(-(10**13), 10**13), _fixed(0)),
    "felpunkter": _Rule(_failpoints, _fixed("")),
    "loggniva": _Rule(_level, _fixed("INFO")),
    "regelverk": _Rule(_existing, lambda _: resources.root() / "deploy" / "regelverk"),
    "nycklar": _Rule(_directory, lambda given: _data_of(given) / "nycklar"),
    "ring_fil": _Rule(_file, lambda given: _regelverk_of(given) / "ring.yaml"),
    "utveckling": _Rule(_flag, _all_embedded),
    "kek_fil": _Rule(_file, lambda given: _data_of(given) / "kek"),
    "dom_vantan_s": _Rule(_seconds, _fixed(5.0)),
    "loggnamn": _Rule(_log_name, lambda given: DEVELOPMENT_LOG if _all_embedded(given) else ""),
    "vakt": _Rule(_directory, lambda given: _data_of(given) / "vakt" if _all_embedded(given) else Path()),
    "notarie_nyckel": _Rule(_file, lambda given: _data_of(given) / "notarie.pem" if _all_embedded(given) else Path()),
    "notarie_grans_s": _Rule(_seconds, _fixed(300.0)),
    "api_platser": _Rule(_integer(1, 100_000), _fixed(256)),
    "api_platser_aktor": _Rule(_integer(1, 100_000), _fixed(128)),
    "api_forbindelser": _Rule(_integer(1, 100_000), _fixed(500)),
    "api_tid_s": _Rule(_seconds, _fixed(20.0)),
    "webb_platser": _Rule(_integer(1, 100_000), _fixed(32)),
    "webb_strommar": _Rule(_integer(1, 100_000), _fixed(64)),
    "webb_adress": _Rule(_origin, _fixed("")),
    "oidc_utfardare": _Rule(_address, _fixed("")),
    "oidc_klient": _Rule(_word, _fixed("")),
    "oidc_hemlighet_fil": _Rule(_file, _fixed(Path())),
    "oidc_acr": _Rule(_words, _fixed("")),
    "oidc_omfang": _Rule(_scope, _fixed("openid")),
    "oidc_anvandare": _Rule(_word, _fixed("sub")),
    "oidc_aktor": _Rule(_word, _fixed("aktor")),
    "oidc_lasargrupp": _Rule(_word, _fixed("lasargrupp")),
    "grind_grans_poster": _Rule(_integer(0, 10**9), _fixed(20_000)),
    "grind_grans_s": _Rule(_seconds, _fixed(300.0)),
    "direkt": _Rule(_publishers, _fixed("")),
    "intagsnycklar": _Rule(
        _directory, lambda given: _data_of(given) / "intagsnycklar" if _all_embedded(given) else Path()
    ),
    "kanarie_s": _Rule(_seconds, _fixed(60.0)),
    "konsol_nycklar": _Rule(_directory, lambda given: _data_of(given) / PRIVATE if _all_embedded(given) else Path()),
    "api_certifikat": _Rule(_file, _fixed(Path())),
    "api_nyckel": _Rule(_file, _fixed(Path())),
    "api_klient_ca": _Rule(_file, _fixed(Path())),
    "api_proxy_tls": _Rule(_flag, _fixed(False)),
}


class _Reading:
    """One reading of the environment, gathering faults instead of stopping at the first."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.faults: list[Fault] = []

    def fault(self, name: str, detail: str) -> None:
        self.faults.append(Fault(name, detail))

    def take(self, name: str, rule: _Rule) -> Any:
        text = self.given.get(variable(name), "")
        try:
            return rule.read(text) if text else rule.unset(self.given)
        except ValueError as error:
            self.fault(variable(name), str(error))
            return rule.unset(self.given)

    def unknown(self) -> None:
        known = {variable(name) for name in RULES}
        for name in self.given:
            if name.startswith(PREFIX) and name not in known and not name.startswith(CLIENT_PREFIX):
                self.fault(name, "is not a setting")

    def together(self, settings: Settings) -> None:
        if settings.projektion and settings.projektion == settings.valv:
            self.fault("SAMVERKAN_VALV", "must be another database than `SAMVERKAN_PROJEKTION`: one can be dropped")
        if settings.valv and not self.given.get("SAMVERKAN_KEK_FIL"):
            self.fault("SAMVERKAN_KEK_FIL", "must be given with `SAMVERKAN_VALV`: no key is made for an outside vault")
        for name in ("felpunkter", "klocka_forskjutning_ms"):
            if getattr(settings, name) and not settings.utveckling:
                self.fault(variable(name), "needs `SAMVERKAN_UTVECKLING` 1")
        if settings.guard_with_data and not settings.utveckling:
            self.fault("SAMVERKAN_VAKT", "must lie apart from `SAMVERKAN_DATA`: one restore would take back both")
        if settings.direkt and not _text(settings.intagsnycklar):
            self.fault(
                "SAMVERKAN_INTAGSNYCKLAR", "must be given with `SAMVERKAN_DIREKT`: events are sealed to its keys"
            )
        self._ports(settings)
        self._login(settings)
        self._tls(settings)
        self._kafka(settings)
        if not settings.utveckling:
            self._outside(settings)

    def _tls(self, settings: Settings) -> None:
        for name, needs in (("certifikat", "nyckel"), ("nyckel", "certifikat"), ("klient_ca", "certifikat")):
            if settings.missing([f"api_{needs}"]) and not settings.missing([f"api_{name}"]):
                self.fault(variable(f"api_{needs}"), f"must be given with `{variable(f'api_{name}')}`")

    def _outside(self, settings: Settings) -> None:
        """What goes over a network, and not within this machine, goes over TLS, with both ends known."""
        if settings.api_vard not in LOOPBACK and not settings.api_proxy_tls:
            for name in settings.missing(["api_certifikat", "api_klient_ca"]):
                self.fault(name, "must be given where other machines reach the api, or `SAMVERKAN_API_PROXY_TLS` be 1")
        for name in () if settings.kafka_on_loopback else settings.missing(("kafka_ca", "kafka_anvandare")):
            self.fault(name, "must be given where Kafka is on another machine: it is reached over TLS, as a user")
        for name in ("projektion", "valv"):
            if not _verifies(getattr(settings, name)):
                self.fault(variable(name), "must have `sslmode=verify-full` and `sslrootcert` to another machine")

    def _login(self, settings: Settings) -> None:
        needed = ("webb_adress", "oidc_utfardare", "oidc_klient")
        given = [name for name in needed if getattr(settings, name)]
        for name in needed if "oidc_utfardare" in given or "oidc_klient" in given else ():
            if name not in given:
                self.fault(variable(name), "must be given where OpenID Connect is")

    def _kafka(self, settings: Settings) -> None:
        """A password goes over TLS alone."""
        if settings.kafka and settings.kafka_skyddad:
            self.fault("SAMVERKAN_KAFKA_SKYDDAD", "is for the embedded Kafka, and not for one of your own")
        if settings.kafka_anvandare and settings.kafka_ca == Path():
            self.fault("SAMVERKAN_KAFKA_ANVANDARE", "needs `SAMVERKAN_KAFKA_CA`: a password goes over TLS alone")
        if bool(settings.kafka_anvandare) != (settings.kafka_losen_fil != Path()):
            self.fault("SAMVERKAN_KAFKA_LOSEN_FIL", "must be given with `SAMVERKAN_KAFKA_ANVANDARE`, and only with it")

    def _ports(self, settings: Settings) -> None:
        taken: dict[int, str] = {}
        for name in ("api_port", "kafka_port", "postgres_port"):
            port = getattr(settings, name)
            if port and port in taken:
                self.fault(variable(name), f"must not be the port of `{taken[port]}`")
            taken[port] = variable(name)
