"""The way to the hub; what goes over it is tested with downloads."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager

import pytest

from desktop.domain.errors import Cancelled, HubFault, NoNetwork
from desktop.hub import http
from desktop.hub.connection import HubConnection
from tests.helpers.fake_hub import FakeHub, FakeRepository

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def hub():
    with FakeHub(FakeRepository("a/m", {"config.json": b"{}"})) as hub:
        yield hub


@contextmanager
def server(talk):
    """A server on loopback for one connection, of which `talk` takes care. Gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        host, port = listening.getsockname()
        yield f"{host}:{port}"
        thread.join()


def read_request(connection: socket.socket) -> bytes:
    request = b""
    while not request.endswith(b"\r\n\r\n"):
        request += connection.recv(1000)
    return request


def get(connection: HubConnection, url: str = "", cancelled=lambda: False) -> bytes:
    address = url or f"{connection.endpoint}/a/m/resolve/main/config.json"
    content = b""
    with http.get(connection, address, {}, cancelled) as answer:
        while piece := answer.read():
            content += piece
    return content


def test_content_in_chunks_is_put_together(hub):
    def talk(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")

    with server(talk) as address:
        assert get(HubConnection(f"http://{address}")) == b"abcdefg"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"", NoNetwork),
        (b"SSH-2.0-OpenSSH\r\n", HubFault),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", HubFault),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", NoNetwork),
    ],
)
def test_what_is_no_answer_is_a_fault(said, kind):
    def talk(connection):
        read_request(connection)
        connection.sendall(said)

    with server(talk) as address, pytest.raises(HubFault) as caught:
        get(HubConnection(f"http://{address}"))
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:99999999/", "http://[::1", "file:///etc/passwd"]
)
def test_being_sent_nowhere_is_a_fault(hub, place):
    hub.misbehave("config.json", status=302, headers={"Location": place})
    with pytest.raises(HubFault):
        get(HubConnection(hub.endpoint))


def test_headers_that_drip_are_waited_for_and_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(http, "LOOK_UP_SECONDS", 0.01)
    slow = threading.Event()

    def talk(connection):
        read_request(connection)
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}":
            connection.sendall(bytes([byte]))
            slow.wait(0.002)

    with server(talk) as address:
        assert get(HubConnection(f"http://{address}")) == b"{}"

    cancelled = threading.Event()

    def say_nothing(connection):
        read_request(connection)
        cancelled.set()
        slow.wait(20)

    with server(say_nothing) as address:
        with pytest.raises(Cancelled):
            get(HubConnection(f"http://{address}"), cancelled=cancelled.is_set)
        slow.set()


def test_a_cancel_takes_a_third_of_a_second_at_most():
    assert http.LOOK_UP_SECONDS <= 0.3


def test_the_environments_proxy_is_asked_unless_it_says_no(hub, monkeypatch):
    monkeypatch.setenv("http_proxy", hub.endpoint)
    assert get(HubConnection("http://hub.example")) == b"{}"
    assert hub.requests[-1].path == "http://hub.example/a/m/resolve/main/config.json"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert get(HubConnection(hub.endpoint)) == b"{}"
    assert hub.requests[-1].path == "/a/m/resolve/main/config.json"


def test_an_address_without_scheme_is_a_proxys_too(hub, monkeypatch):
    monkeypatch.setenv("all_proxy", hub.endpoint.removeprefix("http://"))
    assert get(HubConnection("http://hub.example")) == b"{}"


def test_a_proxy_of_another_kind_is_refused(hub):
    with pytest.raises(NoNetwork, match="“socks5” proxies are not supported"):
        get(HubConnection(hub.endpoint, proxy="socks5://127.0.0.1:1080"))


def test_a_proxy_only_tunnels_what_is_encrypted():
    seen = []

    def talk(connection):
        seen.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        seen.append(connection.recv(3))

    with server(talk) as address, pytest.raises(NoNetwork):
        get(HubConnection("https://hub.example", "hf_secret", f"http://me:word@{address}"))
    tunnel, hello = seen
    assert tunnel.startswith(b"CONNECT hub.example:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic bWU6d29yZA==" in tunnel
    assert b"hf_secret" not in tunnel
    assert hello[:1] == b"\x16"  # the first byte of a TLS handshake


def test_a_proxy_that_refuses_is_told():
    def talk(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with server(talk) as address, pytest.raises(HubFault, match="name and a password"):
        get(HubConnection("https://hub.example", proxy=f"http://{address}"))


def test_a_hub_that_does_not_speak_tls_is_told(hub):
    with pytest.raises(NoNetwork, match="no encrypted connection"):
        get(HubConnection(hub.endpoint.replace("http", "https")))


def test_a_certificate_nobody_trusts_is_refused(tmp_path, monkeypatch):
    x509 = pytest.importorskip("cryptography.x509")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = make_certificate(x509, tmp_path)
    context.load_cert_chain(certificate)

    def talk(connection):
        try:
            with context.wrap_socket(connection, server_side=True) as tls:
                read_request(tls)
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        except ssl.SSLError:
            pass  # the client hung up

    with server(talk) as address, pytest.raises(NoNetwork, match="certificate cannot be trusted"):
        get(HubConnection(f"https://{address}"))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # now the system trusts it
    with server(talk) as address:
        assert get(HubConnection(f"https://{address}")) == b"{}"


def make_certificate(x509, folder):
    """One that 127.0.0.1 signed itself, with its key, as a file."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
