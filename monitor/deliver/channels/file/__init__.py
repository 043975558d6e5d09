"""Files: each issue into a further folder, in one form, whole or not there at all. It has no secret.

The folder of [digest] gets every run's files without a ledger; this one gets each issue of the topics that name it, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, ClassVar, Final, Literal

from monitor.deliver.channels.chat import named
from monitor.deliver.channels.protocol import Channel, Letter, Means, Parcel
from monitor.deliver.file import write
from monitor.errors import DeliveryError
from monitor.model import Bulletin, Receipt
from monitor.settings import ChannelSettings, Line, Settings, TopicSettings


class FileSettings(ChannelSettings):
    """kind = "file"."""

    kind: Literal["file"] = "file"
    folder: Line
    format: Literal["html", "text", "md", "json"] = "html"
    hears_alarms: ClassVar[bool] = False


_ENDINGS = {"html": "html", "text": "txt", "md": "md", "json": "json"}


@dataclass(frozen=True, slots=True)
class File:
    """The channel; a place is a block of channels.toml with its folder in full."""

    kind: str = "file"
    settings: type[ChannelSettings] = FileSettings
    is_personal: bool = False

    def places(self, settings: Settings, topic: TopicSettings) -> Mapping[str, Any]:
        """Return the folders the topic names."""
        found = named(self.kind, topic.channels, settings)
        return {
            name: each.model_copy(update={"folder": str(settings.root / Path(each.folder).expanduser())})
            for name, each in found.items()
            if isinstance(each, FileSettings)
        }

    def alarms(self, settings: Settings) -> Mapping[str, Any]:  # noqa: ARG002 - the protocol's
        """Return nobody: nobody reads a folder at once."""
        return {}

    def identity(self, letter: Letter, recipient: str, place: FileSettings) -> str:  # noqa: ARG002 - the protocol's
        """Return the channel's name, and that of the file without its ending."""
        return f"{recipient}/{letter.topic}-issue-{letter.number}"

    def envelope(self, letter: Letter, recipient: str, place: FileSettings) -> Parcel:
        """Return the file's bytes."""
        if place.format == "json":
            content = letter.json
        else:
            shared = letter.shared()
            content = {"html": shared.html, "text": shared.text, "md": shared.markdown}[place.format]
        identity = self.identity(letter, recipient, place)
        return Parcel(recipient=recipient, identity=identity, message=content.encode())

    def notice(self, bulletin: Bulletin, recipient: str, identity: str) -> Parcel:  # noqa: ARG002 - the protocol's
        """A file tells no alarm."""
        raise DeliveryError("alarms are not told by files", is_permanent=True)

    def send(self, parcel: Parcel, place: FileSettings, means: Means) -> Receipt:  # noqa: ARG002 - nothing here can come twice
        """Write it: what is there under this name is the same, or was not whole."""
        stem = parcel.identity.rpartition("/")[2]
        try:
            (path,) = write(Path(place.folder), stem, {_ENDINGS[place.format]: parcel.message})
        except DeliveryError as error:
            return Receipt(recipient=parcel.recipient, state="deferred", detail=error.message, cause="server")
        return Receipt(recipient=parcel.recipient, state="sent", detail=str(path))

    def check(self, place: FileSettings, means: Means) -> str:  # noqa: ARG002 - the protocol's
        """Return why no file can be made in the folder; it is made when it is missing."""
        try:
            Path(place.folder).mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=place.folder):
                return ""
        except OSError as error:
            return f"{place.folder} cannot be written to: {error.strerror or error}"


CHANNEL: Final[Channel] = File()
