"""The steps by hand, and `digest`, which does all of them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Json, Now, Topic, chosen, moment, opened
from monitor.errors import DeliveryError, InputError, MonitorError, SeedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.app import Prepared
    from monitor.model import Coverage
    from monitor.pipeline.issuing.digest import Outcome
    from monitor.pipeline.ports import Context
    from monitor.settings import BrokenTopic, TopicSettings


class Format(StrEnum):
    """What `digest` can write."""

    html = "html"
    text = "text"
    md = "md"
    json = "json"
    eml = "eml"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (init, learn, poll, read, digest, send):
        app.command()(command)


def init(
    folder: Annotated[Path, typer.Argument(help="Where to put config/ and seeds/.")] = Path(),
) -> None:
    """Write the commented configuration and the seeds into a folder; nothing that exists is touched."""
    from monitor.cli.show import lines
    from monitor.settings import write_defaults

    written = write_defaults(folder)
    lines([f"wrote {path}" for path in written] or ["everything is there already"])
    lines(["next: edit config/feeds.toml and config/topics/, then run: monitor digest"])


def learn(
    context: typer.Context,
    topic: Topic = None,
    seeds: Annotated[
        Path | None, typer.Option(help="Folder of .md, .txt or .html articles. [default: the topic file's]")
    ] = None,
    now: Now = None,
) -> None:
    """Build the topic profile from its seed articles."""
    from monitor.cli.show import lines
    from monitor.pipeline.judging import learn as step

    faults: list[SeedError] = []
    with opened(context, now=now) as house:
        for each in chosen(house.settings, topic):
            try:
                learnt = step.learn_topic(house, each, folder=seeds)
            except SeedError as error:  # the other topics are learnt all the same
                faults.append(error)
                continue
            profile = learnt.profile
            lines([f"{each.id}: profile version {profile.version} from {len(profile.seeds)} seeds"])
            lines(f"  {facet.name}: {', '.join(facet.aliases[:12])}" for facet in profile.facets)
            lines([f"  theme: {', '.join(term for term, _ in profile.theme)}"] if profile.theme else [])
            lines(f"  skipped {name}: {why.reason} {why.detail}" for name, why in learnt.skipped)
    if faults:
        raise faults[0]
    _fail_for(house.settings.broken if topic is None else ())


def poll(
    context: typer.Context,
    feed: Annotated[list[str] | None, typer.Argument(help="Feed ids. [default: all that are due]")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Ask every enabled feed, due or not.")] = False,
    now: Now = None,
) -> None:
    """Ask the feeds that are due and store what is new."""
    from monitor.cli.show import lines, table
    from monitor.pipeline.gathering import poll as step

    with opened(context, now=now) as house:
        _known(feed or [], [f.id for f in house.feeds])
        polled = step.poll_feeds(house, only=feed or (), everything=everything or bool(feed))
    shared = polled.cause  # looks at all feeds
    table(
        "Feeds",
        ("feed", "verdict", "entries", "new", "advice"),
        [
            (f.feed.id, f.status, f.entries, f.new, f.trouble if shared and f.trouble else f.advice)
            for f in sorted(polled.feeds, key=lambda f: f.feed.id)
        ],
    )
    lines([_poll_line(polled.answered, len(polled.feeds), polled.new, polled.not_due)])
    lines([str(shared)] if shared else [])
    if polled.feeds and not polled.answered:
        raise typer.Exit(1)


def read(context: typer.Context, now: Now = None) -> None:
    """Read the pages of polled articles; where that fails the feed's own text stays, with the reason."""
    from monitor.cli.show import lines
    from monitor.pipeline.gathering import read as step

    with opened(context, now=now) as house:
        report = step.read_pages(house)
    lines([f"{report.pages} pages read, {report.feed_only} articles with the feed's own text"])
    lines(f"  {count} x {note}" for note, count in report.notes)


def digest(
    context: typer.Context,
    topic: Topic = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Start of the period. [default: where the last issue ended, or 7 days ago]"
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="End of the period. [default: now]")
    ] = None,
    now: Now = None,
    send_it: Annotated[
        bool, typer.Option("--send", help="Freeze the issue and mail it to the topic's recipients.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the files, freeze and send nothing.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the files. [default: out/]")] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", help="Comma-separated: html, text, md, json, eml. [default: html,text,eml]"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring everything up to date (learn, poll, read, score) and write the digest."""
    if send_it and dry_run:
        raise InputError("--send and --dry-run exclude each other", advice="Leave one of them out.")
    wanted = _formats(formats)
    from monitor import app
    from monitor.pipeline.issuing.digest import refuse_period

    with opened(context, now=now) as house:
        topics = chosen(house.settings, topic)
        refuse_period(moment(since, option="--since"), moment(until, option="--until"), house.now)
        prepared = app.prepare(house)
        lost = [each for each in prepared.broken if not each.is_served and topic in (None, each.id)]
        for each in topics:
            if each.id in {one.id for one in lost}:
                continue
            _one(
                house,
                each,
                prepared,
                since=since,
                until=until,
                send_it=send_it,
                dry_run=dry_run,
                out=out,
                formats=wanted,
                as_json=as_json,
            )
    _fail_for(lost)


def send(context: typer.Context, topic: Topic = None, now: Now = None) -> None:
    """Send what waits in the delivery ledger: messages put off, left behind or not yet tried."""
    from monitor.cli.show import lines
    from monitor.pipeline.delivering import deliver as step

    with opened(context, now=now) as house:
        found = [(each, step.send_due(house, each)) for each in chosen(house.settings, topic)]
    lines(
        f"{each.id}: {r.recipient} {r.state} {r.detail}".rstrip()
        for each, done in found
        for r in done.receipts
    )
    lines(step.LEFT.format(each.id, done.left, done.rest) for each, done in found if done.left and done.rest)
    if any(done.is_busy for _, done in found):
        lines([step.BUSY])
    elif not any(done.left for _, done in found) and not any(done.receipts for _, done in found):
        lines(["nothing waits to be sent"])
    if any(done.failed or done.left for _, done in found):
        raise typer.Exit(1)


def _one(
    house: Context,
    topic: TopicSettings,
    prepared: Prepared,
    *,
    since: str | None,
    until: str | None,
    send_it: bool,
    dry_run: bool,
    out: Path | None,
    formats: tuple[str, ...] | None,
    as_json: bool,
) -> None:
    """Compose, write and, when asked, send one topic's digest."""
    from monitor import app
    from monitor.cli import show
    from monitor.pipeline.delivering.deliver import BUSY, LEFT
    from monitor.pipeline.delivering.receivers import has_receivers, is_nobody_left
    from monitor.pipeline.issuing import digest as step

    outcome = step.compose_issue(
        house,
        topic,
        since=moment(since, option="--since"),
        until=moment(until, option="--until"),
        kind=_kind(is_for_readers=has_receivers(topic), send_it=send_it, dry_run=dry_run),
    )
    trouble: DeliveryError | None = None
    paths: tuple[Path, ...] = ()
    try:
        paths = step.write(house, topic, outcome, folder=out, formats=formats)
    except DeliveryError as error:  # a file that cannot be written keeps no mail back
        if not send_it:
            raise
        trouble = error
    delivered = app.publish(house, topic, outcome) if send_it else None
    with house.store.look() as connection:
        is_empty = delivered is not None and is_nobody_left(connection, house, topic)
    if as_json:
        show.as_json(_summary_values(topic, outcome, paths))
    else:
        show.lines(_summary(topic, prepared, outcome, paths))
        if delivered is not None:
            show.lines(
                f"{r.channel:<9} {r.recipient}: {r.state} {r.detail}".rstrip() for r in delivered.receipts
            )
            show.lines([f"mail      {BUSY}"] if delivered.is_busy else [])
            if delivered.rest:
                show.lines([f"mail      {LEFT.format(topic.id, delivered.left, delivered.rest)}"])
            show.lines(
                ["mail      no recipients: add some to the topic file"] if not has_receivers(topic) else []
            )
            gone = "mail      nobody is left: every reader was taken off; `monitor suppressed` says why"
            show.lines([gone] if is_empty else [])
    if trouble is not None:
        raise trouble
    if delivered is not None and (delivered.failed or delivered.left or is_empty or not has_receivers(topic)):
        raise typer.Exit(1)


def _kind(*, is_for_readers: bool, send_it: bool, dry_run: bool) -> str:
    """Say what this run makes: with readers, only what is sent counts as an issue they have seen."""
    if dry_run or (is_for_readers and not send_it):
        return "preview"
    return "issue"


def _summary(
    topic: TopicSettings, prepared: Prepared, outcome: Outcome, paths: tuple[Path, ...]
) -> list[str]:
    coverage = outcome.digest.coverage
    polled = prepared.polled
    rows = [
        f"{topic.title}: {outcome.headline}",
        f"period    {outcome.digest.since:%Y-%m-%d %H:%M} to {outcome.digest.until:%Y-%m-%d %H:%M} UTC",
        f"feeds     {_poll_line(polled.answered, len(polled.feeds), polled.new, polled.not_due)}",
        f"read      {prepared.read.pages} pages, {prepared.read.feed_only} with the feed's own text",
        f"coverage  {_coverage_line(coverage)}",
    ]
    rows += [f"  {n}. {c.status.upper():8}{c.headline}" for n, c in enumerate(outcome.digest.top, start=1)]
    rows += [f"note      {notice}" for notice in outcome.digest.notices]
    return rows + [f"wrote     {path}" for path in paths]


def _coverage_line(coverage: Coverage) -> str:
    found = f"{coverage.entries} entries -> {coverage.articles} articles -> {coverage.relevant} on topic"
    return f"{found} -> {coverage.stories} stories -> {coverage.shown} shown"


def _summary_values(topic: TopicSettings, outcome: Outcome, paths: tuple[Path, ...]) -> dict[str, object]:
    return {
        "topic": topic.id,
        "issue": outcome.digest.issue,
        "kind": outcome.kind,
        "since": outcome.digest.since,
        "until": outcome.digest.until,
        "stories": [
            {"status": c.status, "headline": c.headline, "url": c.url, "story": c.story_id}
            for c in (*outcome.digest.top, *outcome.digest.also)
        ],
        "files": list(paths),
    }


def _poll_line(answered: int, asked: int, new: int, not_due: int) -> str:
    if not asked:
        return f"none of {not_due} feeds is due yet"
    rest = f", {not_due} not due yet" if not_due else ""
    return f"{answered} of {asked} answered, {new} new articles{rest}"


def _formats(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    wrong = [name for name in names if name not in Format.__members__]
    if wrong or not names:
        raise InputError(f"no format {', '.join(wrong) or text!r}", advice=f"There are: {', '.join(Format)}.")
    return names


def _fail_for(broken: Sequence[BrokenTopic]) -> None:
    """Raises MonitorError when a topic had to be left out, after all others were served."""
    if broken:
        said = "; ".join(f"{each.id}: {each.why}" for each in broken)
        raise MonitorError(f"left out {said}")


def _known(asked: list[str], known: list[str]) -> None:
    wrong = [name for name in asked if name not in known]
    if wrong:
        raise InputError(f"no feed {', '.join(wrong)}", advice="`monitor feeds list` shows their ids.")
