"""Addresses of articles: which ones mean the same article, which are safe to show, which share a site.

In: addresses as feeds and pages give them. Out: keys for comparing, and addresses for links. No request is made: redirects
are not followed. Tracking parameters go, parameters that may identify an article stay: two articles under one key lose one
of them, two keys for one article are caught by the text comparison. That is why the lists below are exact names, and why
this is not courlan.clean_url, which drops `?12345`, `?gallery=1` and `?cid=1` (docs/notes/extraction.md).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit, urlunsplit

MAX_CHARS = 4000

_WEB = frozenset({"http", "https"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"^www\d?\.(?=.*\.)")
# Characters that have no place in an address and are read differently by different programs.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_HOST = re.compile(r"(?:\w(?:[\w-]{0,61}\w)?\.)*\w(?:[\w-]{0,61}\w)?\.?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNQUOTED = re.compile(r"[\"'<>`{}|^]+|[^\x00-\x7f]+")

# Names of parameters that say where a reader came from, never what they read.
_TRACKERS = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh mc_cid mc_eid mkt_tok oly_anon_id
    oly_enc_id vero_id vero_conv wickedid _hsenc _hsmi __hssc __hstc __hsfp hsctatracking s_cid s_kwcid ef_id epik
    smid smtyp cmp cmpid ftcamp srnd sref taid accesstoken reflink ocid ito icid ncid nlid ns_mchannel ns_source
    ns_campaign ns_linkname ns_fee cmp_id xtor xtref at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4
    at_link_id at_link_origin at_link_type at_format at_ptr_name at_bbc_team wt_mc wt.mc_id wt_zmc trk trkcampaign
    pgtype emc partner _r __twitter_impression __source embedded-checkout guccounter guce_referrer guce_referrer_sig
    soc_src soc_trk tsrc sharetoken share_token shareid unlocked_article_code giftcopy spm scm share_source share_medium
    outputtype amp_js_v usqp __tn__ feature_ref echobox rss_id dicbo utm cid_source ref_src ref_url refsrc referrer
    """.split()
)
_TRACKER_START = ("utm_", "mtm_", "pk_", "hsa_", "itm_", "ga_", "stm_", "at_custom", "oly_", "ml_sub")
# Trackers on news sites, but the name of a page in old scripts (`forum.php?mod=viewthread&tid=1`).
_AMBIGUOUS: dict[str, tuple[str, ...] | None] = {
    "mod": None,  # None: on every host
    "ref": None,
    "amp": None,
    "rss": None,
    "source": ("nytimes.com", "medium.com", "bloomberg.com", "cnbc.com"),
    "src": ("nytimes.com", "bloomberg.com"),
    "campaign": ("scmp.com",),
    "module": ("scmp.com", "nytimes.com"),
    "st": ("wsj.com", "marketwatch.com", "barrons.com"),
    "s": ("wsj.com", "bbc.co.uk", "bbc.com"),
    "action": ("nytimes.com",),
    "region": ("nytimes.com",),
}
_SCRIPT = re.compile(r"\.(?:php|asp|aspx|jsp|cgi|do|pl)$", re.IGNORECASE)
# Fragments choose a place on a page, except in single-page sites (`#/news/1`, `#!id=1`) and lists of small items (`#v1.2`).
_TRACKING_FRAGMENT = re.compile(
    r"(?:utm_|at_|:~:).*|(?:xtor|ref|rss|echobox|comments?|respond|ls|intcid|google_vignette)(?:[=:&].*)?",
    re.IGNORECASE,
)
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
# Addresses that carry another one: host, path start, parameter.
_WRAPPERS = (
    ("google.com", "/url", ("url", "q")),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("facebook.com", "/l.php", ("u",)),
    ("linkedin.com", "/redir/redirect", ("url",)),
    ("safelinks.protection.outlook.com", "/", ("url",)),
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
    """Return the address inside a search engine's or mailer's tracking address, else `url` as it is."""
    for _ in range(3):
        parts = _split(url)
        inner = _inner(parts) if parts else ""
        if not inner:
            break
        url = inner
    return url


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
    kept = [piece for piece in parts.query.split("&") if piece and not _is_tracker(piece, parts)]
    return "&".join(sorted(_quoted(piece, "/:@!$'()*+,;=-._~?") for piece in kept))


def _is_tracker(piece: str, parts: SplitResult) -> bool:
    name = unquote(piece.partition("=")[0]).lower()
    name = name.removeprefix("amp;")
    if name in _TRACKERS or name.startswith(_TRACKER_START):
        return True
    if name not in _AMBIGUOUS or _SCRIPT.search(parts.path) or "=" not in piece:
        return False
    hosts = _AMBIGUOUS[name]
    own = _name(parts)
    if hosts is None:  # a number names a page (`ref=IP_25_1`), a word where a reader came from (`ref=home`)
        return not any(character.isdigit() for character in piece.partition("=")[2])
    return any(own == h or own.endswith(f".{h}") for h in hosts)


def _fragment(fragment: str) -> str:
    return "" if _TRACKING_FRAGMENT.fullmatch(fragment) else _quoted(fragment, "/:@!$&'()*+,;=-._~?")


def _inner(parts: SplitResult) -> str:
    name = _WWW.sub("", _name(parts))
    for wrapper, path, parameters in _WRAPPERS:
        if (name == wrapper or name.endswith(f".{wrapper}")) and parts.path.startswith(path):
            values = parse_qs(parts.query)
            return next((values[p][0] for p in parameters if p in values and _split(values[p][0])), "")
    return ""
