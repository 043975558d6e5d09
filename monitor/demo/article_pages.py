"""Article pages as newspapers make them: an item in, HTML out, with the noise around it that an extractor has to leave behind."""

from __future__ import annotations

from html import escape

from monitor.demo.week import Item, Source

NOISE = (
    "Skip to main content",
    "Sign up for our morning briefing",
    "A file picture from our archive",
    "All rights reserved",
    "Most read this week",
)  # a text that holds one of these was not cleaned


def page(item: Item, source: Source, *, base_url: str) -> str:
    """Return the article's page; of a paywalled one only the headline and the offer."""
    return f"""<!doctype html>
<html lang="en">
<head>{_head(item, source, base_url)}</head>
<body>
<a class="skip" href="#main">{NOISE[0]}</a>
<header><nav><ul><li><a href="/{source.id}/">Home</a></li><li><a href="/{source.id}/world">World</a></li>
<li><a href="/{source.id}/business">Business</a></li><li><a href="/{source.id}/sport">Sport</a></li></ul></nav></header>
<main id="main"><article>
<h1>{escape(item.title)}</h1>
<p class="byline">By {escape(item.author or "Staff")} · <time datetime="{item.published.isoformat()}">{item.published:%d %B %Y}</time></p>
<ul class="share"><li><a href="#">Share</a></li><li><a href="#">Save</a></li></ul>
{_paywall() if item.paywall else _body(item)}
</article></main>
{_footer(source)}
</body>
</html>
"""


def _head(item: Item, source: Source, base_url: str) -> str:
    moment = item.published.isoformat()
    return f"""<meta charset="utf-8"><title>{escape(item.title)} | {escape(source.name)}</title>
<link rel="canonical" href="{base_url}{item.path}">
<meta property="og:type" content="article"><meta property="og:title" content="{escape(item.title)}">
<meta property="og:site_name" content="{escape(source.name)}">
<meta property="article:published_time" content="{moment}"><meta property="article:modified_time" content="{moment}">
<meta name="author" content="{escape(item.author or "Staff")}">"""


def _body(item: Item) -> str:
    first, *rest = (f"<p>{escape(paragraph)}</p>" for paragraph in item.paragraphs)
    return f"""<figure><img src="/picture.jpg" alt=""><figcaption>{NOISE[2]}. Photograph: {escape(item.author or "Staff")}</figcaption></figure>
<div class="article-body">
{first}
<aside class="newsletter"><p>{NOISE[1]}.</p></aside>
{"".join(rest)}
</div>"""


def _paywall() -> str:
    # https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
    return """<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "NewsArticle", "isAccessibleForFree": false,
 "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".paywall"}}
</script>
<div class="paywall"><p>Subscribe to continue</p></div>"""


def _footer(source: Source) -> str:
    return f"""<aside class="related"><h2>{NOISE[4]}</h2><ul><li><a href="#">Ten quiet harbours</a></li>
<li><a href="#">How to read a tide table</a></li></ul></aside>
<footer><p>© 2026 {escape(source.name)}. {NOISE[3]}.</p><p><a href="#">Terms</a> <a href="#">Privacy</a> <a href="#">Contact</a></p></footer>"""
