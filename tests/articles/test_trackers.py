"""What only tracks goes from an address, what may name a page stays; both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.trackers import _BEGINNINGS, _EVERYWHERE, _OF_HOSTS, _PASSES
from monitor.articles.urls import clean_address, key

STORY = "https://harbour.example/2026/05/soya-talks"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        (f"{STORY}?utm_source=rss&utm_medium=feed", STORY),
        (f"{STORY}/?utm_source=rss", f"{STORY}/"),
        (f"{STORY}?id=7&fbclid=Iw&x=%C3%BC", f"{STORY}?id=7&x=%C3%BC"),
        (f"{STORY}?mc_cid=1&mc_eid=2&p=9#part-2", f"{STORY}?p=9#part-2"),
        (f"{STORY}?amp;utm_medium=rss", STORY),
        (f"{STORY}?GCLID=1&Utm_Campaign=2&12345", f"{STORY}?12345"),
        (f"{STORY}?q=a&igshid=1&cmpid=2#xtor=RSS-1", f"{STORY}?q=a"),
        (f"{STORY}#:~:text=soya,talks", STORY),
        (f"{STORY}?ref=home&mod=rss_a", STORY),
        ("http://WWW.Harbour.example:80/A/?utm_id=1", "http://WWW.Harbour.example:80/A/"),
        ("https://www.wsj.com/world/a-b-1?st=x&mod=hp&reflink=share", "https://www.wsj.com/world/a-b-1"),
        ("https://www.dw.com/en/arrests/a-7599?maca=en-rss", "https://www.dw.com/en/arrests/a-7599"),
        ("https://www.youtube.com/watch?v=abc&si=Q&feature=share", "https://www.youtube.com/watch?v=abc"),
        ("https://finance.yahoo.com/news/a-1.html?.tsrc=rss", "https://finance.yahoo.com/news/a-1.html"),
        (
            "https://www.google.com/url?url=https://harbour.example/a%3Futm_source%3Dalert%26id%3D7&ct=ga",
            "https://harbour.example/a?id=7",
        ),
    ],
)
def test_a_tracked_address_is_shown_clean(url, clean):
    assert clean_address(url) == clean


@pytest.mark.parametrize(
    "url",
    [
        STORY,
        f"{STORY}/",
        f"{STORY}?",
        f"{STORY}?a=1&&b=2",
        f"{STORY}?id=7&p=8&q=9&v=1&t=2&s=3&st=4&source=5&page=6&module=7&region=8&nid=9&tid=1&cid=2&eid=3&aid=4",
        f"{STORY}?ref=IP_25_1",
        "https://harbour.example/article?ref=soya-talks",
        "https://harbour.example/?ref=soya",
        "https://harbour.example/news/story/?mod=trade",
        "https://harbour.example/forum.php?mod=viewthread&tid=1&source=x&ref=home",
        "https://harbour.example/doc.aspx?ref=alpha",
        "https://open.substack.com/app-link/post?publication_id=1&post_id=2",
        "https://harbour.example/watch?v=abc&feature=b&si=c",
        "https://notwsj.com/a?st=x",
        f"{STORY}?gallery=1&glossary=2&cmpx=3&refs=a&utmost=1",
        f"{STORY}#v1.2",
        "https://harbour.example/#/news/1",
        "tag:harbour.example,2026:1",
        "",
    ],
)
def test_an_address_that_tells_what_to_read_stays_as_it_is(url):
    assert clean_address(url) == url


@pytest.mark.parametrize("name", sorted(_PASSES))
def test_what_lets_a_reader_in_is_shown_and_names_no_other_article(name):
    url = f"{STORY}?{name}=abc"
    assert clean_address(url) == url
    assert key(url) == key(STORY)


NAMING = st.builds(
    "{}={}".format,
    st.sampled_from(["id", "p", "q", "v", "article", "story_id", "newsid", "docid", "t", "no", "cid", "n"]),
    st.text(alphabet="abcXYZ019-_.~%2B", max_size=8),
)
TRACKING = st.one_of(
    st.builds(
        "{}={}".format, st.sampled_from(sorted(_EVERYWHERE)), st.text(alphabet="abc019-_%", max_size=6)
    ),
    st.builds("{}x={}".format, st.sampled_from(_BEGINNINGS), st.text(alphabet="abc019", max_size=6)),
)
HOSTS = st.sampled_from(["harbour.example", *sorted(_OF_HOSTS)])
PLACES = st.sampled_from(["/", "/a-story-12", "/article", "/news.php", "/2026/05/12/a.html"])


@given(HOSTS, PLACES, st.lists(NAMING, max_size=4, unique=True), st.lists(TRACKING, max_size=4), st.randoms())
def test_trackers_go_wherever_they_stand_and_what_names_stays_in_its_order(
    host, place, naming, tracking, order
):
    """Both ways: the clean address is what it was before the trackers came, and no naming parameter is lost but by a host's own table."""
    mixed = [*naming]
    for piece in tracking:
        mixed.insert(order.randint(0, len(mixed)), piece)
    own = {name for domain, names in _OF_HOSTS.items() for name in names if host == domain}
    kept = [piece for piece in naming if piece.partition("=")[0] not in own or place == "/news.php"]
    plain = f"https://{host}{place}" + ("?" + "&".join(kept) if kept else "")
    tracked = f"https://{host}{place}" + ("?" + "&".join(mixed) if mixed else "")
    assert clean_address(tracked) == clean_address(plain) == plain
    assert key(tracked) == key(plain)


@given(NAMING, NAMING)
def test_two_values_of_what_names_are_two_articles(one, other):
    a, b = (f"{STORY}?{piece}&utm_source=x" for piece in (one, other))
    assert (key(a) == key(b)) == (key(f"{STORY}?{one}") == key(f"{STORY}?{other}"))
    if one.partition("=")[2].isalnum() and other.partition("=")[2].isalnum() and one != other:
        assert key(a) != key(b)
        assert clean_address(a) != clean_address(b)
