"""What every section of the configuration is: a frozen table whose keys are all known. Types of single keys that several sections share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from monitor.settings.values import check_id, check_line, check_posting_url

Line = Annotated[str, AfterValidator(check_line)]  # one line of text, not blank
Id = Annotated[str, AfterValidator(check_id)]
HiddenUrl = Annotated[str, AfterValidator(check_posting_url)]


class Section(BaseModel):
    """A table of a TOML file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ChannelSettings(Section):
    """[[channel]] in channels.toml, as far as all kinds have it. `secret` comes from the environment, never from the file."""

    kind: Id
    name: Id
    secret: str = Field(default="", repr=False)
    hears_alarms: ClassVar[bool] = True

    @property
    def variable(self) -> str:
        """The environment variable of its secret."""
        return secret_of(self.name)


Kinds = Callable[[], Mapping[str, type[ChannelSettings]]]  # what each kind of channel wants to know


def no_kinds() -> Mapping[str, type[ChannelSettings]]:
    """No channel is known."""
    return {}


def secret_of(name: str) -> str:
    """Return the environment variable that holds the secret of a channel: MONITOR_CHANNEL_DESK for desk."""
    return f"MONITOR_CHANNEL_{name.replace('-', '_')}".upper()
