"""A topic with a few settings changed for a moment: "weights.novelty=2" in, a checked `TopicSettings` out. Writes no file."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from monitor.errors import InputError
from monitor.settings.sections import TopicSettings
from monitor.settings.tables import Section

PARTS = ("weights", "limits")  # of a topic file; any other change would need new scores


def with_changes(topic: TopicSettings, changes: Sequence[str]) -> TopicSettings:
    """Return the topic with "weights.novelty=2" and the like applied."""
    changed: dict[str, dict[str, str]] = {part: {} for part in PARTS}
    for change in changes:
        part, _, rest = change.partition(".")
        key, equals, value = rest.partition("=")
        if part not in PARTS or not equals or key not in type(getattr(topic, part)).model_fields:
            keys = [f"{p}.{k}" for p in PARTS for k in type(getattr(topic, p)).model_fields]
            raise InputError(
                f"cannot set {change!r}", advice=f"Write KEY=VALUE with one of {', '.join(keys)}."
            )
        changed[part][key] = value.strip()
    update = {part: _applied(getattr(topic, part), part, values) for part, values in changed.items()}
    return topic.model_copy(update=update)


def _applied(section: Section, part: str, values: dict[str, str]) -> Section:
    try:
        return type(section).model_validate({**section.model_dump(), **values})
    except ValidationError as error:
        said = error.errors()[0]
        key = ".".join([part, *map(str, said["loc"])])
        raise InputError(f"{key}: {said['msg']}", advice="See docs/configuration.md.") from None
