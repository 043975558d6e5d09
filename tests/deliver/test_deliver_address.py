"""Mail addresses as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.address import Address, address, ascii_domain
from monitor.errors import DeliveryError


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("reader@example.org", "", "reader@example.org"),
        ("  reader@example.org ", "", "reader@example.org"),
        ("Reader <reader@example.org>", "Reader", "reader@example.org"),
        ('"Reader, The" <reader@example.org>', "Reader, The", "reader@example.org"),
        ("<reader@example.org>", "", "reader@example.org"),
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


def test_a_domain_is_ascii_and_lower_case():
    assert ascii_domain(" Bücher.EXAMPLE") == "xn--bcher-kva.example"
