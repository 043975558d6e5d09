"""Addresses of services that only lead on are unwrapped by what stands in them; opaque ones and strangers' stay as they are."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.articles.redirectors import _BY_PARAMETER
from monitor.articles.urls import clean_address, key, safe_link, unwrap

STORY = "https://harbour.example/2026/05/soya-talks?id=7&x=2"
ENCODED = quote(STORY, safe="")


def second_defense(url):
    """As the service writes it: everything but letters, digits and a dot as -XX, and `_` for a slash."""
    return quote(url, safe="/").replace("-", "%2D").replace("_", "%5F").replace("%", "-").replace("/", "_")


def third_defense(url):
    """As the service writes it: each run of characters a mail program might break is taken out, its length named by a letter."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    kept, out, at = "", "", 0
    while at < len(url):
        end = at
        while end < len(url) and end - at < 65 and (not url[end].isascii() or url[end] in "*?=&%#'\""):
            end += 1
        kept += url[at:end]
        out += {0: url[at], 1: "*"}.get(end - at) or f"**{letters[end - at - 2]}"
        at = max(end, at + 1)
    code = urlsafe_b64encode(kept.encode()).decode().rstrip("=")
    return f"https://urldefense.com/v3/__{out}__;{code}!!AbC-d!tok_en$"


WRAPPED = {
    "google alert": f"https://www.google.com/url?rct=j&sa=t&url={ENCODED}&ct=ga&cd=CAIy&usg=AOv",
    "google search": f"https://www.google.co.uk/url?sa=t&q={ENCODED}&ved=1",
    "bing news": f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url={ENCODED}&c=2&mkt=en-us",
    "facebook": f"https://l.facebook.com/l.php?u={ENCODED}&h=AT0",
    "instagram": f"https://l.instagram.com/?u={ENCODED}&e=AT0",
    "tumblr": f"https://t.umblr.com/redirect?z={ENCODED}&t=Zj",
    "linkedin": f"https://www.linkedin.com/redir/redirect?url={ENCODED}&urlhash=x",
    "lnkd": f"https://lnkd.in/redirect?url={ENCODED}",
    "duckduckgo": f"https://duckduckgo.com/l/?uddg={ENCODED}&rut=1",
    "youtube": f"https://www.youtube.com/redirect?event=x&q={ENCODED}",
    "reddit": f"https://out.reddit.com/t3_abc?url={ENCODED}&token=A",
    "zhihu": f"https://link.zhihu.com/?target={ENCODED}",
    "href.li": f"https://href.li/?{STORY}",
    "safelinks": f"https://nam02.safelinks.protection.outlook.com/?url={ENCODED}&data=05%7C01&reserved=0",
    "safelinks of teams": f"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={ENCODED}&locale=en",
    "urldefense 1": f"https://urldefense.proofpoint.com/v1/url?u={ENCODED}&k=oIvRg1%2BdGAgOoM1BIlLLqw%3D%3D",
    "urldefense 2": f"https://urldefense.proofpoint.com/v2/url?u={second_defense(STORY)}&d=DwMFaQ&c=x&r=y&m=z&s=w&e=",
    "urldefense 3": third_defense(STORY),
    "urldefense 3 of one slash": third_defense(STORY).replace("__https://", "__https:/"),
    "cisco": f"https://secure-web.cisco.com/1abcDEF/{ENCODED}",
    "check point": f"https://protect.checkpoint.com/v2/___{STORY}___.YzJlOm",
    "barracuda": f"https://linkprotect.cudasvc.com/url?a={ENCODED}&c=E,1",
    "feedproxy": f"https://feedproxy.google.com/~r/x/~3/y/?url={ENCODED}",
    "twice": f"https://eur01.safelinks.protection.outlook.com/?url={quote(f'https://www.google.com/url?q={ENCODED}', safe='')}&data=1",
}


@pytest.mark.parametrize("url", WRAPPED.values(), ids=WRAPPED.keys())
def test_the_story_stands_in_the_address(url):
    assert (unwrap(url), clean_address(url), key(url)) == (STORY, STORY, key(STORY))


@pytest.mark.parametrize(
    "url",
    [
        "https://news.google.com/rss/articles/CBMiWkFVX3lxTE5?oc=5",
        "https://feedproxy.google.com/~r/harbour/~3/abcDEF/soya",
        "https://lnkd.in/eXaMple",
        "https://t.co/abc",
        "https://www.google.com/search?q=https%3A%2F%2Fharbour.example%2Fa",
        "https://www.google.com/urls?url=https%3A%2F%2Fharbour.example%2Fa",
        f"https://notgoogle.com/url?q={ENCODED}",
        f"https://google.com.evil.example/url?q={ENCODED}",
        f"https://harbour.example/login?url={ENCODED}",
        f"https://harbour.example/share?u={ENCODED}",
        f"https://www.facebook.com/sharer.php?u={ENCODED}",
        f"https://translate.google.com/translate?u={ENCODED}",
        f"https://web.archive.org/web/2026/{STORY}",
        "https://www.google.com/url?q=javascript%3Aalert(1)",
        "https://www.google.com/url?q=%2Fsearch",
        "https://www.google.com/url?q=ftp%3A%2F%2Fharbour.example%2Fa",
        "https://urldefense.com/v3/__https://harbour.example/a*b__;!!x!y$",  # a character is missing
        "https://urldefense.com/v3/__https://harbour.example/a__;Pz8!!x!y$",  # two are left over
        "https://urldefense.com/v3/__https://harbour.example/a*b__;_w!!x!y$",  # no UTF-8
        "https://urldefense.com/v3/__https://harbour.example/a",
        "https://urldefense.proofpoint.com/v2/url?d=1",
        "https://t.umblr.com/redirect?z=",
    ],
)
def test_what_carries_no_address_or_does_more_than_lead_on_stays(url):
    assert unwrap(url) == url


addresses = st.builds(
    "https://harbour.example/{}{}".format,
    st.text(alphabet="ab-_.~/%2Fü关*", max_size=24),
    st.one_of(st.just(""), st.text(alphabet="ab=&%+-_*'()ü", max_size=24).map("?{}".format)),
)


@given(addresses)
@example("https://harbour.example/a***b?c=**d")
@example("https://harbour.example/" + "*" * 150)
def test_whatever_is_wrapped_by_the_rules_of_a_service_comes_out_as_it_was(url):
    """The law. Inner addresses are themselves no wrappers."""
    for domain, start, names in _BY_PARAMETER:
        wrapped = f"https://{domain}{start or '/'}?{names[0]}={quote(url, safe='')}" if names[0] else ""
        assert not wrapped or unwrap(wrapped) == url
    assert unwrap(third_defense(url)) == url
    second = f"https://urldefense.proofpoint.com/v2/url?u={second_defense(url)}&d=x"
    assert unwrap(second) == url


@given(
    st.one_of(st.sampled_from(sorted(WRAPPED.values())), addresses, st.text(max_size=40)),
    st.text(max_size=30),
)
def test_no_address_makes_it_fail_or_loop(url, tail):
    """Cut off and continued anywhere, what comes out is clean already, and safe or no link."""
    for cut in (url[: len(url) // 2] + tail, url + tail):
        assert clean_address(clean_address(cut)) == clean_address(cut)
        assert key(clean_address(cut)) == key(cut)
        assert safe_link(safe_link(clean_address(cut))) == safe_link(clean_address(cut))
