"""Behind a real nginx, with the very file that docs/operate/nginx.conf tells operators to use."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import ClientSession
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.conformance.__main__ import verdict
from tests.conformance.checks import CHECKS
from tests.conformance.site import Site, act, settled
from tests.process import ROOT, Served

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here; tests/run installs it")

AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""
SLOW = {"silence_ends"}
"""Checks that only wait; they are run without a proxy."""


def free_port() -> int:
    """Give a port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def certificate(folder: Path) -> ssl.SSLContext:
    """Write a certificate for this machine and its key; give who believes it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    trust = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT  # it signed itself, which is enough here
    return trust


def configured(folder: Path, port: int, upstream: str) -> Path:
    """Write a whole configuration around the documented one, with ports and keys of ours."""
    server = (ROOT / "docs" / "operate" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("http://127.0.0.1:8080", upstream),
        ("/etc/letsencrypt/live/talk.example.org/fullchain.pem", f"{folder}/cert.pem"),
        ("/etc/letsencrypt/live/talk.example.org/privkey.pem", f"{folder}/key.pem"),
    ):
        assert old in server
        server = server.replace(old, new)
    file = folder / "nginx.conf"
    file.write_text(AROUND.format(folder=folder, server=server))
    return file


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Makeroom, which believes the proxy on this machine."""
    server = Served(tmp_path / "data", "--trusted-proxy", "127.0.0.1")
    await server.start()
    yield server
    await server.kill()


@pytest.fixture
def proxied(tmp_path: Path, served: Served) -> Iterator[tuple[str, ssl.SSLContext]]:
    """Nginx in front of it: its address, and who believes its certificate."""
    port, trust = free_port(), certificate(tmp_path)
    file = configured(tmp_path, port, served.url)
    process = subprocess.Popen(
        [str(NGINX), "-p", str(tmp_path), "-c", str(file)], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (tmp_path / "error.log").read_text()
            time.sleep(0.02)  # until it listens
        yield f"https://127.0.0.1:{port}", trust
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def site(proxied: tuple[str, ssl.SSLContext]) -> AsyncIterator[Site]:
    """The server as people reach it."""
    async with ClientSession() as http:
        yield Site(proxied[0], http, proxied[1])


async def test_everything_holds_behind_it(site: Site) -> None:
    """The whole protocol through TLS and the proxy: origins, closes, limits and all."""
    verdicts = {
        promise.__name__: await verdict(promise, site)
        for promise in CHECKS
        if promise.__name__ not in SLOW
    }
    assert {name: wrong for name, wrong in verdicts.items() if wrong} == {}


async def test_what_it_adds_and_what_it_hides(site: Site) -> None:
    """HSTS once on every answer, no metrics, no body beyond a form, no way around the limits."""
    for path in ("/", "/help", "/nowhere", "/ws"):
        reply = await site.get(path)
        assert reply.headers.getall("Strict-Transport-Security") == ["max-age=31536000"]
    assert (await site.get("/metrics")).status == 404
    big = await site.http.post(f"{site.origin}/", data=b"x" * 70_000, ssl=site.tls or True)
    assert big.status == 413
    for number in range(30):
        client = await site.client(**{"X-Forwarded-For": f"198.51.100.{number}"})
        assert (await client.hello("A" * 32))["code"] == "no_such_talk"
    assert (await site.get("/ws")).status == 429
    long = {"text": "ä" * 4_000}  # the longest text as a form comes through, and is judged by us
    form = await site.http.post(f"{site.origin}/plain", data=long, ssl=site.tls or True)
    assert form.status not in (413, 502)


async def test_a_restart_behind_it(site: Site, served: Served) -> None:
    """When the server dies, people come back through the proxy and go on."""
    client = await site.talk()
    await settled(client, act(client))
    await served.kill()
    assert (await client.ending())[1] != 1000
    assert (await site.get("/healthz")).status == 502
    await served.start()
    again = await site.talk(client.token)
    assert again.events == client.events
    await settled(again, act(again))
