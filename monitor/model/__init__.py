"""The nouns of the house: frozen values that travel between the rooms. No behaviour beyond reading themselves.

All times are aware UTC; all shares and scores are 0..1; all texts are plain text, never HTML, unless a name says so.
Order follows the data: feed -> entry -> article -> scores -> story -> digest -> delivery.
"""

from monitor.model.articles import Article, Page, Rejected, Stage
from monitor.model.digests import (
    Bulletin,
    BulletinItem,
    Candidate,
    Coverage,
    Development,
    Digest,
    FeedHealth,
    FormerClaim,
    Mention,
    Outlet,
    Probe,
    QuietThread,
    Quote,
    Receipt,
    RenderedDigest,
    Revision,
    Shortfall,
    WebPage,
)
from monitor.model.feeds import (
    Entry,
    Feed,
    FeedDocument,
    FeedState,
    FetchRequest,
    FetchResult,
    MessageFile,
)
from monitor.model.scores import Change, Facet, Fact, Nearest, Novelty, Relevance, Score, Seed, TopicProfile

__all__ = [
    "Article",
    "Bulletin",
    "BulletinItem",
    "Candidate",
    "Change",
    "Coverage",
    "Development",
    "Digest",
    "Entry",
    "Facet",
    "Fact",
    "Feed",
    "FeedDocument",
    "FeedHealth",
    "FeedState",
    "FetchRequest",
    "FetchResult",
    "FormerClaim",
    "Mention",
    "MessageFile",
    "Nearest",
    "Novelty",
    "Outlet",
    "Page",
    "Probe",
    "QuietThread",
    "Quote",
    "Receipt",
    "Rejected",
    "Relevance",
    "RenderedDigest",
    "Revision",
    "Score",
    "Seed",
    "Shortfall",
    "Stage",
    "TopicProfile",
    "WebPage",
]
