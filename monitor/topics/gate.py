"""Is a page worth fetching? Title and summary in, yes or no out; a look at the facets only, no score.

With a summary, two facets must be touched. A title alone says less: there the heaviest facet is enough, and so is a plain
hit of a facet that is a matter rather than a country. What a lighter country does stands in the news every day: "Trump",
"Washington" and the like alone let through one other headline in ten, and two of a thousand on topic.
Measured in docs/reading.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Article, Facet, TopicProfile
from monitor.text.aliases import lexicon
from monitor.text.places import is_place
from monitor.text.tokens import words

SUMMARY_WORDS = 15  # from here on a summary says what an article is about


def passes_gate(article: Article, profile: TopicProfile) -> bool:
    """Tell whether the article's page should be fetched for this topic. A topic without facets fetches everything."""
    if not profile.facets:
        return True
    told = max(article.summary, article.text[:1000], key=len)
    said = words(f"{article.title}\n{told}")
    if len(words(told)) < SUMMARY_WORDS:
        return _title_tells(said, profile.facets)
    touched = sum(bool(lexicon(facet.aliases).find(said)) for facet in profile.facets)
    return touched >= min(2, len(profile.facets))


def _title_tells(said: Sequence[str], facets: Sequence[Facet]) -> bool:
    """Whether a headline touches a facet that is telling on its own."""
    heaviest = max(facet.weight for facet in facets)
    return any(
        facet.weight == heaviest or (hit.strength == 1 and not is_place(facet.aliases))
        for facet in facets
        for hit in lexicon(facet.aliases).find(said)
    )
