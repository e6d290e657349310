"""Over a real socket: an agency's system shows a certificate of its own, and nobody else's token works over it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hubfakes import DELIVERY_ID, EVENT_ID, FALUN_KEY, MORA_KEY, NOW_S, Fake, bearer, browser, directory, token
from test_http_auth import guarded
from test_http_socket import SHORT, port, serving, until_cut

from samverkanshub.adapters.certifikat import AKTORER_CA, CA, DAYS, Authority, Holder, Issued, Wanted, make
from samverkanshub.client import Client, NotAuthenticatedError, Options, Retry, UnavailableError, tls_context
from samverkanshub.domain.actors import Certifikat
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.http.tls import client_of, context_of, klient
from samverkanshub.settings import Settings
from samverkanshub.verifier import Uncheckable
from samverkanshub.verifier.published import Web

NOW = datetime.now(UTC)  # noqa: TID251 - OpenSSL holds certificates to the machine's clock
HOLDERS = [Holder(aktor, aktor, aktor) for aktor in ("mora", "falun")]


@dataclass
class Place:
    """A hub that asks for certificates, and where they all lie."""

    url: str
    directory: Path
    hub: Fake = field(repr=False)

    def connection(self, issued: Issued | None) -> httpx.AsyncClient:
        shown = issued.write(self.directory, "visat") if issued else (None, None)
        context = tls_context(self.directory / "ca.pem", *shown)
        return httpx.AsyncClient(base_url=self.url, verify=context, trust_env=False)

    def issued(self, aktor: str) -> Issued:
        pem, key = (self.directory / "aktorer" / f"{aktor}.{end}" for end in ("pem", "key"))
        return Issued(pem.read_bytes(), key.read_bytes())


def tls(directory: Path) -> dict[str, str]:
    return {
        "SAMVERKAN_API_CERTIFIKAT": str(directory / "servrar" / "localhost.pem"),
        "SAMVERKAN_API_NYCKEL": str(directory / "servrar" / "localhost.key"),
        "SAMVERKAN_API_KLIENT_CA": str(directory / "aktorer-ca.pem"),
    }


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("certifikat")
    make(found, Wanted(processer=["samverkan_api"], aktorer=HOLDERS), int(NOW.timestamp() * 1000))
    return found


@pytest.fixture
async def place(hub: Fake, tmp_path: Path, certificates: Path) -> AsyncIterator[Place]:
    async with serving(hub, tmp_path, **tls(certificates)) as server:
        yield Place(f"https://127.0.0.1:{port(server)}", certificates, hub)


async def test_a_token_works_over_its_actors_connection_alone_and_is_refused_elsewhere_as_a_bad_one(
    place: Place,
) -> None:
    """Nor does the token of who is there work for another: whose it is does not help."""
    falun = token(FALUN_KEY, iss="falun", lasargrupp="falun.vinr.utsatt")
    for shown, raw in (("", token()), ("falun", token()), ("mora", falun)):
        async with place.connection(place.issued(shown) if shown else None) as web:
            refused = await web.get("/inkorg", headers=bearer(raw))
            bad = await web.get("/inkorg", headers=bearer(f"{raw[:-8]}AAAAAAAA"))
        assert (refused.status_code, refused.json()["type"]) == (bad.status_code, bad.json()["type"])
        assert refused.status_code == 401
    assert not place.hub.calls("inbox")
    assert not place.hub.used, "the token can still be used by whom it is for"
    async with place.connection(place.issued("mora")) as web:
        assert (await web.get("/inkorg", headers=bearer())).status_code == 200
        assert (await web.get("/inkorg", headers=bearer())).status_code == 200, "and again over the same connection"


async def test_without_a_certificate_no_header_makes_up_for_it(place: Place) -> None:
    pem = place.issued("mora").certificate.decode().replace("\n", "%0A")
    names = ("x-client-cert", "x-ssl-client-cert", "x-forwarded-client-cert", "client-cert", "x-client-dn")
    async with place.connection(None) as web:
        answer = await web.get("/inkorg", headers={**bearer(), **dict.fromkeys(names, pem)})
    assert answer.status_code == 401


async def test_what_needs_no_token_needs_no_certificate(place: Place) -> None:
    """Whoever uses the pages logs in there."""
    async with place.connection(None) as web:
        assert (await web.get("/halsa")).status_code == 200
        assert (await web.get("/metrics")).status_code == 200
        assert (await web.get("/schema/openapi.json")).status_code == 200
        assert (await web.get("/webb/statiskt/sidor.css", headers={"host": "localhost:0"})).status_code == 200


WRONG = {
    "expired": lambda actors, _: actors.function(HOLDERS[0], NOW - timedelta(days=DAYS + 1)),
    "self-made": lambda *_: Authority.new("samverkanshub aktorer-ca", NOW).function(HOLDERS[0], NOW),
    "a process of the hub": lambda _, hubs: hubs.process("mora", NOW),
    "a server's": lambda actors, _: actors.server(["mora"], NOW),
}


async def test_a_certificate_that_is_not_to_be_believed_gets_no_connection(place: Place) -> None:
    actors, hubs = (Authority.read(place.directory, name) for name in (AKTORER_CA, CA))
    for what, issue in WRONG.items():
        async with place.connection(issue(actors, hubs)) as web:
            with pytest.raises(httpx.TransportError):
                await web.get("/halsa", headers={"x-prov": what})
    async with httpx.AsyncClient(base_url=place.url.replace("https", "http"), trust_env=False) as plain:
        with pytest.raises(httpx.TransportError):
            await plain.get("/halsa")


async def test_who_does_not_finish_a_handshake_is_cut(hub: Fake, tmp_path: Path, certificates: Path) -> None:
    async with serving(hub, tmp_path, **SHORT, **tls(certificates)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(server))
        assert await until_cut(reader) == b""
        writer.close()


async def test_a_session_of_tls_1_3_is_not_taken_up_again(place: Place) -> None:
    """Its certificate is looked at anew each time."""
    at = ("127.0.0.1", int(place.url.rpartition(":")[2]))
    shown = place.issued("mora").write(place.directory, "klient")

    def twice() -> bool | None:
        context, session = tls_context(place.directory / "ca.pem", *shown), None
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        for _ in range(2):
            with context.wrap_socket(
                socket.create_connection(at), server_hostname="localhost", session=session
            ) as made:
                made.sendall(b"GET /halsa HTTP/1.1\r\nhost: localhost\r\n\r\n")
                assert made.recv(1)
                session, again = made.session, made.session_reused
        return again

    assert await asyncio.to_thread(twice) is False


class Shown:
    """A connection over which a certificate is shown, whose session began whenever it did."""

    def __init__(self, certificate: x509.Certificate) -> None:
        self._der = certificate.public_bytes(Encoding.DER)

    def get_extra_info(self, name: str) -> "Shown":
        assert name == "ssl_object"
        return self

    def getpeercert(self, *, binary_form: bool) -> bytes:
        assert binary_form
        return self._der


def test_a_certificate_that_has_ended_is_nobodys_whenever_its_session_began(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS 1.2 may take a session up again, and then nobody but us looks at that."""
    certificate = x509.load_pem_x509_certificate(place.issued("mora").certificate)
    shown, ends = Shown(certificate), certificate.not_valid_after_utc.timestamp()
    assert client_of(shown) == klient(certificate)
    for now in (ends, certificate.not_valid_before_utc.timestamp() - 1):
        monkeypatch.setattr("time.time", lambda now=now: now)
        assert client_of(shown) is None


async def test_what_the_directory_says_of_an_actors_certificates_counts(place: Place) -> None:
    katalog = directory()
    object.__setattr__(katalog, "certifikat", {"mora": (Certifikat("mora", fran="2026-01-01", till="2026-06-01"),)})
    place.hub.katalog = katalog
    async with place.connection(place.issued("mora")) as web:
        assert (await web.get("/inkorg", headers=bearer())).status_code == 401, "it has ended"
        object.__setattr__(katalog, "certifikat", {"mora": (Certifikat("mora", fran="2026-01-01"),)})
        assert (await web.get("/inkorg", headers=bearer())).status_code == 200


@pytest.mark.parametrize(("method", "path"), guarded())
async def test_no_route_that_asks_for_a_token_forgets_the_certificate(method: str, path: str, hub: Fake) -> None:
    path = path.replace("{handelse_id}", EVENT_ID).replace("{leverans_id}", DELIVERY_ID).replace("{fraga}", "arende")
    asked = token(revisor=True) if path.startswith("/granskning") else token()
    async with browser(hub, api_klient_ca=Path("/ca.pem")) as web:
        answer = await web.request(method, path, headers=bearer(asked), json={})
    assert answer.status_code == 401
    assert "client certificate" in answer.json()["detail"]


# --------------------------------------------------------------------------------------- the client, and the settings


async def test_the_client_shows_its_certificate_and_believes_its_own_authority_alone(place: Place) -> None:
    shown = place.issued("mora").write(place.directory, "klient")

    def client(context: ssl.SSLContext | None) -> Client:
        options = Options(retry=Retry(attempts=1), now_s=lambda: float(NOW_S), tls=context)
        return Client(place.url, "mora", "mora.vinr.utsatt", "handlaggare.7", MORA_KEY, options=options)

    async with client(tls_context(place.directory / "ca.pem", *shown)) as known:
        assert (await known.inbox()).rader == ()
    async with client(tls_context(place.directory / "ca.pem")) as stranger:
        with pytest.raises(NotAuthenticatedError):
            await stranger.inbox()
    for context in (None, tls_context(place.directory / "aktorer-ca.pem", *shown)):
        async with client(context) as wary:
            with pytest.raises(UnavailableError):
                await wary.inbox()


async def test_the_published_log_is_read_by_who_believes_the_hubs_authority(place: Place) -> None:
    place.hub.says["read"] = b"checkpoint"
    async with Web(f"{place.url}/logg/0", tls=tls_context(place.directory / "ca.pem")) as log:
        assert await log.read("checkpoint") == b"checkpoint"
    async with Web(f"{place.url}/logg/0") as log:
        with pytest.raises(Uncheckable):
            await log.read("checkpoint")


@pytest.mark.parametrize("der", [None, b"", b"0"])
def test_a_connection_without_a_certificate_that_can_be_read_is_nobodys(der: bytes | None) -> None:
    shown = SimpleNamespace(getpeercert=lambda binary_form: der)
    assert client_of(SimpleNamespace(get_extra_info=lambda name: shown)) is None
    assert client_of(SimpleNamespace(get_extra_info=lambda name: None)) is None


def test_a_subject_with_two_serial_numbers_has_none() -> None:
    """Whose it is would be ours to choose. It may still be known by its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.SERIAL_NUMBER, name) for name in ("mora", "falun")]
    builder = x509.CertificateBuilder(x509.Name([]), x509.Name(names), key.public_key(), 1, NOW, NOW)
    found = klient(builder.sign(key, SHA256()))
    assert (found.serienummer, len(found.spki)) == ("", 64)


def test_files_that_cannot_be_used_are_named_by_their_setting(certificates: Path, tmp_path: Path) -> None:
    given = {"SAMVERKAN_DATA": str(tmp_path), **tls(certificates)}
    assert context_of(Settings.from_env({"SAMVERKAN_DATA": str(tmp_path)})) is None
    made = context_of(Settings.from_env(given))
    assert made is not None
    assert made.minimum_version == ssl.TLSVersion.TLSv1_2
    for name, path in (
        ("SAMVERKAN_API_NYCKEL", "aktorer-ca.key"),
        ("SAMVERKAN_API_CERTIFIKAT", "finns-ej.pem"),
        ("SAMVERKAN_API_KLIENT_CA", "ca.key"),
    ):
        with pytest.raises(Halt, match=name) as stopped:
            context_of(Settings.from_env({**given, name: str(certificates / path)}))
        assert stopped.value.code == "fel-certifikat"
