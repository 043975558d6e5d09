"""Add a feed to feeds.toml and leave every byte before it as it is: the file belongs to its user, with comments and order.

In: what was found of a feed (`new_feed`), the file and a FeedSettings (`append_feeds`). Out: the file, longer by a [[feed]] block each. The file is appended to, not rewritten through a
copy and a rename: a rename would lose owner and rights, and fails on a single file mounted into a container.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from monitor.errors import SettingsError
from monitor.settings.feedsfile import FeedSettings
from monitor.settings.loading import parse_feeds, read_text
from monitor.settings.paths import is_installed
from monitor.settings.values import one_line

_LANG = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def new_feed(
    *, name: str, url: str = "", folder: str = "", feed_id: str = "", group: str = "press", lang: str = ""
) -> FeedSettings:
    """A feed from what was found outside: the title a feed gives itself, an OPML file. Every text there may be anything.

    It has an address or a `folder`. `name` becomes one line, and its place when it is empty; a language that is no language tag
    becomes `en`; an empty `feed_id` is made from the name. Raises SettingsError when url, folder, group or feed_id cannot be used.
    """
    primary, *rest = lang.strip().replace("_", "-").split("-")
    tag = "-".join([primary.lower(), *rest])
    found = {
        "name": one_line(name) or url or folder,
        **({"folder": folder} if folder else {"url": url}),
        "group": group,
        "lang": tag if _LANG.fullmatch(tag) else "en",
    }
    try:
        return FeedSettings.model_validate(found | ({"id": feed_id} if feed_id else {}))
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        raise SettingsError(
            f"{key!r} of the feed {found['name']!r}: {first['msg'].removeprefix('Value error, ')}",
            key=f"feed.{key}",
        ) from None


def append_feed(file: Path, feed: FeedSettings) -> None:
    """Append one feed to `file`; see `append_feeds`."""
    append_feeds(file, (feed,))


def append_feeds(file: Path, feeds: Sequence[FeedSettings]) -> None:
    """Append `feeds` to `file`, all or none, each with its id, name, URL and whatever differs from the default.

    Raises SettingsError, and leaves the file as it was, when the file is missing or faulty, holds an id or URL already, cannot be
    written, or is the one shipped inside an installed package.
    """
    if is_installed(file):
        raise SettingsError(
            "this is the shipped configuration, which the next update replaces",
            file=str(file),
            advice="Run `monitor init` for a configuration of your own, and add the feed there.",
        )
    if not feeds:
        return
    text = read_text(file)
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    addition = (gap + "\n".join(map(_block, feeds))).replace("\n", newline)
    parse_feeds(text + addition, file)
    _append(file, addition.encode())


def _block(feed: FeedSettings) -> str:
    changed = feed.model_dump(exclude_defaults=True)
    place = {"folder": feed.folder} if feed.folder else {"url": feed.url}
    fields = {"id": feed.id, "name": feed.name} | place | changed
    return "\n".join(["[[feed]]", *(f"{key} = {toml_value(value)}" for key, value in fields.items()), ""])


def toml_value(value: object) -> str:
    """A string, number, boolean or list of strings as TOML: JSON's form of them is TOML's, but for a raw DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _append(file: Path, addition: bytes) -> None:
    size = file.stat().st_size
    try:
        with file.open("ab") as stream:
            stream.write(addition)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        _cut(file, size)
        raise SettingsError(
            f"cannot be written: {error.strerror}", file=str(file), advice="Add the feed to the file by hand."
        ) from error


def _cut(file: Path, size: int) -> None:
    """Back to `size` bytes: a full disk must not leave half a block, which would stop the next start."""
    if file.stat().st_size > size:
        os.truncate(file, size)
