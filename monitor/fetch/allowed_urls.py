"""Which URLs we ask, and in which spelling. Text in, a ready `yarl.URL` or Failure("bad-url") out. No look-ups.

Parsers disagree about backslashes, user names, tabs and odd numbers in a URL, and attacks live in the difference; so
anything two parsers could read differently is refused before the first parser sees it. The path is sent exactly as
written (RFC 3986 6.2.2 normalisation would ask for another address); only characters that may not stand in a request
line are percent-encoded, as browsers do (WHATWG URL, path and query percent-encode sets).
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urljoin

from yarl import URL

from monitor.fetch.failures import Failure

_MAX_LENGTH = 8000  # RFC 9110 4.1 recommends to support at least this much
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_PARTS = re.compile(r"(?i:(https?))://([^/?#]*)([^?#]*)(?:\?([^#]*))?")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@%\s]+)(?::([0-9]*))?")
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?")  # WHATWG URL 3.5
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_PATH_SAFE = "".join(set(_PRINTABLE) - set('"<>`{}'))
_QUERY_SAFE = "".join(set(_PRINTABLE) - set('"<>'))
_DEFAULT_PORT = {"http": 80, "https": 443}


def checked(text: str, ports: frozenset[int] | None) -> URL:
    """The URL to ask for `text`, without its fragment. `ports` None: any port. Raises Failure("bad-url")."""
    scheme, authority, path, query = _split(text.strip(" "))
    host, port = _host_and_port(authority, scheme)
    if ports is not None and port not in ports:
        raise Failure("bad-url", f"port {port} is not in fetch.ports")
    shown_port = "" if port == _DEFAULT_PORT[scheme] else f":{port}"
    target = quote(path, safe=_PATH_SAFE) or "/"
    if query is not None:
        target += "?" + quote(query, safe=_QUERY_SAFE)
    return URL(f"{scheme}://{host}{shown_port}{target}", encoded=True)


def redirect_target(base: URL, location: str, ports: frozenset[int] | None) -> URL:
    """Where a Location header (decoded as latin-1) leads from `base`. Raises Failure("bad-url")."""
    text = _as_utf8(location).strip(" \t")
    _refuse_odd_characters(text)
    try:
        joined = urljoin(str(base), text)
    except ValueError as error:
        raise Failure("bad-url", f"redirect to {text[:200]}") from error
    return checked(joined, ports)


def host_key(url: URL) -> str:
    """What manners count as one host: its name, with the port when it is an unusual one."""
    host = url.raw_host or ""
    return host if url.port in _DEFAULT_PORT.values() else f"{host}:{url.port}"


def _split(text: str) -> tuple[str, str, str, str | None]:
    _refuse_odd_characters(text)
    if len(text) > _MAX_LENGTH:
        raise Failure("bad-url", f"{len(text)} characters")
    match = _PARTS.match(text)
    if match is None:
        raise Failure("bad-url", f"not http or https: {text[:200]}")
    scheme, authority, path, query = match.groups()
    return scheme.lower(), authority, path, query


def _refuse_odd_characters(text: str) -> None:
    if _FORBIDDEN.search(text):
        raise Failure("bad-url", "a control character or a backslash")


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise Failure("bad-url", f"no plain host name: {authority[:200]!r}")
    host, port = match.groups()
    number = int(port[:6]) if port else _DEFAULT_PORT[scheme]
    if not 0 < number < 65536:
        raise Failure("bad-url", f"port {port}")
    return _ascii_host(host), number


def _ascii_host(host: str) -> str:
    try:
        built = URL.build(scheme="http", host=host.strip("[]"))
    except ValueError as error:
        raise Failure("bad-url", f"not a host name: {host[:200]!r}") from error
    name = built.host_subcomponent or ""
    if _ENDS_IN_NUMBER.fullmatch(name) and not _is_plain_ipv4(name):
        raise Failure("bad-url", f"an odd spelling of an address: {host[:200]!r}")
    return name


def _is_plain_ipv4(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def _as_utf8(location: str) -> str:
    raw = location.encode("latin-1", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return location
