"""Stored articles come under the keys that today's rules make, once after the rules changed.

So an upgrade that knows a further tracker, or a further service that only leads on, brings no article again
under its clean address. Ids, scores, stories and frozen issues stay as they are.
"""

from __future__ import annotations

import re

import structlog

from monitor.articles.urls import clean_address, host, key, rules, safe_link
from monitor.model import Stage
from monitor.pipeline.gathering.intake import MAX_FIELD
from monitor.pipeline.ports import Context
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.store import marks as marks_store
from monitor.store.articles import Addressed
from monitor.store.transactions import WHOLE

log = structlog.get_logger()
NAME = "keys of articles"
BATCH = 2000  # articles in one transaction: some 20 ms
_SPLIT = re.compile(r"#=[0-9a-f]{16}$")  # of an address that serves several articles


def is_due(connection: Connection) -> bool:
    """Whether anything may be stored that has its key by other rules than today's."""
    return marks_store.mark(connection, NAME) != rules()


def readdress_articles(context: Context) -> int:
    """Make the keys of all stored articles again; return how many came out otherwise.

    An article that has a key keeps it; of several that have none yet the oldest takes it. A killed run is done again from the
    beginning, to the same end.
    """
    changed = after = 0
    is_done = False
    while not is_done:
        with context.store.begin(WHOLE) as connection:
            rows = articles_store.addressed(connection, after=after, limit=BATCH)
            found = [new for old in rows if (new := _today(old)) != old]
            changed += articles_store.readdress(connection, found)
            is_done = len(rows) < BATCH
            after = rows[-1].id if rows else after
            if is_done:
                marks_store.put(connection, NAME, rules())
    say = log.info if changed else log.debug
    say("articles.readdressed", articles=changed)
    return changed


def _today(old: Addressed) -> Addressed:
    """The article as it would be stored today, as far as that changes nothing its score was made of."""
    own = _SPLIT.search(old.key)
    plain = old.key[: own.start()] if own else old.key
    is_address = host(plain) and len(old.key) < MAX_FIELD - len("#=") - 16
    url = old.url if own else safe_link(clean_address(old.url)) or old.url
    # Whose host an article's address has may have decided about its score (`muted`), which is explained from what is stored.
    is_free = old.stage != Stage.SCORED or host(url) == host(old.url)
    return Addressed(
        id=old.id,
        key=key(plain) + (own[0] if own else "") if is_address else old.key,
        url=url if is_free else old.url,
        stage=old.stage,
    )
