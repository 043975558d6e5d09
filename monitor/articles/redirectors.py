"""Addresses that only lead on to another one: those of search engines' alerts, social networks, and mail programs that check links.

In: the parts of an address; out: the address it carries. Only what stands in it is read: an id that a
service alone can resolve (news.google.com/rss/articles/CBM..., lnkd.in/x, feedproxy.google.com/~r/x) is
never guessed at, and nothing is asked. Any host may have a parameter `url`; only the hosts listed here are
known to do nothing but lead there.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from html import unescape
from urllib.parse import SplitResult, parse_qs, unquote

# Domain, beginning of the path in whole steps, parameters that carry the address.
_BY_PARAMETER = (
    ("google.com", "/url", ("url", "q")),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("duckduckgo.com", "/l", ("uddg",)),
    ("facebook.com", "/l.php", ("u",)),
    ("messenger.com", "/l.php", ("u",)),
    ("l.instagram.com", "", ("u",)),
    ("l.threads.net", "", ("u",)),
    ("l.threads.com", "", ("u",)),
    ("linkedin.com", "/redir/redirect", ("url",)),
    ("linkedin.com", "/safety/go", ("url",)),
    ("lnkd.in", "", ("url",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("href.li", "", ("",)),
    ("out.reddit.com", "", ("url",)),
    ("youtube.com", "/redirect", ("q",)),
    ("vk.com", "/away.php", ("to",)),
    ("medium.com", "/r", ("url",)),
    ("getpocket.com", "/redirect", ("url",)),
    ("flipboard.com", "/redirect", ("url",)),
    ("slack-redir.net", "/link", ("url",)),
    ("feedproxy.google.com", "", ("url",)),
    ("go.skimresources.com", "", ("url",)),
    ("go.redirectingat.com", "", ("url",)),
    ("redirect.viglink.com", "", ("u",)),
    ("link.zhihu.com", "", ("target",)),
    ("weibo.cn", "/sinaurl", ("u", "toasturl")),
    ("c.pc.qq.com", "/middlem.html", ("pfurl",)),
    ("safelinks.protection.outlook.com", "", ("url",)),
    ("statics.teams.cdn.office.net", "/evergreen-assets/safelinks", ("url",)),
    ("linkprotect.cudasvc.com", "/url", ("a",)),
    ("clicktime.symantec.com", "", ("u",)),
    ("protect2.fireeye.com", "", ("u",)),
    ("urldefense.proofpoint.com", "/v1/url", ("u",)),
)
_DOMAINS = {
    domain: [(start, names) for each, start, names in _BY_PARAMETER if each == domain]
    for domain, _, _ in _BY_PARAMETER
}
_GOOGLE = re.compile(r"google\.(?:com?\.)?[a-z]{2}")  # google.de, google.co.uk, google.com.hk
_IN_PATH = re.compile(r"/[^/]*/(https?(?:://?|%3A%2F%2F).+)", re.IGNORECASE)  # /TOKEN/https%3A%2F%2F...
_CHECKED = re.compile(
    r"/v[12]/_{3}(https?:/.+?)_{3}(?:\..*)?"
)  # protect.checkpoint.com/v2/___ADDRESS___.TOKEN
_DEFENSE_3 = re.compile(r"/v3/__(?P<address>https?:/.+?)__;(?P<characters>[\w=-]*)!.*", re.ASCII)
_TAKEN_OUT = re.compile(
    r"\*(?:\*([\w-]))?", re.ASCII
)  # one character, or a run of which a letter says the length
_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # A: two characters


def carried(host: str, parts: SplitResult) -> Iterator[str]:
    """Give what the address may carry, as text that may be no address; `host` in lower case and without `www.`."""
    domain = "google.com" if _GOOGLE.fullmatch(host) else host
    while domain:
        for start, names in _DOMAINS.get(domain, ()):
            if _starts(parts.path, start):
                values = parse_qs(parts.query) if names != ("",) else {"": [unquote(parts.query)]}
                yield from (values[name][0] for name in names if name in values)
        domain = domain.partition(".")[2]
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if host == "urldefense.proofpoint.com" and _starts(parts.path, "/v2/url"):
        yield from map(_second_defense, parse_qs(parts.query).get("u", ())[:1])
    if host in {"urldefense.com", "urldefense.us"} and (found := _DEFENSE_3.fullmatch(rest)):
        yield _third_defense(found["address"], found["characters"])
    if host == "secure-web.cisco.com" and (found := _IN_PATH.fullmatch(parts.path)):
        yield _two_slashes(unquote(found[1]))
    if host == "protect.checkpoint.com" and (found := _CHECKED.fullmatch(rest)):
        yield _two_slashes(found[1])


def rules() -> str:
    """What decides, in words that change with it."""
    return f"{_BY_PARAMETER}{_GOOGLE.pattern}{_IN_PATH.pattern}{_CHECKED.pattern}{_DEFENSE_3.pattern}"


def _starts(path: str, start: str) -> bool:
    return path == start or path.startswith(f"{start}/")


def _two_slashes(address: str) -> str:
    """The address with both slashes after its scheme, which programs that tidy paths make one."""
    return re.sub(r"^(https?:)/+", r"\1//", address, flags=re.IGNORECASE)


def _second_defense(written: str) -> str:
    """An address in which `-` stands for `%` and `_` for `/`."""
    return unescape(unquote(written.translate(str.maketrans("-_", "%/"))))


def _third_defense(address: str, characters: str) -> str:
    """An address with the characters put back that were taken out of it; "" when they do not come out even."""
    try:
        kept = urlsafe_b64decode(f"{characters}{'=' * (-len(characters) % 4)}").decode()
    except (NotBase64, UnicodeDecodeError):
        return ""
    at = 0

    def put_back(found: re.Match[str]) -> str:
        nonlocal at
        begin, at = at, at + (1 if found[1] is None else _LENGTHS.index(found[1]) + 2)
        return kept[begin:at]

    whole = _TAKEN_OUT.sub(put_back, address)
    return _two_slashes(whole) if at == len(kept) else ""
