"""What can go wrong with one request, as stable words. An exception in, a word out; nothing here reaches the network.

| word               | meaning                                                                       |
|--------------------|-------------------------------------------------------------------------------|
| bad-url            | not an http(s) address we are willing to ask, given or redirected to          |
| blocked-address    | the name leads to an address or port that is not public                       |
| dns                | the name does not resolve                                                     |
| refused            | nobody listens there                                                          |
| unreachable        | no way to that address                                                        |
| tls                | the certificate or the handshake cannot be trusted                            |
| timeout            | connecting, or the request as a whole, took too long                          |
| reset              | the server hung up before it answered                                         |
| truncated          | the body ended early                                                          |
| protocol           | the answer is not HTTP, or its header is over our limits                      |
| encoding           | a stacked, unknown or broken content encoding                                 |
| too-large          | the body is over the limit, counted after decompression                       |
| redirect-loop      | a redirect to an address already asked in this chain                          |
| too-many-redirects | more hops than `max_redirects`                                                |
| downgrade          | a redirect from https to http                                                 |
| robots             | robots.txt forbids it, or could not be read because of the server             |
| host-backoff       | the host answered 429 earlier in this round; its Retry-After is in `headers`  |
| deadline           | the round was over before this request was                                    |
| internal           | a mistake of ours, logged with its traceback                                  |
"""

from __future__ import annotations

import errno
import ssl
from collections.abc import Mapping

import aiohttp

NOT_PUBLIC = (
    "the address is not public"  # the same for all, so that it survives being joined with other causes
)


class Failure(Exception):  # noqa: N818 -- an expected outcome, carried up to where the FetchResult is built
    """A request ended without a usable answer; `word` is from the table above."""

    def __init__(self, word: str, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{word}: {detail}")
        self.word = word
        self.detail = detail
        self.headers = dict(headers or {})


class AddressRefusedError(OSError):
    """The address guard said no. An OSError, so that it travels through the connector like any connect error."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, NOT_PUBLIC)


_WORD_OF_ERRNO = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ETIMEDOUT: "timeout",
}

# First match wins: subclasses stand before their bases.
_WORD_OF_TYPE: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "dns"),
    (aiohttp.ClientConnectorCertificateError, "tls"),
    (aiohttp.ClientConnectorSSLError, "tls"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (aiohttp.ServerDisconnectedError, "reset"),
    (aiohttp.ClientConnectionResetError, "reset"),
    (aiohttp.ClientPayloadError, "truncated"),
    (aiohttp.InvalidURL, "bad-url"),
    (aiohttp.ClientResponseError, "protocol"),
)


def word_of(error: aiohttp.ClientError | OSError) -> str:
    """The stable word for a network or protocol error."""
    if NOT_PUBLIC in str(error):
        return "blocked-address"
    for kind, word in _WORD_OF_TYPE:
        if isinstance(error, kind):
            return word
    if isinstance(error, OSError):
        return _WORD_OF_ERRNO.get(error.errno or 0, "unreachable")
    return "protocol"


def shown(error: BaseException) -> str:
    """What went wrong, for people: host, port and cause, without the insides of our own libraries; up to 500 characters."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
        said = f"{error.host}:{error.port}: {getattr(cause, 'verify_message', '') or cause}"
    elif isinstance(error, aiohttp.ClientConnectorError):
        said = f"{error.host}:{error.port}: {error.os_error.strerror or error.os_error}"
    else:
        said = str(error) or type(error).__name__
    return said[:500]
