"""`monitor search`: what the corpus holds of some words. Nothing here changes anything."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.opening import Json, Topic, chosen, moment, opened
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.operations.search import Hit

_DATE_CHARS = len("2026-03-09")


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    # -word is no option but a word that must not stand.
    app.command(context_settings={"ignore_unknown_options": True})(search)


def search(
    context: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            help='Words that must all stand, "a phrase", -not, begin*; any case, with or without accents.'
        ),
    ],
    outlet: Annotated[str, typer.Option(help="Only of this outlet (its name, or the id of its feed).")] = "",
    language: Annotated[str, typer.Option(help="Only in this language: en, zh.")] = "",
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only what was published then or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only what was published before; a day counts whole.")
    ] = None,
    topic: Topic = None,
    relevant: Annotated[bool, typer.Option("--relevant", help="Only what is on topic.")] = False,
    sent: Annotated[bool, typer.Option("--sent", help="Only what an issue told.")] = False,
    story: Annotated[int | None, typer.Option(min=0, help="Only articles of this story.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: Json = False,
) -> None:
    """Find stored articles by their words, newest first."""
    from monitor.cli import show
    from monitor.operations import search
    from monitor.store.search import Filters

    with opened(context) as house:
        topics = () if topic is None and not house.settings.topics else chosen(house.settings, topic)
        if story is not None and len(topics) > 1:
            raise InputError("stories are numbered topic by topic", advice="Name one with --topic.")
        filters = Filters(
            outlet=outlet,
            language=language,
            since=moment(since, option="--since"),
            until=_end(until),
            topics=tuple(each.id for each in topics),
            is_relevant=relevant,
            is_sent=sent,
            story_id=story,
        )
        found = search.find_articles(house, " ".join(query), filters, limit=limit)
    if as_json:
        show.as_json([each.values() for each in found])
        return
    _print(found, len(topics) > 1)
    if not found:
        show.lines(["nothing found"])


def _end(until: str | None) -> datetime | None:
    end = moment(until, option="--until")
    return end + timedelta(days=1) if end is not None and len(until or "") <= _DATE_CHARS else end


def _print(found: tuple[Hit, ...], has_topics: bool) -> None:
    """Each hit in a few lines with its words in bold; a line with tabs, and the words in brackets, when nobody watches."""
    from monitor.cli import show

    if not sys.stdout.isatty():
        columns = ("id", "published", "outlet", "title", "url", "relevance", "sent in", "text")
        rows = [_row(each, has_topics=has_topics) for each in found]
        show.table("", columns, rows)
        return
    from rich.text import Text

    for each in found:
        identity, published, outlet, title, url, relevance, issue, _ = _row(each, has_topics=has_topics)
        told = [
            f"relevance {relevance}" if relevance else "not scored",
            f"sent in issue {issue}" if issue else "",
        ]
        show.out().print(
            Text(f"{identity}  {published:%Y-%m-%d}  {outlet}  {'  '.join(filter(None, told))}", "dim")
        )
        for text, marks in ((title, each.title_marks), (each.snippet.text, each.snippet.marks)):
            line = Text(text)
            for start, end in marks:
                line.stylize("bold", start, end)
            show.out().print(line)
        show.out().print(Text(f"{url}\n"))


def _row(hit: Hit, *, has_topics: bool) -> tuple[Any, ...]:
    article = hit.article
    return (
        article.id,
        article.published,
        article.outlet,
        article.title,
        article.url,
        _told(hit, "relevance", has_topics=has_topics),
        _told(hit, "issue", has_topics=has_topics),
        hit.snippet.marked("[", "]"),
    )


def _told(hit: Hit, what: str, *, has_topics: bool) -> str:
    """A column of a hit: one value, or one for each topic with its name."""
    said = []
    for each in hit.standings:
        value = f"{each.relevance:.2f}" if what == "relevance" else each.issue
        if value is not None:
            said.append(f"{each.topic} {value}" if has_topics else f"{value}")
    return ", ".join(said)
