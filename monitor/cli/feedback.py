"""`monitor feedback`: a reader's answer about one article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.look import meant
from monitor.cli.opening import Now, Topic, chosen, opened
from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import TopicSettings
    from monitor.store.scores import Scored


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(feedback)


def feedback(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="An article's address or id.")],
    verdict: Annotated[str, typer.Argument(help="relevant, irrelevant, or knew-it.")],
    topic: Topic = None,
    now: Now = None,
) -> None:
    """Say whether an article is about the topic, or no news to you; later scores follow your answers."""
    from monitor.cli import show
    from monitor.pipeline.judging import feedback as step

    said = verdict.replace("-", "_")
    if said not in step.VERDICTS:
        raise InputError(f"no verdict {verdict!r}", advice="Say relevant, irrelevant or knew-it.")
    with opened(context, now=now) as house:
        topics = chosen(house.settings, topic)
        article, scores = meant(house, what)
        answered = step.run(house, _under(topics, scores, article.id), article.id, said)
    show.lines([answered.line()])


def _under(topics: Sequence[TopicSettings], scores: Sequence[Scored], article_id: int) -> TopicSettings:
    """Of `topics`, the only one that scored the article."""
    scored = {s.score.topic for s in scores}
    found = [each for each in topics if each.id in scored]
    if not found:
        raise InputError(
            f"article {article_id} has no score under {' or '.join(each.id for each in topics)}",
            advice="Run `monitor score` first; `monitor explain` shows where it stands.",
        )
    if len(found) > 1:
        raise InputError(
            f"article {article_id} is scored under {len(found)} topics",
            advice=f"Name one: --topic {' or --topic '.join(each.id for each in found)}.",
        )
    return found[0]
