"""A recording server, fetchers that may talk to it, and a certificate: for the tests of fetching and of the checklist."""

from __future__ import annotations

import shlex
import ssl
import subprocess

import pytest

from monitor.fetch import Fetcher, wire
from monitor.model import FetchRequest
from monitor.settings import FetchSettings
from tests.fetch.server import serving


@pytest.fixture
def server():
    with serving() as opened:
        yield opened


@pytest.fixture
def open_fetcher():
    """A fetcher that may talk to this machine, without waiting between requests; any setting may be given."""
    opened = []

    def open_one(*, resolver=None, **settings):
        values = {
            "min_gap_s": 0.0,
            "timeout_s": 5.0,
            "deadline_s": 20.0,
            "allow_networks": ("127.0.0.0/8", "::1/128"),
        }
        fetcher = Fetcher(FetchSettings(**(values | settings)), resolver=resolver)
        opened.append(fetcher)
        return fetcher

    yield open_one
    for fetcher in opened:
        fetcher.close()


@pytest.fixture
def fetch(open_fetcher):
    """Fetch one request with a fresh fetcher."""

    def fetch_one(url, *, resolver=None, settings=None, **request):
        fetcher = open_fetcher(resolver=resolver, **(settings or {}))
        [(_, result)] = fetcher.fetch_all([FetchRequest(url=url, **request)])
        return result

    return fetch_one


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory):
    """A certificate for localhost that nobody vouches for."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
        f"-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout {key} -out {certificate}"
    )
    subprocess.run(shlex.split(command), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


@pytest.fixture
def trusted(self_signed, monkeypatch):
    """The same, while it counts as an authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(self_signed[1]))
    wire._trusted.cache_clear()
    yield self_signed[0]
    wire._trusted.cache_clear()
