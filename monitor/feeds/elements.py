"""Which elements of RSS and Atom documents are read as what, and which may be passed over: tables, no code that decides."""

from __future__ import annotations

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
SY = "{http://purl.org/rss/1.0/modules/syndication/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
WORDPRESS = "{com-wordpress:feed-additions:1}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _named(start: str, names: str) -> dict[str, str]:
    """Elements of one namespace that are called what they mean."""
    return {f"{start}{name}": name for name in names.split()}


# What is read, by the element it stands in.
CHANNEL = _named("", "title link language ttl item image textInput skipHours skipDays") | {
    f"{ATOM}link": "other link",
    f"{SY}updatePeriod": "sy_updateperiod",
    f"{SY}updateFrequency": "sy_updatefrequency",
}
ITEM = _named("", "title link guid source author category") | {
    "description": "summary",
    "pubDate": "published",
    f"{DC}date": "updated",
    f"{DC}creator": "author",
    f"{DC}subject": "category",
    "{http://purl.org/rss/1.0/modules/content/}encoded": "content",
    "{http://rssnamespace.org/feedburner/ext/1.0}origLink": "feedburner_origlink",
}
FEED = _named(ATOM, "title link id updated entry author contributor") | {
    f"{SY}updatePeriod": "sy_updateperiod",
    f"{SY}updateFrequency": "sy_updatefrequency",
}
ENTRY = _named(ATOM, "title link id summary content published updated author category contributor")

# Feedparser has rules of its own for the second of anything but these.
MANY = frozenset("item entry link author category contributor".split()) | {"other link"}
TEXTS = frozenset("title summary published updated feedburner_origlink".split())

# What says nothing an `Entry` or `FeedDocument` holds and means nothing special to feedparser, by the element it stands in.
SILENT_SPACES = (
    "{http://purl.org/rss/1.0/modules/slash/}",
    "{http://wellformedweb.org/commentAPI/}",
    "{http://wellformedweb.org/CommentAPI/}",
    SY,
)
PICTURES = frozenset(f"{MEDIA}{name}" for name in ("content", "thumbnail", "credit"))
SILENT_CHANNEL = frozenset(
    "description copyright lastBuildDate pubDate generator docs managingEditor webMaster category cloud rating".split()
) | {f"{MEDIA}thumbnail", f"{WORDPRESS}site"}
SILENT_ITEM = PICTURES | {"comments", "enclosure", f"{WORDPRESS}post-id"}
SILENT_FEED = frozenset(f"{ATOM}{name}" for name in "rights generator icon logo subtitle category".split())
SILENT_ENTRY = PICTURES | {f"{ATOM}rights"}
# These hold parts that would be parts of the feed anywhere else.
PEOPLE = frozenset(f"{ATOM}{name}" for name in ("name", "email", "uri"))
PARTS = {
    "image": frozenset("url title link width height description".split()),
    "textInput": frozenset("title description name link".split()),
    "skipHours": frozenset({"hour"}),
    "skipDays": frozenset({"day"}),
    "author": PEOPLE,
    "contributor": PEOPLE,
}
