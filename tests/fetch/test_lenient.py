"""Answers that curl and browsers read although they are not quite HTTP: read, with a note; what could hide a loss stays an error."""

from __future__ import annotations

import gzip

import pytest

from monitor.feeds import parse, verdict
from monitor.model import FeedState
from tests import make
from tests.conftest import NOW
from tests.fetch.bombs import gzip_bomb
from tests.fetch.server import FEED

LATIN = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Zölle – für Öl</title><item><title>Öl</title></item></channel></rss>".encode()


def raw(*lines, body=FEED, length=None, close=True):
    end = b"Connection: close\r\n" if close else b""
    said = b"Content-Length: %d\r\n" % (len(body) if length is None else length)
    return b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in lines) + said + end + b"\r\n" + body


@pytest.mark.parametrize(
    "line",
    [
        b'"X-XSS-Protection: 0"',
        b"no colon here",
        b"X Powered By: an engine",
        b"<b>Warning</b>: mysql_connect() in line 7",
        b"HTTP/1.1 200 OK",
        b"(comment): 1",
        "Größe: 7".encode("latin-1"),
    ],
)
def test_a_line_that_is_no_header_field_is_left_out(server, fetch, line):
    server.answers["/feed"] = raw(b"ETag: v1", line, b"Content-Type: text/xml")
    result = fetch(server.url("/feed"))
    assert (result.error, result.body, result.headers["etag"]) == ("", FEED, "v1")
    assert "no header field" in result.note


@pytest.mark.parametrize("close", [True, False])
@pytest.mark.parametrize("short_by", [1, 3, 6])
def test_a_length_in_characters_cuts_the_tail_and_the_feed_is_read(server, fetch, short_by, close):
    server.answers["/feed"] = raw(body=LATIN, length=len(LATIN) - short_by, close=close)
    result = fetch(server.url("/feed"))
    assert result.body == LATIN[:-short_by]
    assert "beyond the length" in result.note
    assert parse(result.body, url="https://quay.example/feed").title == "Zölle – für Öl"


def test_after_a_wrong_length_the_next_request_is_answered(server, open_fetcher):
    from monitor.model import FetchRequest

    server.answers |= {"/a": raw(body=LATIN, length=len(LATIN) - 3, close=False), "/b": raw(close=False)}
    fetcher = open_fetcher(per_host=1)
    requests = [FetchRequest(url=server.url(path)) for path in ("/a", "/b")]
    assert [result.error for _, result in fetcher.fetch_all(requests)] == ["", ""]


def test_a_length_too_long_is_tolerated_when_the_document_is_whole(server, fetch):
    server.answers |= {"/feed": raw(length=len(FEED) + 9), "/cut": raw(body=FEED[:-9], length=len(FEED))}
    whole = fetch(server.url("/feed"))
    assert (whole.body, "whole" in whole.note) == (FEED, True)
    assert fetch(server.url("/cut")).error == "truncated"


def test_gzip_is_known_by_its_first_bytes(server, fetch):
    packed = gzip.compress(FEED)
    server.answers |= {
        "/unsaid": raw(body=packed),
        "/feed.xml.gz": raw(b"Content-Type: application/gzip", body=packed),
        "/twice": raw(b"Content-Encoding: gzip", body=gzip.compress(packed)),
        "/unsaid-twice": raw(body=gzip.compress(packed)),
        "/cut": raw(body=packed[:-9]),
        "/thrice": raw(body=gzip.compress(gzip.compress(packed))),
    }
    read = {path: fetch(server.url(path)) for path in server.answers}
    assert [read[path].body for path in ("/unsaid", "/feed.xml.gz", "/twice", "/unsaid-twice")] == [FEED] * 4
    assert all("gzip" in read[path].note for path in ("/unsaid", "/feed.xml.gz", "/twice"))
    assert [read[path].error for path in ("/cut", "/thrice")] == ["encoding"] * 2


def test_a_bomb_that_does_not_say_it_is_packed_is_too_large(server, fetch):
    server.answers["/feed"] = raw(body=gzip_bomb(20))
    assert fetch(server.url("/feed")).error == "too-large"


def test_a_304_to_a_first_request_is_asked_again(server, fetch):
    first = iter([b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n", raw()])
    server.answers["/feed"] = lambda _, connection: connection.sendall(next(first))
    assert fetch(server.url("/feed")).body == FEED
    assert len(server.requests) == 2
    assert server.requests[0].names == server.requests[1].names
    server.answers["/never"] = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
    assert fetch(server.url("/never")).error == "protocol"
    assert fetch(server.url("/never"), etag='"v"').status == 304


@pytest.mark.parametrize("line", [b"X-A: a\0b", b"   : a", b"Content-Length: 5"])
def test_what_could_mean_something_else_stays_an_error(server, fetch, line):
    server.answers["/feed"] = raw(line)
    assert fetch(server.url("/feed")).error == "protocol"


def test_well_behaved_answers_have_no_note(server, fetch):
    assert fetch(server.url("/feed")).note == ""


def test_the_note_is_said_of_the_feed_which_is_well(server, fetch):
    server.answers["/feed"] = raw(
        b"no colon here",
        body=FEED.replace(
            b"</channel>",
            b"<item><title>T</title><link>https://q.example/1</link><pubDate>%s</pubDate></item></channel>"
            % f"{NOW:%a, %d %b %Y %H:%M:%S} GMT".encode(),
        ),
    )
    result = fetch(server.url("/feed"))
    document = parse(result.body, url=result.url)
    status, advice = verdict(make.feed(), FeedState(feed_id="ledger", url=result.url), result, document, NOW)
    assert status == "ok"
    assert "no header field" in advice


@pytest.mark.parametrize(
    "line",
    [
        b'"Transfer-Encoding: chunked"',
        b"Transfer Encoding: chunked",
        b'"Content-Length: 5"',
        b"content length = 5",
        b'"Content-Encoding: br"',
        b'"Content-Type: text/xml; charset=gbk"',
        b"no colon here\r\n and a fold",
    ],
)
def test_a_line_whose_loss_could_change_the_text_stays_an_error(server, fetch, line):
    server.answers["/feed"] = raw(b"ETag: v1", line)
    assert fetch(server.url("/feed")).error == "protocol"


def test_quoted_framing_never_puts_chunk_sizes_into_the_text(server, fetch):
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(FEED), FEED)
    server.answers["/feed"] = (
        b'HTTP/1.1 200 OK\r\n"Transfer-Encoding: chunked"\r\nConnection: close\r\n\r\n' + body
    )
    result = fetch(server.url("/feed"))
    assert (result.error, result.body) == ("protocol", b"")


def test_a_few_odd_lines_are_left_out_and_a_flood_is_refused(server, fetch):
    server.answers |= {"/few": raw(*[b"odd"] * 16), "/flood": raw(*[b"a"] * 10_000)}
    few = fetch(server.url("/few"))
    assert (few.body, few.note.count("no header field")) == (FEED, 3)
    assert fetch(server.url("/flood")).error == "protocol"


def test_what_is_noted_of_one_answer_is_bounded():
    from types import SimpleNamespace

    from monitor.fetch.lenient import MAX_NOTES, Mender

    passed = []
    mender = Mender(SimpleNamespace(data_received=passed.append, force_close=lambda: None))
    mender.begin()
    for _ in range(50):
        mender.data_received(b"HTTP/1.1 103 Early\r\nodd\r\n\r\n")
    assert len(mender.answer.notes) == MAX_NOTES
    assert len(passed) == 50


@pytest.mark.parametrize("interim", [1, 8, 9, 10_000])
def test_interim_answers_are_passed_over_however_many(server, fetch, interim):
    server.answers["/feed"] = b"HTTP/1.1 100 Continue\r\n\r\n" * interim + raw()
    result = fetch(server.url("/feed"))
    assert (result.error, result.body) == ("", FEED)


@pytest.mark.parametrize("close", [True, False])
def test_a_body_of_many_tiny_chunks_is_read(server, fetch, close):
    body = b"<rss><channel>" + b" " * 40_000 + b"</channel></rss>"
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    end = b"Connection: close\r\n" if close else b""
    server.answers["/feed"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + end + b"\r\n" + chunks
    result = fetch(server.url("/feed"))
    assert (result.error, result.body) == ("", body)


ITEMS = "".join(f"<item><guid>{n}</guid><title>关税新规七月实施</title></item>" for n in range(30))
CHINESE = f"<rss version='2.0'><channel><title>港口</title>{ITEMS}</channel></rss>"


@pytest.mark.parametrize("close", [True, False])
def test_a_length_in_characters_that_hides_entries_is_an_error(server, fetch, close):
    server.answers["/feed"] = raw(b'ETag: "v"', body=CHINESE.encode(), length=len(CHINESE), close=close)
    result = fetch(server.url("/feed"))
    assert (result.error, result.body) == ("truncated", b"")
    assert "beyond the length" in result.detail


def test_what_follows_a_whole_document_is_cut_off(server, fetch):
    server.answers |= {
        "/feed": raw(body=FEED + b"\n<!-- cached -->", length=len(FEED)),
        "/json": raw(body=b'{"items": []}\n\n', length=13),
        "/json-cut": raw(body=b'{"items": []}', length=12),
    }
    assert fetch(server.url("/feed")).body == FEED
    assert fetch(server.url("/json")).body == b'{"items": []}'
    assert fetch(server.url("/json-cut")).error == "truncated"


@pytest.mark.parametrize(
    ("body", "is_early_ok", "is_cut_ok"),
    [
        (b"<rss><channel></channel></rss>", True, True),
        (b"<?xml version='1.0'?><!-- <feed> --><feed></feed>\n<!-- made in", True, True),
        (b"<!DOCTYPE html><html><body></body></html>", True, True),
        (b'\xef\xbb\xbf{"items": []}', True, True),
        (b"<rdf:RDF><item></item></rdf:RDF >", True, True),
        (b"<rss><channel></channel></rs", False, True),
        (b"<rss><channel></channel>", False, True),
        (b"<feed><entry></entry></f", False, True),
        (b"<feed><entry></entry></", False, True),
        (b"<feed><entry></entry><", False, False),
        (b"<feed><entry></entry>", False, False),
        (b"<rdf:RDF><channel></channel>", False, False),
        (b"<rss><channel><item><description><![CDATA[<html></html>", False, False),
        (b"<rss><channel><item><description><![CDATA[of </rss>", False, False),
        (b"<rss><channel><!-- </rss>", False, False),
        (b"<rss><channel><item></item></rss><item>", False, False),
        (b'{"items": [', False, False),
        (b"[" * 100_000, False, False),
        (b"", False, False),
        (b"plain words", False, False),
    ],
)
def test_a_document_is_whole_when_its_root_is_closed(body, is_early_ok, is_cut_ok):
    from monitor.fetch.wholeness import is_whole

    assert (is_whole(body), is_whole(body, but_its_end=True)) == (is_early_ok, is_cut_ok)
