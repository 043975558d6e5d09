"""What an answer says about our clock."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.clocks import BY_CERTIFICATE_S, skew_s
from monitor.fetch import Fetcher, wire
from monitor.model import FetchRequest, FetchResult
from monitor.settings import FetchSettings
from tests.fetch.server import serving

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def answer(behind_s, age=None):
    headers = {"date": format_datetime(NOW - timedelta(seconds=behind_s), usegmt=True)}
    return FetchResult(url="x", status=200, headers=headers if age is None else headers | {"age": age})


@pytest.mark.parametrize(
    ("behind_s", "age", "skew"),
    [
        (0, None, 0),
        (-7200, None, 7200),
        (7200, None, -7200),
        (7200, "7200", 0),  # it lay in a cache for two hours, and says so
        (0, "7200", 0),  # a cache that renews Date and keeps Age
        (7200, "600", -6600),
        (-60, "7200", 60),
        (7200, "soon", -7200),
        (7200, "-5", -7200),
    ],
)
def test_the_servers_clock_lies_between_date_and_date_plus_age(behind_s, age, skew):
    assert skew_s(answer(behind_s, age), NOW) == skew


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}, {"date": ""}])
def test_an_answer_without_a_date_says_nothing(headers):
    assert skew_s(FetchResult(url="x", status=200, headers=headers), NOW) is None


@pytest.mark.parametrize(
    ("detail", "skew"),
    [
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired",
            -BY_CERTIFICATE_S,
        ),
        ("certificate verify failed: certificate is not yet valid", BY_CERTIFICATE_S),
        ("certificate verify failed: self-signed certificate", None),
    ],
)
def test_a_certificate_out_of_its_time_says_which_way_the_clock_is_wrong(detail, skew):
    assert skew_s(FetchResult(url="x", error="tls", detail=detail), NOW) == skew


@given(date=st.text(max_size=40), age=st.text(max_size=12))
def test_whatever_a_server_says_it_is_a_number_or_nothing(date, age):
    found = skew_s(FetchResult(url="x", status=200, headers={"date": date, "age": age}), NOW)
    assert found is None or isinstance(found, float)


def expired(folder):
    """An authority, and a server's certificate by it that ended yesterday; gives (authority, certificate, key)."""
    openssl = shutil.which("openssl")
    assert openssl, "this test makes a certificate with the openssl command"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    for command in (
        ["req", "-x509", *key, "-days", "2", "-subj", "/CN=authority", "-keyout", "a.key", "-out", "a.pem"],
        ["req", *key, *name, "-keyout", "s.key", "-out", "s.csr"],
        ["x509", "-req", "-in", "s.csr", "-CA", "a.pem", "-CAkey", "a.key", "-CAcreateserial", "-days", "-1",
         "-copy_extensions", "copy", "-out", "s.pem"],
    ):  # fmt: skip
        subprocess.run([openssl, *command], cwd=folder, check=True, capture_output=True, timeout=60)
    return folder / "a.pem", folder / "s.pem", folder / "s.key"


def test_a_real_certificate_that_ended_says_that_the_clock_is_ahead(tmp_path, monkeypatch):
    authority, certificate, key = expired(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    wire._trusted.cache_clear()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)
    settings = FetchSettings(allow_networks=("127.0.0.0/8",), min_gap_s=0)
    with serving(tls=server_side) as server, Fetcher(settings) as fetcher:
        [(_, result)] = fetcher.fetch_all([FetchRequest(url=server.url("/"))])
    wire._trusted.cache_clear()
    assert (result.error, skew_s(result, NOW)) == ("tls", -BY_CERTIFICATE_S)
