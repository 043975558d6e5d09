"""Seeds -> topic profile, by version. Reads a folder of .md, .txt and .html files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog

from monitor.articles.clean import seed_text
from monitor.errors import SeedError
from monitor.model import Rejected, Seed, TopicProfile
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import topics as topics_store
from monitor.topics import build_profile

log = structlog.get_logger()
SUFFIXES = (".md", ".txt", ".html", ".htm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a folder of seeds gave."""

    profile: TopicProfile
    skipped: tuple[tuple[str, Rejected], ...] = ()  # file name, why


def run(context: Context, topic: TopicSettings, *, folder: Path | None = None) -> Learnt:
    """Build the topic's profile from its seeds (or those in `folder`) and store it when it changed.

    Raises SeedError when the folder holds nothing that can be read.
    """
    seeds, skipped = read_seeds(folder or context.settings.root / topic.seeds)
    profile = build_profile(topic, seeds)
    with context.store.begin() as connection:
        stored = topics_store.put_profile(connection, profile, at=context.now)
    log.info("topic.learnt", topic=topic.id, seeds=len(seeds), skipped=len(skipped), version=stored.version)
    return Learnt(profile=stored, skipped=skipped)


def read_seeds(folder: Path) -> tuple[tuple[Seed, ...], tuple[tuple[str, Rejected], ...]]:
    """Return the seeds in a folder in the order of their names, and the files that gave none."""
    if not folder.is_dir():
        raise SeedError(
            f"no folder of seeds at {folder}",
            advice="Put a few articles about the topic there as .md, .txt or .html, or set `seeds` in the topic file.",
        )
    files = sorted(f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file())
    read = [(f.name, seed_text(f.read_text("utf-8", "replace"), name=f.name)) for f in files]
    seeds = tuple(seed for _, seed in read if isinstance(seed, Seed))
    skipped = tuple((name, why) for name, why in read if isinstance(why, Rejected))
    if not seeds:
        raise SeedError(
            f"no readable seed in {folder} ({len(files)} files looked at)",
            advice="A seed is an article of a few paragraphs in a .md, .txt or .html file.",
        )
    return seeds, skipped
