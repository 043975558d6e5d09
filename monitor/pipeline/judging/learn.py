"""Seeds -> topic profile, by version. Reads a folder of .md, .txt and .html files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from monitor.errors import SeedError
from monitor.model import Rejected, Seed, TopicProfile
from monitor.pipeline.ports import Context
from monitor.settings import BrokenTopic, TopicSettings
from monitor.store import Connection
from monitor.store import topics as topics_store
from monitor.store.transactions import of_topics

log = structlog.get_logger()
SUFFIXES = (".md", ".txt", ".html", ".htm")
_SEED = "A seed is an article of a few paragraphs in a .md, .txt or .html file."


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a folder of seeds gave."""

    profile: TopicProfile
    skipped: tuple[tuple[str, Rejected], ...] = ()  # file name, why


def all_topics(context: Context) -> tuple[BrokenTopic, ...]:
    """Take every topic's seeds as they are now; return the topics that are in trouble, which stop no other."""
    for topic in context.settings.topics:
        with suppress(SeedError):  # told below
            learn_topic(context, topic)
    with context.store.look() as connection:
        return broken(connection, context)


def ready(context: Context) -> tuple[TopicSettings, ...]:
    """Return the topics articles can be judged for; those without a profile are learnt now, where their seeds allow it."""
    with context.store.look() as connection:
        known = {t.id for t in context.settings.topics if topics_store.profile_of(connection, t.id)}
    for topic in context.settings.topics:
        if topic.id not in known:
            with suppress(SeedError):
                learn_topic(context, topic)
                known.add(topic.id)
    return tuple(topic for topic in context.settings.topics if topic.id in known)


def broken(connection: Connection, context: Context) -> tuple[BrokenTopic, ...]:
    """Return the topics in trouble, by id: files that cannot be used, and topics whose seeds cannot.

    A topic that was learnt before its seeds went away goes on with what was learnt.
    """
    found = list(context.settings.broken)
    for topic in context.settings.topics:
        is_learnt = topics_store.profile_of(connection, topic.id) is not None
        try:
            if is_learnt:
                _files(context.settings.root / topic.seeds)
            else:
                read_seeds(context.settings.root / topic.seeds)
        except SeedError as error:
            found.append(BrokenTopic(id=topic.id, why=" ".join(str(error).split()), is_served=is_learnt))
    return tuple(sorted(found, key=lambda each: each.id))


def learn_topic(context: Context, topic: TopicSettings, *, folder: Path | None = None) -> Learnt:
    """Build the topic's profile from its seeds (or those in `folder`) and store it when it changed.

    Raises SeedError when the folder holds nothing that can be read.
    """
    from monitor.topics import build_profile  # noqa: PLC0415 - only who learns needs it

    seeds, skipped = read_seeds(folder or context.settings.root / topic.seeds)
    profile = build_profile(topic, seeds)
    with context.store.begin(of_topics(topic.id)) as connection:
        stored = topics_store.put_profile(connection, profile, at=context.now)
    log.info("topic.learnt", topic=topic.id, seeds=len(seeds), skipped=len(skipped), version=stored.version)
    return Learnt(profile=stored, skipped=skipped)


def read_seeds(folder: Path) -> tuple[tuple[Seed, ...], tuple[tuple[str, Rejected], ...]]:
    """Return the seeds in a folder in the order of their names, and the files that gave none."""
    from monitor.articles.clean import seed_text  # noqa: PLC0415 - see run

    files = _files(folder)
    try:
        read = [(f.name, seed_text(f.read_text("utf-8", "replace"), name=f.name)) for f in files]
    except OSError as error:
        raise _unreadable(folder, error) from None
    seeds = tuple(seed for _, seed in read if isinstance(seed, Seed))
    skipped = tuple((name, why) for name, why in read if isinstance(why, Rejected))
    if not seeds:
        raise SeedError(
            f"no readable seed in {folder} ({len(files)} files looked at)",
            advice=_SEED,
        )
    return seeds, skipped


def _files(folder: Path) -> list[Path]:
    """The files that may hold seeds. Raises SeedError when there are none."""
    try:
        if not folder.is_dir():
            raise SeedError(
                f"no folder of seeds at {folder}",
                advice="Put a few articles about the topic there as .md, .txt or .html, or set `seeds` in the topic file.",
            )
        files = sorted(f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file())
    except OSError as error:
        raise _unreadable(folder, error) from None
    if not files:
        raise SeedError(f"no readable seed in {folder}: no .md, .txt or .html file", advice=_SEED)
    return files


def _unreadable(folder: Path, error: OSError) -> SeedError:
    return SeedError(
        f"the seeds in {folder} cannot be read: {error.strerror or error}",
        advice="Give the user who runs monitor the right to read them.",
    )
