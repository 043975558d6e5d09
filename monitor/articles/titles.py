"""What a page is called, without the name of its site.

In: the page's candidates for a title, and the names its site goes by. Out: one title. A dash is punctuation: "... agree a truce - but for
how long?" is a headline. So what stands behind one goes only when it is a name of the site: given as such, made of its host name, or
said again elsewhere on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from monitor.articles.boilerplate import folded as letters
from monitor.articles.urls import host
from monitor.text.normalise import clean

_SEPARATOR = re.compile(r"\s+(?:[|–—·»•-]|::)\s+")
_BAR = re.compile(r"[|»•·]|::")
_CJK = re.compile(r"[\u3400-\u9fff]")
# A site's name behind a Chinese headline: 新华网, 财经日报, 新闻频道 ...
_CHINESE_SITE = re.compile(
    r"\s*[_|｜\-—–]+\s*(?P<name>[^_|｜\-—–]{0,12}(?:网|網|报|報|社|台|频道|頻道|新闻|新聞|在线|在線|门户|客户端|政府|委员会|办公室|部|中心|com|cn))\s*$"
)
# Alone behind a hyphen without blanks, only what names a medium: "中国-东盟中心" is one word of a headline.
_MEDIUM = re.compile(r"(?:网|網|日报|日報|晚报|晚報|时报|時報|频道|頻道|在线|在線|门户|客户端|com|cn)$")
_REGION = re.compile(r"(?:中国|中國|美国|美國|欧盟|歐盟|东盟|東盟|非洲|中|美|欧|俄|日|韩)$")
# Beside a site's own name they are part of it ("Quay News"); any other word makes a headline's end of it ("Reuters poll").
_OF_SITES = re.compile(
    r"(?:the|news|online|com|www|official|website|media|tv|times|daily|post|magazine|international|world|uk|us|en)*"
)
_SHORTENED = re.compile(
    r"(?:the|news|online|com|media|tv)*"
)  # what a site's name loses and still is one: "BBC" of BBC News
_COPYRIGHT = re.compile(r"©|\bcopyright\b|\(c\)|\ball rights\b", re.IGNORECASE)
_NOTICE = re.compile(r"\b(?:logo|copyright|all rights reserved)\b|\(c\)|\d+", re.IGNORECASE)
_HOME = re.compile(r"/|https?://[^/]+/?", re.IGNORECASE)
_NOTICE_CHARS = 60  # beside the name, of a text that names a site; judged
_LEAST_HOST = 4  # letters of a host name by which a site's name is known
_LEAST_NAME = 3  # ... of a name that stands within the other: "BBC"
_MANY_WORDS = 4  # of a site's name; a headline has as many


def without_site(
    title: str, headings: Sequence[str], *, sites: Iterable[str] = (), url: str = "", tree: Any = None
) -> str:
    """Return a title without the site's name behind a separator.

    `headings`: the page's own; `sites`: names the page gives for its site; `tree`: where the name may be said again.
    """
    if title in headings:
        return title
    for heading in headings:
        if heading and len(heading) > 15 and title.startswith(heading):
            return heading
    names = {_folded(site) for site in sites} - {""}
    if _CJK.search(title):
        return _chinese(title, names)
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    tail = parts[-1]
    kept = title[: title.rfind(tail)].rstrip(" |–—·»•-:")
    mark = title[len(kept) : title.rfind(tail)]
    return kept if kept and _is_site(tail, kept, mark, names=names, url=url, tree=tree) else title


def _is_site(tail: str, kept: str, mark: str, *, names: set[str], url: str, tree: Any) -> bool:
    folded = _folded(tail)
    if not folded:
        return True
    labels = host(url).split(".")[:-1]
    own = {_folded(max(labels, key=len, default="")), _folded("".join(labels[-1:]))}
    if any(_are_one(folded, name) for name in names | {label for label in own if len(label) >= _LEAST_HOST}):
        return True
    words = tail.split()
    is_short = len(words) <= _MANY_WORDS <= len(kept.split())
    if _BAR.search(mark):
        return is_short and not names
    is_named = all(word[:1].isupper() or not word[:1].isalpha() for word in words) and not tail.endswith("?")
    return is_short and is_named and tree is not None and _is_said_again(tail, tree)


def _are_one(tail: str, name: str) -> bool:
    """Whether a tail is a site's name, but for words that such names gain and lose; both folded."""
    if tail == name:
        return True
    longer, shorter, spare = (tail, name, _OF_SITES) if len(tail) > len(name) else (name, tail, _SHORTENED)
    before, found, behind = longer.partition(shorter)
    return bool(found) and len(shorter) >= _LEAST_NAME and spare.fullmatch(before + behind) is not None


def _is_said_again(name: str, tree: Any) -> bool:
    """Whether a page says a name as its site's: in a notice of copyright, a logo, a meta element, a link home, a footer.

    A menu's word is no site's name ("China", "EU"): of a footer only names of two words count.
    """
    folded = _folded(name)
    for node in tree.iter("meta", "img", "footer", "a", "p", "div", "span", "small"):
        said = node.get("content") or node.get("alt") or node.text or ""
        if name not in said or len(said) > len(name) + _NOTICE_CHARS:
            continue
        if " " not in name and not _are_one(folded, _folded(_NOTICE.sub("", said))):
            continue
        if node.tag in {"meta", "img"}:
            is_named = "title" not in (node.get("property") or node.get("name") or "")
        else:
            is_named = bool(_HOME.fullmatch(node.get("href") or "") or _COPYRIGHT.search(said))
        is_foot = node.tag == "footer" or next(node.iterancestors("footer"), None) is not None
        if is_named or (" " in name and is_foot):
            return True
    return False


def _chinese(title: str, names: set[str]) -> str:
    """A title with Chinese words without the names of sites and channels behind it, each behind a mark."""
    for _ in range(3):
        found = _CHINESE_SITE.search(title)
        mark = re.search(r"\s*[_|｜\-—–]+\s*([^_|｜\-—–]{1,20})$", title)
        if found is None and (mark is None or _folded(mark[1]) not in names):
            break
        start = found.start() if found else mark.start() if mark else 0
        if (
            found
            and _folded(found["name"]) not in names
            and _is_one_word(title[:start], title[start : found.start("name")], found["name"])
        ):
            break
        if start < len(title) / 3:
            break
        title = title[:start].rstrip()
    return title


def _is_one_word(kept: str, mark: str, tail: str) -> bool:
    """Whether a hyphen without blanks may join the words beside it instead of parting a site's name off."""
    return mark in {"-", "–", "—"} and (not _MEDIUM.search(tail) or _REGION.search(kept) is not None)


def _folded(text: str) -> str:
    return letters(clean(text))
