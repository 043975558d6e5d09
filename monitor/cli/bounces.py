"""`monitor bounces`: mail that came back. `monitor suppressed`: who gets no more, and letting them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from monitor.cli.opening import Json, Now, Topic, opened
from monitor.errors import InputError

CONTENT_MAX = 64 * 2**20  # bytes: some ten thousand reports


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(bounces)
    app.command(name="suppressed")(suppressed_)


def bounces(context: typer.Context, now: Now = None) -> None:
    """Read mail that came back from standard input, one message or an mbox: reports, and answers with the word unsubscribe."""
    from monitor.cli import show
    from monitor.pipeline.delivering import bounces as step

    content = sys.stdin.buffer.read(CONTENT_MAX + 1)
    if not content.strip():
        raise InputError(
            "standard input is empty", advice="Give a message: monitor bounces < message.eml, or an mbox."
        )
    if len(content) > CONTENT_MAX:
        raise InputError("more than 64 MiB of mail at once", advice="Split the mbox into parts.")
    with opened(context, now=now) as house:
        show.lines(each.line() for each in step.take_bounces(house, content))


def suppressed_(
    context: typer.Context,
    forget: Annotated[str | None, typer.Option(help="Let this address get mail again.")] = None,
    topic: Topic = None,
    as_json: Json = False,
) -> None:
    """Show who gets no more mail, since when and why; or let one of them get mail again."""
    from dataclasses import asdict

    from monitor.cli import show
    from monitor.store import suppressed
    from monitor.store.transactions import SENDING

    with opened(context) as house:
        if forget is None:
            with house.store.look() as connection:
                found = suppressed.everybody(connection)
        else:
            with house.store.begin(SENDING) as connection:
                found = suppressed.forget(connection, forget, topic=topic)
    found = tuple(each for each in found if topic in (None, each.topic))
    if forget is not None and not found:
        raise InputError(f"{forget} is not suppressed", advice="`monitor suppressed` shows who is.")
    if as_json:
        show.as_json([asdict(each) for each in found])
        return
    rows = [(each.topic, each.recipient, f"{each.at:%Y-%m-%d}", each.reason) for each in found]
    show.table(
        "Gets mail again" if forget else "Gets no more mail", ("topic", "address", "since", "why"), rows
    )
    show.lines([] if rows else ["nobody is suppressed"])
