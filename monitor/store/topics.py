"""Topic profiles by version, and the backgrounds scores were standardised on."""

from __future__ import annotations

import zlib
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select

from monitor.model import TopicProfile
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
    body = connection.execute(
        select(profiles.c.body).where(profiles.c.topic == topic, profiles.c.version == wanted)
    ).scalar_one_or_none()
    return None if body is None else _PROFILE.validate_json(body)


def add_background(connection: Connection, topic: str, body: str, *, at: datetime) -> int:
    """Store a background's JSON and return its id."""
    values = {"topic": topic, "made_at": at, "body": zlib.compress(body.encode())}
    return int(
        connection.execute(insert(backgrounds).values(values).returning(backgrounds.c.id)).scalar_one()
    )


def background(connection: Connection, background_id: int) -> str:
    """Return the JSON of a background."""
    body = connection.execute(
        select(backgrounds.c.body).where(backgrounds.c.id == background_id)
    ).scalar_one()
    return zlib.decompress(body).decode()


def _body(profile: TopicProfile, version: int) -> str:
    return (
        _PROFILE.dump_json(profile).decode().replace(f'"version":{profile.version}', f'"version":{version}')
    )
