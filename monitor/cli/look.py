"""Looking: status, explain, doctor, profile show. Nothing here changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Json, Now, Root, Topic, chosen, opened
from monitor.errors import InputError, MonitorError

if TYPE_CHECKING:
    from monitor.model import Article
    from monitor.pipeline.ports import Context
    from monitor.store.scores import Scored

ID_DIGITS = 18  # longer numbers are none that a database holds
profile = typer.Typer(help="What a topic has been learnt to be about.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (doctor, status, explain):
        app.command()(command)


def status(context: typer.Context, now: Now = None, as_json: Json = False) -> None:
    """Show how far articles have come, what was sent, and when the next issue is due."""
    from monitor.cli import show
    from monitor.operations import status

    with opened(context, now=now) as house:
        found = status.read_status(house)
    if as_json:
        show.as_json(found.values())
        return
    show.lines(found.lines())


def explain(
    context: typer.Context,
    what: Annotated[str | None, typer.Argument(help="An article's address or id.")] = None,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Compute stored scores again, of the article or of all; exit 1 if any differs."
        ),
    ] = False,
    topic: Topic = None,
    as_json: Json = False,
) -> None:
    """Say why an article was or was not chosen: scores with their parts, what it repeats, its story."""
    from monitor.cli import show
    from monitor.pipeline.judging import explain as step
    from monitor.store import leavings

    if verify:
        _verify(context, what, topic, as_json=as_json)
        return
    if what is None:
        raise InputError("which article?", advice="Name its address or id, or check all scores: --verify.")
    with opened(context) as house:
        article, scores = meant(house, what)
        scores = tuple(s for s in scores if topic in (None, s.score.topic))
        explained = [step.explain_score(house, scored) for scored in scores]
        with house.store.look() as connection:
            left_out, more = leavings.of(connection, article.id)
    if as_json:
        told = step.article_values(article, left_out, more)
        show.as_json({"article": told, "scores": [e.values() for e in explained]})
        return
    show.lines(step.article_lines(article, left_out, more))
    for each in explained:
        show.lines(each.lines())
    if not explained:
        show.lines(["not scored yet: run `monitor score`"])


def doctor(
    context: typer.Context,
    now: Now = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody on the network, not even the mail server.")
    ] = False,
) -> None:
    """Check configuration, database, backups, disk, clock, feeds, mail server, web port and alarms; say what to do about what is wrong."""
    from monitor.cli import show
    from monitor.operations import doctor, doctor_network

    root: Root = context.obj
    try:
        with opened(context, now=now) as house:
            findings = [*doctor.examine(house), *(() if offline else doctor_network.reach(house))]
    except MonitorError as error:
        show.lines([f"FAIL  {error}"])
        raise typer.Exit(error.exit_code) from None
    show.lines(f"{'ok' if f.ok else 'FAIL':5} {f.what}: {f.detail}" for f in findings)
    if root.config is None:
        show.lines([f"      configuration read from {house.settings.config}"])
    if any(not f.ok for f in findings):
        raise typer.Exit(1)


@profile.command(name="show")
def profile_show(context: typer.Context, topic: Topic = None, as_json: Json = False) -> None:
    """Show facets, theme terms and seeds of the learnt profile."""
    from dataclasses import asdict

    from monitor.cli import show
    from monitor.store import topics

    with opened(context) as house:
        for each in chosen(house.settings, topic):
            with house.store.look() as connection:
                found = topics.profile_of(connection, each.id)
            if found is None:
                raise InputError(f"nothing was learnt about {each.id} yet", advice="Run `monitor learn`.")
            if as_json:
                show.as_json(asdict(found))
                continue
            show.lines([f"{found.title} (version {found.version})", f"  {found.sentence}"])
            show.lines(f"  facet {f.name}: {', '.join(f.aliases)}" for f in found.facets)
            show.lines([f"  theme: {', '.join(f'{t} {w:.2f}' for t, w in found.theme)}"])
            show.lines(
                f"  seed: {s.title} ({s.outlet}, {s.published:%Y-%m-%d})"
                if s.published
                else f"  seed: {s.title}"
                for s in found.seeds
            )


def _verify(context: typer.Context, what: str | None, topic: str | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from monitor.cli import show
    from monitor.pipeline.judging import explain as step

    with opened(context) as house:
        only = None if what is None else (meant(house, what)[0].id,)
        found = [step.verify(house, each, only) for each in chosen(house.settings, topic)]
    if as_json:
        show.as_json([asdict(each) for each in found])
    else:
        for each in found:
            show.lines(each.lines())
    if any(each.differing for each in found):
        raise typer.Exit(1)


def meant(house: Context, what: str) -> tuple[Article, tuple[Scored, ...]]:
    """Return the article an id or address means, and its scores under all topics.

    Raises InputError when there is no such article.
    """
    from monitor.articles.urls import key
    from monitor.store import articles, scores

    with house.store.look() as connection:
        article = (
            articles.find(connection, article_id=int(what))
            if what.isdecimal() and len(what) <= ID_DIGITS
            else articles.find(connection, key=key(what))
        )
        if article is None:
            raise InputError(f"no article {what}", advice="`monitor search WORDS` shows ids and addresses.")
        return article, scores.of_article(connection, article.id)
