"""TOML files in, one frozen `Settings` out. Called once, at the edge.

Reads monitor.toml and topics/*.toml (`load`) and feeds.toml (`load_feeds`). Every fault is a SettingsError with file, line,
key and advice. It does not open the database or look at the network, and it creates nothing.

The documents are checked as strict JSON: a TOML document has the same shapes, and pydantic's strict mode for JSON takes a list
for a tuple and a table for a model, but no "16" for 16 and no 1 for true.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from monitor.errors import SettingsError
from monitor.settings.alert_rules import check_alerts
from monitor.settings.channelsfile import check_alarm, check_topic, places
from monitor.settings.environment import refuse_unknown, secret, variable
from monitor.settings.feedsfile import FeedSettings, FeedsFile
from monitor.settings.lines import line_of
from monitor.settings.mistakes import problem
from monitor.settings.overrides import overridden, variable_of
from monitor.settings.paths import CHANNELS, FEEDS, MODELS, TOPICS, Place, expanded, find, shipped
from monitor.settings.sections import (
    AlarmSettings,
    BrokenTopic,
    DigestSettings,
    MainFile,
    ModelSettings,
    ModelsFile,
    ScoreSettings,
    Settings,
    SmtpSettings,
    StoreSettings,
    TopicSettings,
)
from monitor.settings.tables import ChannelSettings, Kinds, Section, no_kinds
from monitor.settings.together import check_together
from monitor.settings.values import check_id, check_posting_url, did_you_mean, one_line

S = TypeVar("S", bound=Section)

_SECRETS = (
    "MONITOR_DATABASE_URL",
    "MONITOR_SMTP_PASSWORD",
    "MONITOR_SMTP_REFRESH_TOKEN",
    "MONITOR_SMTP_CLIENT_SECRET",
    "MONITOR_DKIM_KEY",
    "MONITOR_LINK_KEY",
    "MONITOR_WEBHOOK_SECRET",
    "MONITOR_WEB_PASSWORD",
    "MONITOR_WEB_TOKENS",
)
# The last three are read by compose files and tests, not by us.
_PLAIN = ("MONITOR_CONFIG", "MONITOR_DATA", "MONITOR_HOME", "MONITOR_PORT", "MONITOR_TEST_POSTGRESQL")
_INIT = "Run `monitor init` to write a commented one."
_RENAME = "Without a key `id` a topic's id is the name of its file without .toml: rename the file, or give it an id."
_SEEDS = str(TopicSettings.model_fields["seeds"].default)
_ID_MAX = 64  # characters of a topic's id


def load(config: Path | None = None, *, data: Path | None = None, kinds: Kinds = no_kinds) -> Settings:
    """All settings, checked, with absolute paths.

    `config` is a folder or a monitor.toml; see `paths.find` for where it is looked for otherwise. `data` is the data folder,
    else MONITOR_DATA, else data/ under the root. `kinds` gives the kinds of channels, asked only where channels.toml has a block.
    A topic file that cannot be used is put aside, under `broken`.

    Raises SettingsError; also when every topic file is broken.
    """
    place = find(config)
    channels = _channels(place, kinds)
    refuse_unknown(_variables(each.variable for each in channels))
    text = read_text(place.main)
    main = parse(text, MainFile, place.main)
    sections = {name: overridden(name, getattr(main, name)) for name in MainFile.model_fields}
    check_together(MainFile(**sections), text, place.main)
    built = {
        "store": _store(sections["store"]),
        "smtp": _smtp(sections["smtp"], place.root),
        "score": _score(sections["score"], place.root),
        "digest": _digest(sections["digest"], place.root),
        "alarm": _alarm(sections["alarm"], channels, text, place.main),
    }
    topics, broken = _topics(place, channels)
    return Settings(
        root=place.root,
        data=data.absolute() if data else place.root / expanded(Path(variable("MONITOR_DATA") or "data")),
        config=place.folder,
        origin=place.origin,
        channels=channels,
        topics=topics,
        broken=broken,
        **(sections | built),
    )


def _variables(more: Iterable[str]) -> set[str]:
    """The environment variables there are; `more` are further secrets."""
    sections = {name: type(section) for name, section in MainFile()}
    keys = {variable_of(name, key) for name, kind in sections.items() for key in kind.model_fields}
    secrets = {*_SECRETS, *_ALARM_URLS.values(), *more}
    return {*_PLAIN, *keys, *secrets, *(f"{name}_FILE" for name in secrets)}


def load_feeds(config: Path) -> tuple[FeedSettings, ...]:
    """The feeds of feeds.toml in the folder `config` (or of the file `config`), disabled ones too, in the file's order.

    Raises SettingsError: also when two feeds share an id or URL, or when one names a topic that has no file.
    """
    file = config / FEEDS if config.is_dir() else config
    return parse_feeds(read_text(file), file)


def load_models(config: Path) -> tuple[ModelSettings, ...]:
    """The encoders of models.toml in the folder `config`, or of the shipped one when there is none. Raises SettingsError."""
    file = config / MODELS
    file = file if file.exists() else shipped("config") / MODELS
    return parse(read_text(file), ModelsFile, file).model


def load_topic(file: Path) -> TopicSettings:
    """The topic of one file, wherever it lies; its seeds folder as an absolute path.

    The folder is looked for beside `file`, or where the house of a config/topics/ keeps it. Raises SettingsError.
    """
    file = file.absolute()
    return _topic(file, file.parents[2] if file.parent.name == TOPICS else file.parent)


def topic_of(text: str, file: Path, root: Path) -> TopicSettings:
    """The topic that `file` would be if it held `text`; its seeds folder as an absolute path. Raises SettingsError."""
    if "id" in _document(text, file):
        topic = parse(text, TopicSettings, file)
    else:
        try:
            check_id(file.stem)
        except ValueError as error:
            raise SettingsError(f"a topic's id {error}", file=str(file), key="id", advice=_RENAME) from None
        topic = parse(text, TopicSettings, file, id=file.stem).named_by_file()
    check_alerts(topic.alerts, text, file)
    return topic.model_copy(update={"seeds": str(_seeds(topic, file, root))})


def parse_feeds(text: str, file: Path) -> tuple[FeedSettings, ...]:
    """The feeds of a feeds.toml with this text."""
    feeds = parse(text, FeedsFile, file).feed
    _check_distinct(feeds, text, file)
    _check_topics(feeds, text, file)
    return feeds


def read_text(file: Path) -> str:
    """The text of a configuration file; a byte order mark is dropped. Raises SettingsError."""
    try:
        body = file.read_bytes()
    except FileNotFoundError:
        raise SettingsError("the file does not exist", file=str(file), advice=_INIT) from None
    except OSError as error:
        raise SettingsError(
            f"cannot be read: {error.strerror}", file=str(file), advice="Check its rights."
        ) from error
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise SettingsError("not UTF-8 text", file=str(file), line=line, advice="Save it as UTF-8.") from None


def parse(text: str, model: type[S], file: Path, **more: str) -> S:
    """The text of a TOML file as a model; `more` adds keys the file may not set itself. Raises SettingsError."""
    document = _document(text, file)
    _refuse(document, more, text, file)
    try:
        return model.model_validate_json(json.dumps(document | more, default=str), strict=True)
    except ValidationError as error:
        raise problem(error, model=model, text=text, file=file) from None


def _document(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and int() refusing a number of thousands of digits
        found = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        message = str(error)[: found.start()] if found else str(error)
        advice = "Text stands in double quotes; a list in [ ]; a comment after #. See https://toml.io."
        raise SettingsError(f"not valid TOML: {message}", file=str(file), line=line, advice=advice) from None


def _refuse(document: dict[str, Any], more: dict[str, str], text: str, file: Path) -> None:
    for key in more.keys() & document.keys():
        raise SettingsError(
            f"unknown key {key!r}",
            file=str(file),
            line=line_of(text, (key,)),
            key=key,
            advice=_RENAME,
        )


# --------------------------------------------------------------------------- rules over several feeds


def _check_distinct(feeds: tuple[FeedSettings, ...], text: str, file: Path) -> None:
    seen: dict[tuple[str, str], int] = {}
    for index, feed in enumerate(feeds):
        place = (
            ("folder", os.path.normpath(feed.folder)) if feed.folder else ("url", feed.url.partition("#")[0])
        )
        for key, value in (("id", feed.id), place):
            first = seen.setdefault((key, value), index)
            if first != index:
                raise SettingsError(
                    f"two feeds have the {key} {value!r}: {feeds[first].name!r} and {feed.name!r}",
                    file=str(file),
                    line=line_of(text, ("feed", index, key)),
                    key=f"feed.{key}",
                    advice=_TWICE[key],
                )


_TWICE = {
    "id": "Give one of them an `id` of its own; without one it is made from the name.",
    "url": "Remove one of them.",
    "folder": "Remove one of them.",
}


def _check_topics(feeds: tuple[FeedSettings, ...], text: str, file: Path) -> None:
    known = tuple(id_of(path) for path in topic_files(file.parent))
    wrong = ((i, topic) for i, feed in enumerate(feeds) for topic in feed.topics if topic not in known)
    for index, topic in wrong:
        raise SettingsError(
            f"unknown topic {topic!r} in [[feed]]{did_you_mean(topic, known)}",
            file=str(file),
            line=line_of(text, ("feed", index, "topics")),
            key="feed.topics",
            advice=f"Topics are the files in {TOPICS}/ beside feeds.toml: {', '.join(known) or 'there are none'}.",
        )


# --------------------------------------------------------------------------- parts of Settings


def _store(store: StoreSettings) -> StoreSettings:
    """[store] with the URL from MONITOR_DATABASE_URL or MONITOR_DATABASE_URL_FILE when one is set."""
    url = secret("MONITOR_DATABASE_URL")
    if not url:
        return store
    try:
        return StoreSettings(**(store.model_dump() | {"url": url}))
    except ValidationError as error:
        why = error.errors()[0]["ctx"]["error"]
        raise SettingsError(f"MONITOR_DATABASE_URL: {why}", key="MONITOR_DATABASE_URL") from None


def _channels(place: Place, kinds: Kinds) -> tuple[ChannelSettings, ...]:
    """The places of channels.toml; none without that file."""
    file = place.folder / CHANNELS
    if not file.exists():
        return ()
    text = read_text(file)
    return places(_document(text, file), text, file, kinds)


def _alarm(
    alarm: AlarmSettings, channels: tuple[ChannelSettings, ...], text: str, file: Path
) -> AlarmSettings:
    """[alarm] with each address from its variable, or from the file a variable names, where one is set."""
    check_alarm(alarm.channels, channels, text, file)
    given = {key: secret(name) for key, name in _ALARM_URLS.items()}
    for key, url in given.items():
        try:
            check_posting_url(url)
        except ValueError as error:
            raise SettingsError(f"{_ALARM_URLS[key]} {error}", key=_ALARM_URLS[key]) from None
    return alarm.model_copy(update={key: url for key, url in given.items() if url})


_ALARM_URLS = {
    "webhook": "MONITOR_ALARM_WEBHOOK",
    "ping": "MONITOR_ALARM_PING",
    "ping_feeds": "MONITOR_ALARM_PING_FEEDS",
}


def _digest(digest: DigestSettings, root: Path) -> DigestSettings:
    """[digest] with absolute folders; an empty `templates` stays empty: the shipped ones."""
    templates = str(root / expanded(Path(digest.templates))) if digest.templates else ""
    return digest.model_copy(update={"out": str(root / expanded(Path(digest.out))), "templates": templates})


def _smtp(smtp: SmtpSettings, root: Path) -> SmtpSettings:
    """[smtp] with an absolute file; an empty `ca_file` stays empty: the authorities this machine knows."""
    if not smtp.ca_file:
        return smtp
    return smtp.model_copy(update={"ca_file": str(root / expanded(Path(smtp.ca_file)))})


def _score(score: ScoreSettings, root: Path) -> ScoreSettings:
    """[score] with an absolute folder; an empty `model_path` stays empty: no encoder."""
    if not score.model_path:
        return score
    return score.model_copy(update={"model_path": str(root / expanded(Path(score.model_path)))})


def _topics(
    place: Place, channels: tuple[ChannelSettings, ...]
) -> tuple[tuple[TopicSettings, ...], tuple[BrokenTopic, ...]]:
    """The topics, and the files that give none. Raises the first fault when no file gives one."""
    topics: list[TopicSettings] = []
    faults: dict[str, SettingsError] = {}
    for file in topic_files(place.folder):
        try:
            topic = _topic(file, place.root)
            check_topic(topic, channels, read_text(file), file)
        except SettingsError as error:
            faults[file.stem] = error
            continue
        if any(topic.id == other.id for other in topics):
            faults[file.stem] = SettingsError(
                f"another topic file has the id {topic.id!r}, too",
                file=str(file),
                key="id",
                advice="Give one of them another.",
            )
        else:
            topics.append(topic)
    if faults and not topics:
        raise next(iter(faults.values()))
    broken = (BrokenTopic(id=name[:_ID_MAX], why=one_line(str(error))) for name, error in faults.items())
    return tuple(topics), tuple(broken)


def topic_files(folder: Path) -> list[Path]:
    """The topic files; none without a folder for them. Raises SettingsError when it cannot be looked into."""
    try:
        found = sorted((folder / TOPICS).iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(
            f"cannot be read: {error.strerror}",
            file=str(folder / TOPICS),
            advice="It must be a folder that the user who runs monitor may read.",
        ) from None
    return [file for file in found if file.suffix == ".toml" and not file.name.startswith(".")]


def _topic(file: Path, root: Path) -> TopicSettings:
    return topic_of(read_text(file), file, root)


def id_of(file: Path) -> str:
    """The id of a topic file that need not be right otherwise."""
    try:
        return str(tomllib.loads(file.read_bytes().decode("utf-8-sig")).get("id", file.stem))
    except (OSError, ValueError):
        return file.stem


def _seeds(topic: TopicSettings, file: Path, root: Path) -> Path:
    """The topic's folder of seeds: the one it names, else seeds/ID/, else seeds/.

    The shipped articles are about the shipped topic: no other one learns from them unless its file names their folder.
    """
    if "seeds" in topic.model_fields_set:
        return root / expanded(Path(topic.seeds))
    shared = root / _SEEDS
    try:
        if (shared / topic.id).is_dir():
            return shared / topic.id
        if (shipped("config") / TOPICS / file.name).exists():
            return shared if shared.is_dir() else shipped("seeds")
        foreign = [one.name for one in shared.iterdir() if _is_shipped_seed(one)] if shared.is_dir() else []
    except OSError as error:
        raise SettingsError(
            f"cannot be read: {error.strerror}", file=str(shared), advice="Check its rights."
        ) from None
    if foreign:
        raise SettingsError(
            f"the topic has no seeds of its own: {shared} holds {min(foreign)}, which is about another topic",
            file=str(file),
            key="seeds",
            advice=f'Put a few articles about it into {shared / topic.id}, or name a folder: seeds = "...".',
        )
    return shared


def _is_shipped_seed(file: Path) -> bool:
    original = shipped("seeds") / file.name
    return original.is_file() and file.is_file() and original.read_bytes() == file.read_bytes()
