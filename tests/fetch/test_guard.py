"""The address guard: nothing on the inside is reached, however it is spelled, redirected to or resolved."""

from __future__ import annotations

import http.client
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch import Fetcher
from monitor.fetch.allowed_urls import checked
from monitor.fetch.failures import Failure
from monitor.fetch.ssrf import AddressGuard, is_public
from monitor.model import FetchRequest
from monitor.settings import FetchSettings
from tests.fetch.server import redirect, serving

OUTSIDE = "127.0.0.2"  # stands for the Internet in these tests: the one address that is allowed

INSIDE = """
127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 0.0.0.0 0.1.2.3 100.64.0.1
100.127.255.255 198.18.0.1 198.19.255.255 192.0.0.8 192.0.0.170 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1
224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 ff02::1 100::1 100:0:0:1::1 5f00::1 3fff::1
2001:db8::1 2001::1 2001:2::1 2001:10::1 2001:0:4136:e378:8000:63bf:f5ff:fffe
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:100.64.0.1 ::ffff:0.0.0.0 ::127.0.0.1 ::10.0.0.1
64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::a00:1 64:ff9b:1::a00:1 64:ff9b:1::8.8.8.8
2002:7f00:1:: 2002:a9fe:a9fe:: 2002:a00:1::1 2002:808:808::1 4000::1 8000::1
""".split()
PUBLIC = """
8.8.8.8 93.184.216.34 1.1.1.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.88.98.1 198.17.255.255 223.255.255.1
2606:2800:220:1::1 2001:4860:4860::8888 2a00:1450:4001::1 2400:cb00::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
""".split()


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_the_plain_one(address):
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        embedded = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address))
        assert is_public(embedded) == is_public(address)


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address):
    plain = address.ipv4_mapped if address.version == 6 and address.ipv4_mapped else address
    if (
        plain.is_private
        or plain.is_loopback
        or plain.is_link_local
        or plain.is_multicast
        or plain.is_unspecified
    ):
        assert not is_public(address)


def test_an_allowed_network_is_let_in_on_any_port():
    guard = AddressGuard.of([80], ["10.1.0.0/16", "fd00::/8"])
    assert guard.allows("10.1.2.3", 9999)
    assert guard.allows("::ffff:10.1.2.3", 9999)
    assert guard.allows("fd00::5", 1)
    assert not guard.allows("10.2.0.1", 80)
    assert guard.allows("8.8.8.8", 80)
    assert not guard.allows("8.8.8.8", 22)
    assert not guard.allows("not an address", 80)


@pytest.fixture
def inner():
    """What must never be asked: a service on this machine, under both families."""
    with serving("127.0.0.1") as four, serving("::1", port=four.port) as six:
        yield four, six
        assert (four.connections, six.connections) == (0, 0)


def results(requests, port, *, resolver=None):
    """Fetch with a guard that knows this port (so that the address decides) and one allowed address."""
    settings = FetchSettings(
        min_gap_s=0.0, timeout_s=3.0, ports=(80, 443, port), allow_networks=(f"{OUTSIDE}/32",), robots=False
    )
    with Fetcher(settings, resolver=resolver) as fetcher:
        return [result for _, result in fetcher.fetch_all(requests)]


def resolve_inside(host, _):
    """A name server on the attacker's side; numbers are read as the C library would."""
    return ["127.0.0.1"]


SPELLINGS = """
http://127.0.0.1:{port}/ http://127.0.0.1.:{port}/ http://127.1:{port}/ http://127.0.1:{port}/ http://127:{port}/
http://0:{port}/ http://0.0.0.0:{port}/ http://2130706433:{port}/ http://0x7f000001:{port}/ http://0x7f.1:{port}/
http://0177.0.0.1:{port}/ http://017700000001:{port}/ http://0x7F.0x0.0x0.0x1:{port}/ http://127.0.0.01:{port}/
http://①②⑦.0.0.1:{port}/ http://127。0。0。1:{port}/ http://１２７.0.0.1:{port}/ http://127.0.0.1%00.example:{port}/
http://[::1]:{port}/ http://[0:0:0:0:0:0:0:1]:{port}/ http://[::]:{port}/ http://[::ffff:127.0.0.1]:{port}/
http://[::ffff:7f00:1]:{port}/ http://[::127.0.0.1]:{port}/ http://[64:ff9b::7f00:1]:{port}/ http://[::1%25lo]:{port}/
http://[2002:7f00:1::]:{port}/ http://[fe80::1]:{port}/ http://[::1:{port}/ http://::1:{port}/
http://localhost:{port}/ http://LOCALHOST.:{port}/ http://localhost.localdomain:{port}/ http://inner.example:{port}/
http://127.0.0.1.nip.example:{port}/ http://ⓛocalhost:{port}/ http://loc%61lhost:{port}/
http://good.example\\@127.0.0.1:{port}/ http://127.0.0.1:{port}\\.good.example/ http://127.0.0.1:{port}\\@good.example/
http://good.example@127.0.0.1:{port}/ http://user:word@127.0.0.1:{port}/ http://good.example%2f@127.0.0.1:{port}/
http://good.example%40127.0.0.1:{port}/ http:///127.0.0.1:{port}/ http:/127.0.0.1:{port}/ http:127.0.0.1:{port}/
//127.0.0.1:{port}/ 127.0.0.1:{port}/ http://127.0.0.1:{port}:{port}/ http://127.0.0.1:0{port}/ HTTP://127.0.0.1:{port}
file:///etc/passwd ftp://127.0.0.1:{port}/ gopher://127.0.0.1:{port}/_x unix:///run/x.sock ws://127.0.0.1:{port}/
https+unix://127.0.0.1:{port}/ jar:http://127.0.0.1:{port}/!/ http://169.254.169.254/latest/meta-data/
""".split()
ODD = [
    "http://good.example\t@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/\r\nX: y",
    "http://127.0.0.1:{port}\x00.example/",
    "http://127.0.0.1 :{port}/",
    "ht\ntp://127.0.0.1:{port}/",
    "http://good.example:80@127.0.0.1:{port}/",
    "",
    " ",
    "http://",
    "http://:{port}/",
    "http://\ud800/",
    "http://" + "a" * 9000 + "/",
    "http://" + "a" * 300 + ".example:{port}/",
    "http://xn--a:{port}/",
    "http://a..b:{port}/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:{port}a/",
]


def test_no_spelling_of_an_inner_address_reaches_it(inner):
    urls = [text.format(port=inner[0].port) for text in SPELLINGS + ODD]
    assert len(urls) >= 40
    found = results([FetchRequest(url=url) for url in urls], inner[0].port, resolver=resolve_inside)
    assert len(found) == len(urls)
    odd = [
        (result.url, result.error) for result in found if result.error not in {"blocked-address", "bad-url"}
    ]
    assert odd == []
    assert sum(result.error == "blocked-address" for result in found) >= 15  # the guard itself was asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_inside(inner, status):
    targets = [text.format(port=inner[0].port) for text in SPELLINGS]
    with serving(OUTSIDE) as outside:
        outside.answers |= {f"/{n}": redirect(status, target) for n, target in enumerate(targets)}
        requests = [FetchRequest(url=outside.url(f"/{n}")) for n in range(len(targets))]
        found = results(requests, inner[0].port, resolver=resolve_inside)
        assert len(outside.requests) >= len(targets)
    # Some are harmless relative references ("127.0.0.1:80/" is a path of the outer server): those may be answered.
    assert {result.error for result in found} <= {"blocked-address", "bad-url", ""}
    assert all(result.final_url.startswith(f"http://{OUTSIDE}") for result in found if not result.error)
    assert sum(result.error == "blocked-address" for result in found) >= 15


class Rebinding:
    """A name server that answers with an outer address once and with an inner one from then on."""

    def __init__(self):
        self.asked = 0

    def __call__(self, *_):
        self.asked += 1
        return [OUTSIDE] if self.asked == 1 else ["127.0.0.1"]


def test_rebinding_reaches_the_outer_server_or_none(inner):
    lookup, port = Rebinding(), inner[0].port
    with serving(OUTSIDE, port=port) as outside:
        found = [
            result
            for _ in range(4)
            for result in results([FetchRequest(url=f"http://rebind.example:{port}/")], port, resolver=lookup)
        ]
        assert len(outside.requests) == 1
    assert [result.error for result in found] == ["", "blocked-address", "blocked-address", "blocked-address"]
    assert lookup.asked >= 4


def test_an_inner_address_among_outer_ones_is_passed_over(inner):
    port = inner[0].port
    for answer in (["127.0.0.1", OUTSIDE], ["::1", OUTSIDE], [OUTSIDE, "127.0.0.1", "::1"]):
        with serving(OUTSIDE, port=port) as outside:
            [result] = results(
                [FetchRequest(url=f"http://mixed.example:{port}/")], port, resolver=lambda *_, a=answer: a
            )
            assert (result.status, result.peer) == (200, OUTSIDE)
            assert len(outside.requests) == 1
        [result] = results(
            [FetchRequest(url=f"http://mixed.example:{port}/")], port, resolver=lambda *_, a=answer: a
        )
        assert not result.ok


def test_control_checking_before_connecting_is_beaten_by_rebinding():
    """What the guard in the connect step is for: the usual order, look up, check, fetch, reads the secret."""
    with serving("127.0.0.1") as secret:
        lookup, guard = Rebinding(), AddressGuard.of([secret.port], [f"{OUTSIDE}/32"])
        assert all(guard.allows(address, secret.port) for address in lookup("rebind.example", secret.port))
        connection = http.client.HTTPConnection(
            lookup("rebind.example", secret.port)[0], secret.port, timeout=3
        )
        connection.request("GET", "/secret")
        assert connection.getresponse().status == 200
        connection.close()
        assert secret.targets == ["/secret"]


def test_robots_txt_is_guarded_too(inner):
    port = inner[0].port
    settings = FetchSettings(min_gap_s=0.0, ports=(port,))
    with Fetcher(settings, resolver=resolve_inside) as fetcher:
        [(_, result)] = fetcher.fetch_all([FetchRequest(url=f"http://page.example:{port}/x", kind="page")])
    assert result.error == "blocked-address"


def test_ports_outside_the_setting_are_refused_before_any_lookup():
    asked = []
    with Fetcher(FetchSettings(), resolver=lambda host, _: asked.append(host) or ["8.8.8.8"]) as fetcher:
        urls = [f"http://mail.example:{port}/" for port in (22, 25, 6379, 8000)]
        found = [result.error for _, result in fetcher.fetch_all([FetchRequest(url=url) for url in urls])]
    assert (found, asked) == (["bad-url"] * 4, [])


def test_with_an_allowed_network_ports_of_the_internet_stay_limited():
    settings = FetchSettings(allow_networks=("127.0.0.1/32",))
    with Fetcher(settings, resolver=lambda *_: ["8.8.8.8"]) as fetcher:
        [(_, result)] = fetcher.fetch_all([FetchRequest(url="http://mail.example:25/")])
    assert result.error == "blocked-address"


@given(st.text(max_size=40) | st.text(max_size=30).map(lambda text: "http://" + text))
def test_any_text_is_a_plain_address_or_refused(text):
    url, word = tried(text)
    assert word == ("" if url else "bad-url")
    if url:
        assert url.scheme in {"http", "https"}
        assert str(url).isascii()
        assert not set(str(url)) & set(' "<>\\\r\n\t')
        assert checked(str(url), None) == url


def tried(text):
    """The URL, or the word of the failure."""
    try:
        return checked(text, None), ""
    except Failure as failure:
        return None, failure.word
