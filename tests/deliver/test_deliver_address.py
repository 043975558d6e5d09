"""Mail addresses as people write them."""

from email import message_from_bytes, policy

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from monitor.deliver.address import Address, address, ascii_domain
from monitor.deliver.message import build, message_id
from monitor.errors import DeliveryError
from monitor.model import RenderedDigest
from monitor.settings.values import check_address, check_sender
from tests.digests import samples


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("reader@example.org", "", "reader@example.org"),
        ("  reader@example.org ", "", "reader@example.org"),
        ("Reader <reader@example.org>", "Reader", "reader@example.org"),
        ('"Reader, The" <reader@example.org>', "Reader, The", "reader@example.org"),
        ("<reader@example.org>", "", "reader@example.org"),
        ('O"Brien <reader@example.org>', 'O"Brien', "reader@example.org"),
        (r'"The \"Trade\" Monitor" <reader@example.org>', 'The "Trade" Monitor', "reader@example.org"),
        ("a.b+c_d@EXAMPLE.org", "", "a.b+c_d@example.org"),
        ("reader@bücher.example", "", "reader@xn--bcher-kva.example"),
        ("读者 <r@例子.example>", "读者", "r@xn--fsqu00a.example"),
        ("root@localhost", "", "root@localhost"),
    ],
)
def test_usual_addresses_are_read(text, name, spec):
    assert address(text) == Address(name, spec)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no @"),
        ("reader", "no @"),
        ("@example.org", "before the @"),
        ("reader@", "domain"),
        ("rëader@example.org", "not ASCII"),
        ("a@b@example.org", "before the @"),
        ("a b@example.org", "before the @"),
        (".a@example.org", "before the @"),
        ("a..b@example.org", "before the @"),
        ("a@exa mple.org", "domain"),
        ("a@-example.org", "domain"),
        ("a@example..org", "domain"),
        ("a@[127.0.0.1]", "domain"),
        ("a@example.org, b@example.org", "before the @"),
        ("a@example.org> RCPT TO:<b@example.org", "before the @"),
        ("a@example.org\r\nBcc: b@example.org", "control character"),
        ("a@example.org\x00", "control character"),
        ("Name\n <a@example.org>", "control character"),
        ("x" * 65 + "@example.org", "before the @"),
        ("x@" + "a" * 64 + ".org", "domain"),
        ("x" * 60 + "@" + ".".join(["a" * 60] * 4), "longer than 254"),
    ],
)
def test_what_no_server_would_take_is_refused_with_the_reason(text, why):
    with pytest.raises(DeliveryError, match=why) as refused:
        address(text)
    assert refused.value.is_permanent


@given(st.text(max_size=60) | st.text(max_size=30).map(lambda text: f"{text}@example.org"))
def test_what_is_accepted_is_safe_in_a_header_and_an_envelope(text):
    try:
        found = address(text)
    except DeliveryError:
        return
    assert found.spec.isascii()
    assert found.spec.count("@") == 1
    assert not set(found.spec) & set(' <>\r\n\t,;:"\\()[]')
    assert found.name.isprintable()
    assert address(found.spec).spec == found.spec


# Addresses near the rules' edges, with and without a name.
SPECS = st.builds(
    "{}@{}".format,
    st.text(alphabet="ab.A0'+_-!{é\u200b", min_size=1, max_size=8) | st.just("x" * 64),
    st.text(alphabet="ab.0-_ü例ßA", min_size=1, max_size=12) | st.just(".".join(["a" * 60] * 4)),
)
SENDERS = SPECS | st.builds("{} <{}>".format, st.text(max_size=300), SPECS)


def checked(check, text):
    try:
        return check(text)
    except ValueError:
        reject()


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(SENDERS, SPECS)
def test_what_the_configuration_takes_makes_an_envelope_and_a_message(sender, reader):
    sender, reader = checked(check_sender, sender), checked(check_address, reader)
    found = address(reader)
    identity = message_id("trade/1", reader, address(sender or "a@b").domain)
    raw = build(
        RenderedDigest(subject="s", html="<p>h</p>", text="t", markdown="", json="{}"),
        digest=samples.digest(top=1, also=0),
        sender=sender or "a@b",
        recipient=reader,
        message_id=identity,
        date=samples.digest(top=1, also=0).composed_at,
    )
    read = message_from_bytes(raw, policy=policy.default)
    (to,) = read["To"].addresses
    (author,) = read["From"].addresses
    assert to.addr_spec == found.spec
    assert author.addr_spec == address(sender or "a@b").spec
    assert read.defects == []


def test_a_domain_is_ascii_and_lower_case():
    assert ascii_domain(" Bücher.EXAMPLE") == "xn--bcher-kva.example"
