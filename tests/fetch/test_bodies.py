"""Content encodings: each undone, lies survived, bombs defused, streams cut short noticed."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.bodies import Body
from monitor.fetch.failures import Failure
from tests.fetch.bombs import MIB, brotli_bomb, gzip_bomb, gzip_twice, zstd_bomb
from tests.fetch.server import FEED, encoded, reply

LARGE = FEED * 500  # several chunks


def raw_deflate(body):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKERS = {
    b"gzip": gzip.compress,
    b"x-gzip": gzip.compress,
    b"GZIP": gzip.compress,
    b"deflate": zlib.compress,
    b"br": brotli.compress,
    b"zstd": zstd.compress,
}


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("body", [FEED, LARGE, b""], ids=["small", "large", "empty"])
def test_each_encoding_is_undone(server, fetch, coding, body):
    server.answers["/feed"] = encoded(PACKERS[coding](body), coding)
    assert fetch(server.url("/feed")).body == body


def test_bare_deflate_is_undone(server, fetch):
    server.answers["/feed"] = encoded(raw_deflate(LARGE), b"deflate")
    assert fetch(server.url("/feed")).body == LARGE


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"zstd", b"deflate", b"utf-8", b"none", b"identity", b""])
def test_a_plain_body_announced_as_packed_survives(server, fetch, coding):
    server.answers["/feed"] = encoded(LARGE, coding)
    assert fetch(server.url("/feed")).body == LARGE


BROKEN = {
    "gzip twice": (b"gzip, gzip", gzip.compress(gzip.compress(FEED))),
    "br in gzip": (b"br, gzip", gzip.compress(brotli.compress(FEED))),
    "an encoding of old": (b"compress", b"\x1f\x9d\x90"),
    "gzip in name only": (b"gzip", b"\x1f\x8b\x08 no gzip after all"),
    "noise as gzip": (b"gzip", b"\x00\x01\x02\x03"),
    "noise as br": (b"br", b"\xff\xff\xff\xff\xff"),
    "noise as zstd": (b"zstd", b"\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff"),
    "noise as deflate": (b"deflate", b"\x78\x9c\xff\xff\xff\xff"),
}


@pytest.mark.parametrize(("coding", "body"), BROKEN.values(), ids=BROKEN)
def test_stacked_and_broken_encodings_are_an_error(server, fetch, coding, body):
    server.answers["/feed"] = encoded(body, coding)
    result = fetch(server.url("/feed"))
    assert (result.error, result.body) == ("encoding", b"")


def test_repeated_encoding_lines_are_stacked(server, fetch):
    lines = [(b"Content-Encoding", b"gzip"), (b"Content-Encoding", b"gzip")]
    server.answers["/feed"] = reply(200, gzip.compress(FEED), lines)
    assert fetch(server.url("/feed")).error == "encoding"


@pytest.mark.parametrize("coding", PACKERS)
def test_a_packed_body_that_ends_in_the_middle_is_an_error(server, fetch, coding):
    server.answers["/feed"] = encoded(PACKERS[coding](LARGE)[:-9], coding)
    assert fetch(server.url("/feed")).error == "encoding"


def test_gzip_members_are_joined_and_padding_is_ignored(server, fetch):
    server.answers["/feed"] = encoded(gzip.compress(FEED) * 3 + b"\0" * 512, b"gzip")
    assert fetch(server.url("/feed")).body == FEED * 3


def test_zstd_frames_are_joined(server, fetch):
    server.answers["/feed"] = encoded(zstd.compress(FEED) * 3, b"zstd")
    assert fetch(server.url("/feed")).body == FEED * 3


def test_a_stream_of_countless_members_is_refused(server, fetch):
    server.answers["/feed"] = encoded(gzip.compress(b"") * 20_000, b"gzip")
    assert fetch(server.url("/feed")).error == "encoding"


BOMBS = {b"gzip": gzip_bomb, b"br": brotli_bomb, b"zstd": zstd_bomb}


def resident_mib(field):
    return int(re.search(rf"{field}:\s*(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_is_stopped_at_the_limit(server, fetch, coding):
    bomb = BOMBS[coding](200)
    assert len(bomb) < MIB
    server.answers["/feed"] = encoded(bomb, coding)
    peak, before = Path("/proc/self/clear_refs"), 0.0
    if peak.exists():  # elsewhere the peak is not told, and only the answer is looked at
        peak.write_text("5")  # resets it
        before = resident_mib("VmRSS")
    result = fetch(server.url("/feed"))
    assert (result.error, result.body) == ("too-large", b"")
    if peak.exists():
        assert resident_mib("VmHWM") - before < 60


def test_a_stacked_bomb_is_not_touched(server, fetch):
    server.answers["/feed"] = encoded(gzip_twice(100), b"gzip, gzip")
    assert fetch(server.url("/feed")).error == "encoding"


def test_a_zstd_window_beyond_the_web_limit_is_refused(server, fetch):
    options = {
        zstd.CompressionParameter.window_log: 27,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    packer = zstd.ZstdCompressor(options=options)
    server.answers["/feed"] = encoded(packer.compress(FEED) + packer.flush(), b"zstd")
    assert fetch(server.url("/feed")).error == "encoding"


@given(st.binary(max_size=3000), st.sampled_from(sorted(PACKERS)), st.integers(1, 500))
def test_the_size_of_the_chunks_does_not_matter(body, coding, step):
    packed = PACKERS[coding](body)
    taker = Body(coding.decode(), limit=10_000)
    for start in range(0, len(packed), step):
        taker.feed(packed[start : start + step])
    assert taker.finish() == body


@given(
    st.binary(max_size=300),
    st.sampled_from(["", *map(bytes.decode, PACKERS), "nonsense"]),
    st.integers(0, 50),
)
def test_any_bytes_give_a_body_within_the_limit_or_a_failure(data, coding, limit):
    taker = Body(coding, limit=limit)
    body, word = taken(taker, data)
    assert len(body) <= limit
    assert len(taker.taken) <= limit
    assert word in {"", "encoding", "too-large"}


def taken(body, data):
    """The body, or the word of the failure."""
    try:
        body.feed(data)
        return body.finish(), ""
    except Failure as failure:
        return b"", failure.word
