"""A small server of invented feeds on loopback, for when no other is given (FEEDSERVER). Standard library only.

`python -m bench.feedserver --port 8800 --feeds 200 --entries 50 [--hang 0.02 --fail 0.05 --bad-xml 0.036]`
Feeds at /feed/<i>.xml: RSS for even numbers, Atom for odd ones, with ETag, Last-Modified and gzip. Control:
/set?latency_ms=100&conditional=0, /bump (one new entry in each feed), /reset, /stats.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

_WORDS = (
    "harbour ledger quay tide anchor tariff export permit committee budget bridge winter harvest engine copper market "
    "signal valley notice measure council garden lantern river season ticket paper window travel circle"
).split()
_START = datetime(2026, 1, 1, tzinfo=UTC)
_ATOM = "application/atom+xml"
_RSS = "application/rss+xml"
_HANG_S = 600


@dataclass(slots=True)
class Site:
    """What is served and how."""

    base: str
    feeds: int
    entries: int
    shares: dict[str, float]
    latency_ms: float = 0.0
    conditional: float = 1.0
    bumped: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {"requests": 0, "feed_200": 0, "feed_304": 0})

    def has(self, trouble: str, number: int) -> bool:
        """True when this feed is one of those in trouble; the same ones each time."""
        digest = hashlib.sha256(f"{trouble}{number}".encode()).hexdigest()
        return int(digest[:8], 16) % 10_000 < self.shares[trouble] * 10_000


@lru_cache(maxsize=4096)
def document(base: str, feed: int, newest: int, entries: int) -> bytes:
    """One feed with its `entries` newest entries, the newest first."""
    items = "".join(_item(base, feed, number) for number in range(newest, newest - entries, -1))
    if feed % 2:
        head = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed {feed}</title><id>tag:bench,2026:{feed}</id>'
        return f'<?xml version="1.0" encoding="utf-8"?>\n{head}<updated>{_when(newest).isoformat()}</updated>{items}</feed>'.encode()
    head = f"<title>Feed {feed}</title><link>{base}/</link><description>Feed {feed}</description>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def _when(number: int) -> datetime:
    return _START + timedelta(hours=5 * number)


def _item(base: str, feed: int, number: int) -> str:
    chance = random.Random(feed * 100_003 + number)  # noqa: S311 -- repeatable, not secret
    title = f"{' '.join(chance.choices(_WORDS, k=8)).capitalize()} ({feed}/{number})"
    summary = f"{' '.join(chance.choices(_WORDS, k=60)).capitalize()}."
    link, own_id = f"{base}/a/{feed}/{number}", f"tag:bench,2026:{feed}:{number}"
    if feed % 2:
        at = _when(number).isoformat()
        return (
            f'<entry><title>{title}</title><link href="{link}"/><id>{own_id}</id><updated>{at}</updated>'
            f"<published>{at}</published><author><name>A. Writer</name></author><summary>{summary}</summary></entry>\n"
        )
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{own_id}</guid>'
        f"<pubDate>{format_datetime(_when(number))}</pubDate><description>{summary}</description></item>\n"
    )


def _control(site: Site, path: str, query: dict[str, str]) -> bytes:
    if path == "/set":
        for name, value in query.items():
            setattr(site, name, float(value))
    elif path == "/bump":
        site.bumped += int(query.get("n", "1"))
    elif path == "/reset":
        site.counts = dict.fromkeys(site.counts, 0)
    return (json.dumps(site.counts) + "\n").encode()


async def _feed(site: Site, number: int, asked: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
    site.counts["requests"] += 1
    await asyncio.sleep(site.latency_ms / 1000)
    if site.has("hang", number):
        await asyncio.sleep(_HANG_S)
    if site.has("fail", number):
        return "503 Service Unavailable", {"Retry-After": "120"}, b""
    newest = site.entries - 1 + site.bumped
    body = document(site.base, number, newest, site.entries)
    if site.has("bad_xml", number):
        body = body[: len(body) // 2] + b"<<<& \xff\xfe" + body[len(body) // 2 :]
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Last-Modified": format_datetime(_when(newest), usegmt=True)}
    headers["Content-Type"] = f"{_ATOM if number % 2 else _RSS}; charset=utf-8"
    if site.conditional and asked.get("if-none-match") == etag:
        site.counts["feed_304"] += 1
        return "304 Not Modified", headers, b""
    site.counts["feed_200"] += 1
    if "gzip" in asked.get("accept-encoding", ""):
        return "200 OK", headers | {"Content-Encoding": "gzip"}, gzip.compress(body, 6)
    return "200 OK", headers, body


async def _answer(site: Site, target: str, asked: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
    parts = urlsplit(target)
    if parts.path in {"/set", "/bump", "/reset", "/stats"}:
        body = _control(site, parts.path, dict(parse_qsl(parts.query)))
        return "200 OK", {"Content-Type": "application/json"}, body
    if parts.path.startswith("/feed/") and parts.path.endswith(".xml"):
        return await _feed(site, int(parts.path[6:-4]), asked)
    return "404 Not Found", {}, b""


async def _converse(site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while line := await reader.readline():
            target = line.decode("latin-1").split()[1]
            asked = {}
            while (header := await reader.readline()).strip():
                name, _, value = header.decode("latin-1").partition(":")
                asked[name.strip().lower()] = value.strip()
            status, headers, body = await _answer(site, target, asked)
            headers["Content-Length"] = str(len(body))
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _serve(site: Site, port: int, hosts: list[str]) -> None:
    server = await asyncio.start_server(lambda r, w: _converse(site, r, w), hosts, port, backlog=1024)
    print(f"serving {site.feeds} feeds at {site.base}", flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8800)
    parser.add_argument("--hosts", default="", help="further loopback addresses to listen at, with commas")
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=50)
    for share in ("hang", "fail", "bad-xml"):
        parser.add_argument(f"--{share}", type=float, default=0.0)
    given = parser.parse_args()
    shares = {"hang": given.hang, "fail": given.fail, "bad_xml": given.bad_xml}
    base = f"http://127.0.0.1:{given.port}"
    site = Site(base=base, feeds=given.feeds, entries=given.entries, shares=shares)
    asyncio.run(_serve(site, given.port, ["127.0.0.1", *filter(None, given.hosts.split(","))]))


if __name__ == "__main__":
    main()
