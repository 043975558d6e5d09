"""Questions to a name server, which plays back what it is told to."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.names import _texts, records


def txt(*parts):
    return b"".join(bytes([len(part)]) + part.encode() for part in parts)


def mx(preference, labels):
    return (
        struct.pack(">H", preference) + b"".join(bytes([len(x)]) + x.encode() for x in labels) + b"\xc0\x0c"
    )


def answer(asked, rows, *, flags=0x8180):
    head = asked[:2] + struct.pack(">5H", flags, 1, len(rows), 0, 0)
    body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data for kind, data in rows)
    return head + asked[12:] + body


@contextmanager
def serving(reply):
    """A name server on loopback that answers by `reply(question)`; None: it says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talk:
        talk.bind(("127.0.0.1", 0))

        def serve():
            while True:
                asked, who = talk.recvfrom(4096)
                if not asked:
                    return
                said = reply(asked)
                if said is not None:
                    talk.sendto(said, who)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield talk.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", talk.getsockname())
        thread.join(5)


def ask(reply, kind="TXT", name="example.org"):
    with serving(reply) as server:
        return records(name, kind, timeout_s=0.5, servers=(server,))


def test_the_parts_of_a_text_are_joined():
    assert ask(lambda asked: answer(asked, [(16, txt("v=spf1 ", "-all")), (1, b"\x7f\0\0\1")])) == (
        "v=spf1 -all",
    )


def test_a_mail_servers_name_may_be_compressed():
    assert ask(lambda asked: answer(asked, [(15, mx(10, ["mail"]))]), "MX") == ("10 mail.example.org",)


def test_no_such_name_is_no_record():
    assert ask(lambda asked: answer(asked, [], flags=0x8183)) == ()


@pytest.mark.parametrize(
    "reply",
    [
        lambda asked: answer(asked, [], flags=0x8182),  # the server failed
        lambda asked: answer(asked, [], flags=0x8380),  # too long for a datagram
        lambda asked: b"\0\0" + answer(asked, [])[2:] if asked[:2] != b"\0\0" else None,  # another question's
        lambda asked: answer(asked, [(15, b"\0\n\xc0\x2b")] * 9),  # not the kind asked, or a loop
        lambda asked: answer(asked, [(16, b"x")])[:-6],
        lambda _: None,
    ],
)
def test_what_is_no_usable_answer_is_said(reply):
    with pytest.raises(OSError, match=r".") as caught:
        ask(reply, "MX")
    assert str(caught.value)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(OSError, match="no name of a domain"):
        records("a..b", "TXT", timeout_s=0.1, servers=(("127.0.0.1", 9),))


@given(noise=st.binary(max_size=300), kind=st.sampled_from([15, 16]))
def test_noise_is_an_error_or_nothing_and_always_ends(noise, kind):
    question = (
        struct.pack(">6H", 7, 0x0100, 1, 0, 0, 0) + b"\x07example\x03org\0" + struct.pack(">HH", kind, 1)
    )
    rows = question[:2] + struct.pack(">5H", 0x8180, 1, 3, 0, 0) + question[12:] + noise
    try:
        found = list(_texts(rows, question, kind))
    except (OSError, struct.error, IndexError, ValueError):
        return
    assert all(isinstance(text, str) for text in found)
