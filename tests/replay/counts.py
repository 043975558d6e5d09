"""The counts of an issue: as its content holds them, as the stored rows give them, as its pages show them."""

from __future__ import annotations

import re

from tests.replay.editions import stored


def named_stories(content):
    """What is told: the leads and the developments named under them."""
    return [
        each
        for story in entries_of(content)
        for each in (story, *story["developments"])
        if each.get("is_named", True)
    ]


def entries_of(content):
    return [*content["top"], *content["also"]]


def counts_said(content):
    """The counts as the frozen content holds them."""
    coverage = content["coverage"]
    names = ("entries", "articles", "relevant", "stories", "shown", "outlets", "countries")
    return {name: coverage[name] for name in names} | {
        "pages": coverage["read_pages"],
        "feed_only": coverage["read_feed_only"],
        "feeds": coverage["feeds_enabled"],
        "answered": coverage["feeds_answered"],
        "new": sum(story["status"] == "new" for story in entries_of(content)),
        "updated": sum(story["status"] == "updated" for story in entries_of(content)),
    }


def counts_stored(issue):
    """The same counts from the stored rows."""
    since, until = (stored(each) for each in issue.span)
    period = {"since": since, "until": until}
    members = issue.members()
    ((entries,),) = issue.rows(
        "select count(*) from sightings where seen_at > :since and seen_at <= :until", **period
    )
    origins = dict(
        issue.rows(
            "select origin, count(*) from articles where seen_at > :since and seen_at <= :until group by origin",
            **period,
        )
    )
    ((answered,),) = issue.rows(
        "select count(distinct feed_id) from polls where ok and at > :since and at <= :until", **period
    )
    ((feeds,),) = issue.rows("select count(*) from feeds")
    reported = issue.rows(
        "select r.story_id from reported r join issues i on i.id = r.issue_id where i.number = :number"
    )
    earlier = {
        row[0]
        for row in issue.rows(
            "select r.story_id from reported r join issues i on i.id = r.issue_id where i.number < :number"
        )
    }
    follows = {s["story_id"] for s in named_stories(issue.content) if s["follows"] in earlier}
    leads = {story["story_id"] for story in entries_of(issue.content)}
    named = len(named_stories(issue.content)) - len(leads)  # told too, and reported, under a lead
    updated = leads & (earlier | follows)
    return {
        "entries": entries,
        "articles": sum(origins.values()),
        "relevant": len(members),
        "stories": len({row[1] for row in members}),
        "shown": len(reported) - named,
        "outlets": len({row[2] for row in members}),
        "countries": len({row[3] for row in members} - {""}),
        "pages": origins.get("page", 0),
        "feed_only": origins.get("feed", 0),
        "feeds": feeds,
        "answered": answered,
        "new": len(reported) - named - len(updated),
        "updated": len(updated),
    }


_SAID = (
    (
        r"(\d+) new entr(?:y|ies) → (\d+) articles? → (\d+) on topic → (\d+) stor(?:y|ies) → (\d+) in this",
        ("entries", "articles", "relevant", "stories", "shown"),
    ),
    (r"\b(\d+) of (\d+) feeds? answered", ("answered", "feeds")),
    (r"Read as (?:a )?full pages?: (\d+); by the feed’s own text only: (\d+)", ("pages", "feed_only")),
    (r"\b(\d+) articles? on topic (?:· )?of (\d+) new", ("relevant", "articles")),
    (r"\b(\d+) outlets? (?:· )?(\d+) countr", ("outlets", "countries")),
    (r"(?<!Top )\b(\d+) stor(?:y|ies) (?:· )?(\d+) new\b(?!s)", ("shown", "new")),
    (r"\b(\d+) stor(?:y|ies) (?:· )?\d+ new, (\d+) updated", ("shown", "updated")),
)


def counts_shown(said):
    """The counts that stand on a page, each of which must be the same wherever it stands."""
    found = {}
    for pattern, names in _SAID:
        for match in re.finditer(pattern, said.replace(",", "") if "updated" not in names else said):
            for name, number in zip(names, match.groups(), strict=True):
                assert found.setdefault(name, int(number.replace(",", ""))) == int(number.replace(",", ""))
    return found
