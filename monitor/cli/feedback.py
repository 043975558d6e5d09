"""`monitor feedback`: a reader's answer about one article. `monitor revoke`: a reader's links and answers, taken back."""

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
    """Add the commands of this module."""
    app.command()(feedback)
    app.command()(revoke)


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
        answered = step.take_answer(house, _under(topics, scores, article.id), article.id, said)
    show.lines([answered.line()])


def revoke(
    context: typer.Context,
    reader: Annotated[str, typer.Argument(metavar="ADDRESS", help="A reader's mail address.")],
    forget_answers: Annotated[
        bool, typer.Option("--forget-answers", help="Also forget what the reader answered by links.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    now: Now = None,
) -> None:
    """Let a reader's links answer no more, as when a mail fell into other hands; the next issue brings new ones."""
    from monitor.cli import show
    from monitor.pipeline.delivering import revoking as step

    with opened(context, now=now) as house:
        done = step.revoke_links(house, reader, forget=forget_answers, dry_run=dry_run)
    takes, forgets = ("would take", "would forget") if dry_run else ("took", "forgot")
    by_topic = ", ".join(f"{topic} {count}" for topic, count in done.answers.items())
    answers = _some(sum(done.answers.values()), "answer") + (f" ({by_topic})" if by_topic else "")
    links = f"{_some(done.links, 'link')} to answer by, of {_some(done.issues, 'issue')}"
    show.lines(
        [
            f"{takes} back {links}; links to leave stay good, the next issue brings new ones to answer by",
            f"{forgets} {answers}" if forget_answers else f"{answers} kept: --forget-answers forgets them",
        ]
    )


def _some(count: int, what: str) -> str:
    return f"{count} {what}" + ("s" if count != 1 else "")


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
