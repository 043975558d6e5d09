"""`monitor feeds`: list, add, check, import, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.opening import Json, Now, opened
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.model import Feed, FeedState
    from monitor.settings import Settings

app = typer.Typer(help="The feeds that are asked.", no_args_is_help=True)


@app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """Show every feed with its last verdict."""
    from dataclasses import asdict

    from monitor.cli import show
    from monitor.store import feeds as feeds_store

    with opened(context) as house:
        with house.store.look() as connection:
            states = feeds_store.states(connection)
        if as_json:
            show.as_json(
                [asdict(f) | {"state": _told(states[f.id]) if f.id in states else None} for f in house.feeds]
            )
            return
        rows = []
        for feed in house.feeds:
            state = states.get(feed.id)
            verdict = "disabled" if not feed.enabled else state.status if state else "not asked yet"
            rows.append(
                (
                    feed.id,
                    feed.group,
                    verdict,
                    state.ok_at if state else None,
                    _remark(feed, state),
                )
            )
        show.table("Feeds", ("id", "group", "last verdict", "last answer", "remark"), rows)


@app.command()
def check(
    context: typer.Context,
    feed: Annotated[list[str] | None, typer.Argument(help="Feed ids. [default: all enabled]")] = None,
    now: Now = None,
) -> None:
    """Ask feeds now and say for each what is wrong and what to do; nothing is stored."""
    from monitor.cli import show
    from monitor.pipeline.gathering import poll

    with opened(context, now=now) as house:
        known = {f.id for f in house.feeds}
        wrong = [name for name in feed or [] if name not in known]
        if wrong:
            raise InputError(f"no feed {', '.join(wrong)}", advice="`monitor feeds list` shows their ids.")
        checked = poll.check(house, only=feed or ())
    ours = poll.cause(checked)
    show.table(
        "Feeds",
        ("feed", "verdict", "entries", "advice"),
        [
            (f.feed.id, f.status, f.entries, f.trouble if ours and f.trouble else f.advice)
            for f in sorted(checked, key=lambda f: f.feed.id)
        ],
    )
    show.lines([str(ours)] if ours else [])
    if any(not f.ok for f in checked):
        raise typer.Exit(1)


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A feed, a page that names its feed, or a folder of messages.")],
    name: Annotated[str, typer.Option(help="Its name. [default: the feed's own title]")] = "",
    group: Annotated[
        str, typer.Option(help="us-official, cn-official, igo, think-tank, law, press or query.")
    ] = "press",
) -> None:
    """Fetch a feed once, find it behind a page if need be, and append it to feeds.toml."""
    from monitor.cli import show
    from monitor.pipeline.gathering import subscribe
    from monitor.settings import append_feed

    with opened(context) as house:
        file = _own_file(house.settings)
        feed = subscribe.subscribe_to(house, url, name=name, group=group)
        append_feed(file, feed)
    show.lines([f"added {feed.name} ({feed.url or feed.folder}) as {feed.id}"])


@app.command(name="import")
def import_(context: typer.Context, file: Annotated[Path, typer.Argument(help="An OPML file.")]) -> None:
    """Append the feeds of an OPML file to feeds.toml; those known already, or of no use, are left out."""
    from monitor.cli import show
    from monitor.feeds import read_opml
    from monitor.model import Rejected
    from monitor.pipeline.gathering import subscribe
    from monitor.settings import append_feeds

    try:
        found = read_opml(file.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", advice="Check the path.") from None
    if isinstance(found, Rejected):
        raise InputError(f"{file} is no OPML: {found.reason}", advice=found.detail)
    with opened(context) as house:
        own = _own_file(house.settings)
        adopted = subscribe.adopt(house, found)
        append_feeds(own, adopted.fresh)
    show.lines([f"added {len(adopted.fresh)} feeds, {adopted.known} were known"])
    show.lines([f"left out {name}: {reason}" for name, reason in adopted.skipped])


@app.command()
def export(context: typer.Context) -> None:
    """Print the feeds as OPML."""
    import sys

    from monitor.feeds import write_opml

    with opened(context) as house:
        sys.stdout.buffer.write(write_opml(house.feeds))


def _remark(feed: Feed, state: FeedState | None) -> str:
    """Why it is off, else what was found at the last poll, and in which zone its dates were learnt to be."""
    from monitor.feeds import remembered

    if feed.reason or state is None:
        return feed.reason
    if not state.offset_s:
        return state.detail
    zone = remembered(state.offset_s, "").local()
    return f"{state.detail} Its dates state no zone and were learnt to be {zone}: `time_zone` in feeds.toml says it for good.".lstrip()


def _own_file(settings: Settings) -> Path:
    """Return the feeds.toml to add to.

    Raises InputError when it is the shipped one and nobody asked for that.
    """
    if settings.origin == "shipped":
        raise InputError(
            "feeds are not added to the shipped configuration",
            advice="Run `monitor init` here for one of your own, or name one with --config.",
        )
    return settings.config / "feeds.toml"


def _told(state: FeedState) -> dict[str, Any]:
    """Return what is known of a feed, save the fingerprints of its entries: those are bytes, and say nothing to anybody."""
    from dataclasses import asdict

    return {name: value for name, value in asdict(state).items() if name != "shown"}
