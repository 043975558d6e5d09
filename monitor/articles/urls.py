"""Addresses of articles: which ones mean the same article, which are safe to show, which share a site.

In: addresses as feeds and pages give them. Out: keys for comparing, and addresses for links. No request is made: redirects
are not followed. Tracking parameters go, parameters that may identify an article stay: two articles under one key lose one
of them, two keys for one article are caught by the text comparison. That is why trackers are listed by exact names, and why
this is not courlan.clean_url, which drops `?12345`, `?gallery=1` and `?cid=1` (docs/notes/extraction.md).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from hashlib import blake2b
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from monitor.articles import redirectors, trackers
from monitor.articles.redirectors import carried
from monitor.articles.trackers import is_pass, is_tracker, is_tracking_fragment

MAX_CHARS = 4000

_WEB = frozenset({"http", "https"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"^www\d?\.(?=.*\.)")
# Characters that have no place in an address and are read differently by different programs.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_HOST = re.compile(r"(?:\w(?:[\w-]{0,61}\w)?\.)*\w(?:[\w-]{0,61}\w)?\.?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_SPACE = re.compile(r"\s")
_WRAPPED_TIMES = 10  # a checked link in a mail to a search engine's link to the article makes two
_UNQUOTED = re.compile(r"[\"'<>`{}|^]+|[^\x00-\x7f]+")

# Most addresses: a host name, perhaps a port of its own, and plain steps. Every rule below would leave them as they are, but
# for the scheme, `www.` and the last slash; and polling asks for thousands.
_PLAIN = re.compile(
    r"https?://(?:www\d?\.)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?::(?!80/|443/|80$|443$)[1-9][0-9]{1,3})?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?"
)
# Services where each name before the host is somebody else's, and which are not among the public suffixes.
_SERVICES = frozenset(
    """
    medium.com substack.com wordpress.com tumblr.com ghost.io typepad.com livejournal.com weebly.com mystrikingly.com strikingly.com
    buttondown.email micro.blog write.as over-blog.com overblog.com canalblog.com svbtle.com posthaven.com jimdofree.com hubpages.com
    squarespace.com tistory.com exblog.jp seesaa.net pixnet.net dreamwidth.org tilda.ws listed.to mataroa.blog neocities.org
    """.split()
)


def key(url: str) -> str:
    """Return the identity of an article's address: the same for addresses that differ only in ways that do not matter.

    http and https are one, as are `www.` and none, default ports, the order of parameters, tracking parameters, a slash at
    the end. Idempotent. The result reads like an address but is for comparing; what is no web address comes back trimmed.
    """
    plain = _PLAIN.fullmatch(url) if len(url) <= MAX_CHARS else None
    if plain:
        return f"https://{plain[1]}"
    parts = _split(unwrap(url))
    if not parts:
        return " ".join(url.split())
    name = _WWW.sub("", _netloc(parts))
    path = _quoted(_resolved(parts.path)).rstrip("/")
    return urlunsplit(("https", name, path, _query(parts), _fragment(parts.fragment)))


def safe_link(url: str) -> str:
    """Return an address that may stand in a link, or "".

    Only http and https, with a host, without user names, backslashes, control or invisible characters; quotes and angle
    brackets come back percent-encoded.
    """
    if len(url) <= MAX_CHARS and _PLAIN.fullmatch(url):
        return url
    url = url.strip(" \t\r\n\f")
    parts = _split(url)
    if not parts or "@" in parts.netloc or _UNSAFE.search(url) or not _HOST.fullmatch(parts.hostname or ""):
        return ""
    whole = url if parts.netloc.isascii() else urlunsplit(parts._replace(netloc=_netloc(parts)))
    return _UNQUOTED.sub(lambda found: quote(found[0], safe="", errors="replace"), whole)


def unwrap(url: str) -> str:
    """Return the address inside that of a service that only leads on (see redirectors), where it may stand in a link; else `url` as it is."""
    if len(url) <= MAX_CHARS and _PLAIN.fullmatch(url):
        return url
    for _ in range(_WRAPPED_TIMES):
        parts = _split(url)
        inside = carried(_WWW.sub("", _name(parts)), parts) if parts else ()
        usable = (_SPACE.sub("%20", each.strip()) for each in inside)
        inner = next((each for each in usable if safe_link(each)), "")
        if not inner:
            break
        url = inner
    return url


def clean_address(url: str) -> str:
    """Return the address to keep and show: unwrapped, without what only tracks, otherwise written as it was. Idempotent.

    What lets a reader past a wall stays, so two clean addresses of one article may differ; their `key` does not.
    """
    url = unwrap(url)
    parts = _split(url)
    if not parts or not (parts.query or parts.fragment):
        return url
    kept = _telling(parts)
    is_tracked = is_tracking_fragment(parts.fragment)
    if len(kept) == len([piece for piece in parts.query.split("&") if piece]) and not is_tracked:
        return url
    front = url.partition("#")[0].partition("?")[0]
    query = f"?{'&'.join(kept)}" if kept else ""
    return f"{front}{query}" if is_tracked or not parts.fragment else f"{front}{query}#{parts.fragment}"


@cache
def rules() -> str:
    """Return a mark of the rules keys are made by: another one when other addresses may have one key."""
    return blake2b(f"{trackers.rules()}{redirectors.rules()}".encode(), digest_size=16).hexdigest()


def host(url: str) -> str:
    """Return the host name in lower case without `www.` and port, "" for no web address."""
    parts = _split(url)
    return _WWW.sub("", _name(parts)) if parts else ""


def steps(url: str) -> tuple[str, ...]:
    """Return the steps of an address's path, decoded; () for no web address."""
    parts = _split(url)
    return tuple(unquote(step) for step in parts.path.split("/") if step) if parts else ()


def same_site(a: str, b: str) -> bool:
    """Return whether two addresses belong to one registrable domain (`www.a.co.uk`, `news.a.co.uk`); False when in doubt."""
    return bool(site(a)) and site(a) == site(b)


def site(url: str) -> str:
    """Return the name under which an address's host was given out: `a.co.uk`, `a.github.io`, `a.medium.com`; "" for no web address."""
    return _site(host(url))


@lru_cache(maxsize=1 << 14)
def _site(name: str) -> str:
    """The registrable domain of a host name; its last two labels under a suffix nobody registered, the host itself for a number.

    On a service that gives out names, the name it gave.
    """
    if not name or ":" in name or name.replace(".", "").isdigit():
        return name
    from courlan import extract_domain  # noqa: PLC0415 -- 0.15 s of imports that polling does not need

    found = extract_domain(f"https://{name}/") or ".".join(name.split(".")[-2:])
    if found in _SERVICES and name != found:
        return f"{name.removesuffix(f'.{found}').rpartition('.')[2]}.{found}"
    return found


def _split(url: str) -> SplitResult | None:
    """The parts of a web address, None for anything else."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # raises on nonsense
        is_web = parts.scheme.lower() in _WEB and bool(parts.hostname)
    except ValueError:
        return None
    return parts if is_web and len(url) <= MAX_CHARS else None


def _name(parts: SplitResult) -> str:
    """The host in lower case, international names in their ASCII form."""
    name = (parts.hostname or "").rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name


def _netloc(parts: SplitResult) -> str:
    name = _name(parts)
    name = f"[{name}]" if ":" in name else name
    is_default = parts.port in {None, _DEFAULT_PORTS[parts.scheme.lower()], 80, 443}
    return name if is_default else f"{name}:{parts.port}"


def _resolved(path: str) -> str:
    """The path without empty, `.` and `..` steps."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in {"", "."}:
            steps.append(step)
    return "/" + "/".join(steps) + ("/" if path.endswith(("/", "/.", "/..")) and steps else "")


def _quoted(text: str, safe: str = "/:@!$&'()*+,;=-._~") -> str:
    """One spelling of percent-encoding: only unreserved characters are decoded, only unsafe ones encoded (RFC 3986 2.3, 6.2)."""
    return quote(_ESCAPE.sub(_plain_or_upper, text), safe=f"{safe}%", errors="replace")


def _plain_or_upper(escape: re.Match[str]) -> str:
    if not escape[1]:
        return "%25"
    character = chr(int(escape[1], 16))
    is_unreserved = character.isascii() and (character.isalnum() or character in "-._~")
    return character if is_unreserved else f"%{escape[1].upper()}"


def _query(parts: SplitResult) -> str:
    """The parameters that may identify, in one order; written as they were, so that nothing is lost in reading them."""
    kept = [piece for piece in _telling(parts) if not is_pass(piece)]
    return "&".join(sorted(_quoted(piece, "/:@!$'()*+,;=-._~?") for piece in kept))


def _telling(parts: SplitResult) -> list[str]:
    """The parameters that do more than track."""
    name = _name(parts)
    return [
        piece
        for piece in parts.query.split("&")
        if piece and not is_tracker(piece, host=name, path=parts.path)
    ]


def _fragment(fragment: str) -> str:
    return "" if is_tracking_fragment(fragment) else _quoted(fragment, "/:@!$&'()*+,;=-._~?")
