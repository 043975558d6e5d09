"""Topic profiles by version, and the backgrounds scores were standardised on."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, func, insert, select

from monitor.model import TopicProfile
from monitor.store.database import parsed
from monitor.store.schema import backgrounds, profiles

_PROFILE = TypeAdapter(TopicProfile)


def put_profile(connection: Connection, profile: TopicProfile, *, at: datetime) -> TopicProfile:
    """Store a profile as the topic's next version, unless it equals the newest; return what is stored."""
    newest = profile_of(connection, profile.topic)
    if newest is not None and _body(profile, newest.version) == _body(newest, newest.version):
        return newest
    version = 1 if newest is None else newest.version + 1
    body = _body(profile, version)
    connection.execute(insert(profiles).values(topic=profile.topic, version=version, made_at=at, body=body))
    return _PROFILE.validate_json(body)


def profile_of(connection: Connection, topic: str, *, version: int | None = None) -> TopicProfile | None:
    """Return a topic's profile: the newest, or the version asked for."""
    newest = select(func.max(profiles.c.version)).where(profiles.c.topic == topic).scalar_subquery()
    wanted = newest if version is None else version
    row = connection.execute(
        select(profiles.c.version, profiles.c.body).where(
            profiles.c.topic == topic, profiles.c.version == wanted
        )
    ).first()
    return (
        None if row is None else parsed(f"profile {row.version} of {topic}", _PROFILE.validate_json, row.body)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBackground:
    """A background as stored; `body` is its JSON."""

    id: int
    documents: int
    made_at: datetime
    body: str


def add_background(
    connection: Connection, topic: str, body: str, *, profile_version: int, documents: int, at: datetime
) -> int:
    """Store a background's JSON and return its id."""
    values = {"topic": topic, "profile_version": profile_version, "documents": documents, "made_at": at}
    statement = insert(backgrounds).values(values | {"body": zlib.compress(body.encode())})
    return int(connection.execute(statement.returning(backgrounds.c.id)).scalar_one())


def newest_background(connection: Connection, topic: str, *, profile_version: int) -> StoredBackground | None:
    """Return the newest background made for this version of a topic's profile."""
    query = select(backgrounds).where(
        backgrounds.c.topic == topic, backgrounds.c.profile_version == profile_version
    )
    row = connection.execute(query.order_by(backgrounds.c.id.desc()).limit(1)).first()
    return None if row is None else _stored(row)


def background(connection: Connection, background_id: int) -> StoredBackground:
    """Return a background by its id."""
    return _stored(connection.execute(select(backgrounds).where(backgrounds.c.id == background_id)).one())


def named_background(background_id: int) -> str:
    """What an error calls a background."""
    return f"background {background_id}"


def _stored(row: Row[Any]) -> StoredBackground:
    body = parsed(named_background(row.id), lambda packed: zlib.decompress(packed).decode(), row.body)
    return StoredBackground(id=row.id, documents=row.documents, made_at=row.made_at, body=body)


def _body(profile: TopicProfile, version: int) -> str:
    return (
        _PROFILE.dump_json(profile).decode().replace(f'"version":{profile.version}', f'"version":{version}')
    )
