"""`monitor issues`: the frozen issues, listed, shown, compared, as an Atom feed. `monitor replay`: what if they were composed otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Json, Topic, chosen, moment, opened
from monitor.cli.steps import Format
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.pipeline.ports import Context
    from monitor.settings import TopicSettings
    from monitor.store.issues import Issue

app = typer.Typer(help="Issues as they were frozen.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="An issue's number.")]
Sent = Annotated[
    int,
    typer.Argument(
        min=1 - 2**31,
        max=2**31 - 1,
        help="An issue's number; below 0, and after --, that of what an alert told.",
    ),
]


@app.command(name="list")
def list_(context: typer.Context, topic: Topic = None, as_json: Json = False) -> None:
    """List issues, newest first: number, period, stories, subject, how often it was sent."""
    from monitor.cli import show
    from monitor.store import issues

    with opened(context) as house, house.store.look() as connection:
        found = [row for t in chosen(house.settings, topic) for row in issues.overview(connection, t.id)]
    if as_json:
        show.as_json([row.values() for row in found])
        return
    show.table(
        "Issues",
        ("topic", "issue", "from", "until", "stories", "sent", "subject"),
        [
            (r.topic, r.number, f"{r.since:%Y-%m-%d}", f"{r.until:%Y-%m-%d}", r.stories, r.sent, r.subject)
            for r in found
        ],
    )
    if not found:
        show.lines(["no issue yet: `monitor digest` makes one"])


@app.command(name="show")
def show_(
    context: typer.Context,
    number: Number,
    topic: Topic = None,
    form: Annotated[Format, typer.Option("--format", help="Which rendering.")] = Format.text,
) -> None:
    """Print one issue as it was frozen."""
    with opened(context) as house:
        issue = _issue(house, _one(house, topic), number)
    renderings = {
        Format.html: issue.rendered.html,
        Format.text: issue.rendered.text,
        Format.md: issue.rendered.markdown,
        Format.json: issue.rendered.json,
    }
    if form not in renderings:
        raise InputError(
            f"issues are not kept as {form.value}", advice="`monitor digest --format eml` writes one."
        )
    typer.echo(renderings[form], nl=False)


@app.command()
def diff(context: typer.Context, first: Number, second: Number, topic: Topic = None) -> None:
    """Say what the second issue tells that the first does not, what it leaves out, and what it tells otherwise."""
    from monitor.cli import show
    from monitor.digests.difference import difference
    from monitor.digests.frozen import from_json

    with opened(context) as house:
        meant = _one(house, topic)
        old, new = (from_json(_issue(house, meant, number).digest) for number in (first, second))
    show.lines(difference(old, new) or ["no difference"])


@app.command()
def resend(
    context: typer.Context,
    number: Sent,
    recipient: Annotated[
        str | None, typer.Option(help="One reader's address, or a webhook's name. [default: all]")
    ] = None,
    topic: Topic = None,
) -> None:
    """Send again what an issue's readers surely or perhaps did not get; what was sent is left alone."""
    from monitor.cli import show
    from monitor.pipeline.delivering import deliver as step

    with opened(context) as house:
        meant = _one(house, topic)
        freed = step.release(house, meant, _issue(house, meant, number), recipient)
        if not freed:
            raise InputError(
                f"nothing of issue {number} is held or has failed for {recipient or 'anybody'}",
                advice="`monitor status` shows what did not arrive; `monitor suppressed` who gets no mail.",
            )
        done = step.send_due(house, meant)
    show.lines(f"{r.recipient} {r.state} {r.detail}".rstrip() for r in done.receipts)
    show.lines([step.BUSY] if done.is_busy else [])
    if done.failed:
        raise typer.Exit(1)


@app.command()
def feed(
    context: typer.Context,
    topic: Topic = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write. [default: TOPIC.atom in the folder of digests]")
    ] = None,
) -> None:
    """Write the newest issues as an Atom feed."""
    from monitor.cli import show
    from monitor.pipeline.issuing import digest as step

    with opened(context) as house:
        meant = _one(house, topic)
        path = step.write_feed(house, meant, out)
    if path is None:
        raise InputError(f"{meant.id} has no issue yet", advice="`monitor digest` makes one.")
    show.lines([f"wrote     {path}"])


def replay(
    context: typer.Context,
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="Issues whose period ends from then on.")
    ],
    until: Annotated[str, typer.Option("--to", metavar="TIME", help="... and until then.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="weights.novelty=2, limits.top=3, ..."),
    ] = None,
    topic: Topic = None,
) -> None:
    """Compose past issues again from the stored corpus and say what would differ; nothing is frozen or sent."""
    from monitor.cli import show
    from monitor.pipeline.issuing import replay as step

    first, last = moment(since, option="--from"), moment(until, option="--to")
    assert first is not None
    assert last is not None
    with opened(context) as house:
        count = 0
        for each in step.replay_issues(
            house, _one(house, topic), since=first, until=last, changes=changes or ()
        ):
            count += 1
            number, until_ = each.issue.number, each.issue.until
            show.lines(
                [f"issue {number}, until {until_:%Y-%m-%d %H:%M} UTC: {len(each.lines) or 'no'} differences"]
            )
            show.lines(f"  {line}" for line in each.lines)
    if not count:
        raise InputError("no issue ends in that time", advice="`monitor issues list` shows them.")


def _one(house: Context, topic: str | None) -> TopicSettings:
    """The topic meant; asked for where there are several."""
    found = chosen(house.settings, topic)
    if len(found) > 1:
        names = ", ".join(each.id for each in found)
        raise InputError("which topic?", advice=f"Name one with --topic: {names}.")
    return found[0]


def _issue(house: Context, topic: TopicSettings, number: int) -> Issue:
    from monitor.store import issues

    with house.store.look() as connection:
        found = issues.numbered(connection, topic.id, number)
        newest = issues.newest(connection, topic.id)
    if found is None:
        have = f"There are 1 to {newest.number}." if newest else "There is none: `monitor digest` makes one."
        raise InputError(f"{topic.id} has no issue {number}", advice=have)
    return found
